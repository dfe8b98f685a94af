import Glibc
import PDECore

/// Finds the waves in data on a uniform grid, periodic or not: peaks of the spectrum under a window whose side lobes lie 92 dB below
/// its main lobe (F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", Proc. IEEE 66,
/// 1978, table I: 4-term Blackman–Harris), padded and interpolated between modes.
///
/// For use on one thread.
final class SourceSpectrum {
    /// Peaks below so many times the noise are taken for noise.
    private static let significance = 5.0
    /// Peaks below this part of the highest may be its side lobes.
    private static let dynamicRange = 3e-5
    /// Half the main lobe's width in modes of the axis.
    private static let lobe = 4.0
    /// Lines along the axis that are looked at in two dimensions.
    private static let lineLimit = 64

    private let count: Int
    private let length: Double
    private let window: [Double]
    private let transform: RealFourierTransform<Double>
    private let line, modes: AlignedBuffer<Double>

    /// A spectrum of lines of `count` points over `length`, both ends included.
    init(count: Int, length: Double) {
        (self.count, self.length) = (count, length)
        var size = 16
        while size < 6 * count { size *= 2 }
        transform = RealFourierTransform(shape: [size])
        line = AlignedBuffer(count: size)
        modes = AlignedBuffer(count: 2 * transform.modeCount)
        window = (0..<count).map {
            let t = 2 * Double.pi * Double($0) / Double(count - 1)
            return 0.35875 - 0.48829 * cos(t) + 0.14128 * cos(2 * t) - 0.01168 * cos(3 * t)
        }
    }

    /// The peaks of one line of second derivatives, or of the mean square over many, highest first.
    ///
    /// - Parameters:
    ///   - lines: `lineCount` lines; value i of line j stands at i · `stride` + j · `spacing`.
    ///   - noise: the standard deviation of the values' noise.
    ///   - slowest: waves slower than this count as 0.
    func peaks(
        in lines: UnsafePointer<Double>, stride: Int = 1, lineCount: Int = 1, spacing: Int = 0, noise: Double,
        slowest: Double
    ) -> [Wave] {
        let sum = window.reduce(0, +)
        let looked = min(lineCount, Self.lineLimit)
        var power = [Double](repeating: 0, count: transform.modeCount)
        for number in 0..<looked {
            // Not evenly: every second or third line may be where a wave along the other axis vanishes.
            let place =
                looked == lineCount
                ? number : Int(Double(lineCount) * (0.618034 * Double(number)).truncatingRemainder(dividingBy: 1))
            for i in 0..<count { line.pointer[i] = window[i] * lines[i * stride + place * spacing] }
            transform.forward(line.pointer, into: modes.pointer, scale: 2 * Double(transform.pointCount) / sum)
            for k in power.indices {
                let (real, imaginary) = (modes.pointer[2 * k], modes.pointer[2 * k + 1])
                power[k] += real * real + imaginary * imaginary
            }
        }
        let amplitudes = power.map { ($0 / Double(looked)).squareRoot() }
        // Of white noise the median amplitude is 0.83 of the root mean square: where noise is larger than it is said to be, no peak of it
        // is taken for a wave.
        let median = amplitudes.sorted()[amplitudes.count / 2]
        let floor = max(2 * noise * window.reduce(0) { $0 + $1 * $1 }.squareRoot() / sum, median / 0.83)
        let least = max(Self.significance * floor, Self.dynamicRange * (amplitudes.max() ?? 0))
        return separated(amplitudes, above: least, slowest)
    }

    private func separated(_ a: [Double], above least: Double, _ slowest: Double) -> [Wave] {
        let resolution = 2 * Double.pi / length
        let mode = 2 * Double.pi * Double(count - 1) / (length * Double(transform.pointCount))
        let summits = a.indices.dropLast().filter { i in
            a[i] > least && (i == 0 || a[i] >= a[i - 1]) && a[i] > a[i + 1]
        }
        var peaks: [Wave] = []
        for i in summits.sorted(by: { a[$0] > a[$1] }) {
            var place = Double(i)
            if i > 0, a[i - 1] > 0, a[i + 1] > 0 {
                let (left, middle, right) = (log(a[i - 1]), log(a[i]), log(a[i + 1]))
                place += (left - right) / (left - 2 * middle + right) / 2
            }
            let frequency = place * mode < slowest ? 0 : place * mode
            let isApart = peaks.allSatisfy { abs($0.frequency - frequency) > Self.lobe * resolution }
            if isApart { peaks.append(Wave(frequency: frequency, curvature: a[i])) }
        }
        return peaks
    }
}
