import Glibc

/// How often the truth is how many times as far from an ensemble's mean as its band is wide: counts in steps of a thirty-second of an octave.
struct BandRatios {
    private static let (octave, octaves) = (32, 40)
    private var counts = [Int](repeating: 0, count: octave * octaves)

    /// Adds what the members say against the truth, `size` values each.
    mutating func add(_ members: UnsafePointer<Float>, count: Int, _ truth: UnsafePointer<Float>, size: Int) {
        let factor = UncertaintyBand.factor(members: count)
        for place in 0..<size {
            let (distance, variance) = BandSums.moments(members + place, count: count, stride: size, truth[place])
            // Where members agree to the last bit nothing is said.
            guard variance > 0 else { continue }
            let ratio = log2(max(abs(distance), .leastNormalMagnitude) / (factor * variance.squareRoot()))
            let bin = Double(Self.octave) * (ratio + Double(Self.octaves / 2))
            counts[min(max(Int(bin.rounded(.down)), 0), counts.count - 1)] += 1
        }
    }

    mutating func add(_ other: BandRatios) { for bin in counts.indices { counts[bin] += other.counts[bin] } }

    /// The ratio below which a share of them lies; 1 where there are none.
    func quantile(_ share: Double) -> Double {
        let wanted = share * Double(counts.reduce(0, +))
        guard wanted > 0 else { return 1 }
        var sum = 0.0
        for (bin, count) in counts.enumerated() {
            sum += Double(count)
            if sum >= wanted { return exp2(Double(bin + 1) / Double(Self.octave) - Double(Self.octaves / 2)) }
        }
        return 1
    }
}
