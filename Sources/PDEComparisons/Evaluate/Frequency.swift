import Glibc

/// The frequency of a series.
package enum Frequency {
    /// The frequency whose sine and cosine, beside a constant, explain most of a series' variance (least squares; N. R. Lomb, "Least-squares
    /// frequency analysis of unequally spaced data", Astrophys. Space Sci. 39, 1976), from one and a half periods in the series on to half of
    /// a period between two values. It is found far more finely than to one over the series' length.
    ///
    /// - Returns: nil where it explains less than `leastShare` of the variance, as of a series that is constant.
    package static func strongest(in series: [Double], interval: Double, leastShare: Double) -> Double? {
        let count = series.count
        guard count >= 6 else { return nil }
        let mean = series.reduce(0, +) / Double(count)
        let values = series.map { $0 - mean }
        let variance = values.reduce(0) { $0 + $1 * $1 }
        guard variance > 1e-12 * Double(count) * (mean * mean + 1e-12) else { return nil }
        func share(_ turns: Double) -> Double { explained(values, turns: turns) / variance }
        // In turns from one value to the next.
        let (first, step) = (1.5 / Double(count), 0.1 / Double(count))
        let shares = (0...Int((0.5 - first) / step)).map { share(first + step * Double($0)) }
        let best = shares.firstIndex(of: shares.max()!)!
        var (low, high) = (first + step * Double(best - 1), first + step * Double(best + 1))
        for _ in 0..<60 {
            let (a, b) = (low + (high - low) / 3, high - (high - low) / 3)
            if share(a) < share(b) { low = a } else { high = b }
        }
        let turns = (low + high) / 2
        return share(turns) >= leastShare ? turns / interval : nil
    }

    /// The sum of squares that a + b cos + c sin of a frequency takes from values whose mean is zero.
    private static func explained(_ values: [Double], turns: Double) -> Double {
        var (cosines, sines, cc, ss, cs, yc, ys) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for (place, value) in values.enumerated() {
            let angle = 2 * Double.pi * turns * Double(place)
            let (c, s) = (cos(angle), sin(angle))
            (cosines, sines) = (cosines + c, sines + s)
            (cc, ss, cs) = (cc + c * c, ss + s * s, cs + c * s)
            (yc, ys) = (yc + value * c, ys + value * s)
        }
        let count = Double(values.count)
        (cc, ss, cs) = (cc - cosines * cosines / count, ss - sines * sines / count, cs - cosines * sines / count)
        let determinant = cc * ss - cs * cs
        guard determinant > 1e-9 * count * count else { return 0 }
        return (yc * yc * ss - 2 * yc * ys * cs + ys * ys * cc) / determinant
    }
}
