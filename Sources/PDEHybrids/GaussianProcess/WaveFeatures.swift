import Glibc
import PDECore

/// A prior along an axis as a sum of cosines and sines with independent normal weights: k(x, x′) = Φ(x) Φ(x′)ᵀ.
///
/// The spectral density of each wave's envelope is summed on equispaced frequencies, which converges exponentially as soon as the
/// sum's period exceeds the axis by the kernel's reach (P. Greengard, M. Rachh & A. Barnett, "Equispaced Fourier representations for
/// efficient Gaussian process regression from a billion data points", 2022, § 3).
package struct WaveFeatures {
    /// Frequency and standard deviation of each line; the slowest line of a wave of frequency 0 is a constant.
    let lines: [(frequency: Double, deviation: Double)]
    /// The wave of each line, and its number there.
    private let places: [(wave: Int, line: Int)]
    private let phases: LinePhases
    private let center: Double

    /// The features of waves on [0, `length`].
    ///
    /// - Parameter limit: the highest frequency that the grid resolves; lines beyond are left out.
    package init(_ waves: [Wave], _ prior: WavePrior, length: Double, limit: Double) {
        center = length / 2
        let scale = prior.lengthScale * length
        let spacing = 2 * Double.pi / (length + prior.envelope.profileReach * scale)
        let count = Int((prior.envelope.profileBandwidth / (scale * spacing)).rounded(.up))
        let all = waves.enumerated().flatMap { number, wave in
            let deviation = prior.deviation(of: wave, on: length)
            return (wave.frequency == 0 ? 0...count : -count...count).map { k in
                let offset = Double(k) * spacing
                let density = spacing * scale * prior.envelope.profileDensity(at: offset * scale)
                let both = wave.frequency == 0 && k > 0 ? 2.0 : 1
                return (
                    line: (
                        frequency: abs(wave.frequency + offset), deviation: deviation * (both * density).squareRoot()
                    ),
                    place: (wave: number, line: k)
                )
            }
        }.filter { $0.line.frequency <= limit }
        (lines, places) = (all.map(\.line), all.map(\.place))
        phases = LinePhases(waves.map(\.frequency), spacing: spacing, most: count)
    }

    /// Number of features.
    package var count: Int { lines.reduce(0) { $0 + ($1.frequency == 0 ? 1 : 2) } }

    /// The standard deviation of each feature's amplitude.
    package var deviations: [Double] {
        lines.flatMap { Array(repeating: $0.deviation, count: $0.frequency == 0 ? 1 : 2) }
    }

    /// The features and their derivatives to an order, each [point][feature].
    package func values(at points: [Double], upTo order: Int) -> [Matrix<Double>] {
        let columns = count
        var result = (0...order).map { _ in Matrix<Double>(rows: points.count, columns: columns) }
        var phases = phases
        for (row, point) in points.enumerated() {
            phases.move(to: point - center)
            var column = row * columns
            for (line, place) in zip(lines, places) {
                var value = line.deviation * phases.phase(wave: place.wave, line: place.line)
                for n in 0...order {
                    result[n].storage[column] = value.x
                    if line.frequency > 0 { result[n].storage[column + 1] = value.y }
                    value = line.frequency * SIMD2(-value.y, value.x)
                }
                column += line.frequency > 0 ? 2 : 1
            }
        }
        return result
    }
}
