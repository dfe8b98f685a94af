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
    private let center: Double

    /// The features of waves on [0, `length`].
    ///
    /// - Parameter limit: the highest frequency that the grid resolves; lines beyond are left out.
    package init(_ waves: [Wave], _ prior: WavePrior, length: Double, limit: Double) {
        center = length / 2
        let scale = prior.lengthScale * length
        let spacing = 2 * Double.pi / (length + prior.envelope.profileReach * scale)
        let count = Int((prior.envelope.profileBandwidth / (scale * spacing)).rounded(.up))
        lines = waves.flatMap { wave in
            let deviation = prior.deviation(of: wave, on: length)
            return (wave.frequency == 0 ? 0...count : -count...count).compactMap { k in
                let offset = Double(k) * spacing
                let density = spacing * scale * prior.envelope.profileDensity(at: offset * scale)
                let both = wave.frequency == 0 && k > 0 ? 2.0 : 1
                let frequency = abs(wave.frequency + offset)
                return frequency > limit
                    ? nil : (frequency, deviation * (both * density).squareRoot())
            }
        }
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
        for (row, point) in points.enumerated() {
            var column = row * columns
            for line in lines {
                let phase = line.frequency * (point - center)
                var (a, b) = (line.deviation * cos(phase), line.deviation * sin(phase))
                for n in 0...order {
                    result[n].storage[column] = a
                    if line.frequency > 0 { result[n].storage[column + 1] = b }
                    (a, b) = (-line.frequency * b, line.frequency * a)
                }
                column += line.frequency > 0 ? 2 : 1
            }
        }
        return result
    }
}
