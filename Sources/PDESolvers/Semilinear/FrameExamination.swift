import PDECore

/// How sharp a state is and how well its grid carries it.
public struct FrameExamination: Equatable, Sendable {
    /// max |∂u_i/∂x_j| over points, components and axes.
    public var steepestSlope = 0.0
    /// The largest range max − min of a component: the jump that a front can have.
    public var jump = 0.0
    /// Share of the energy in the highest tenth of the wavenumbers that are kept; 1 means a flat spectrum's end and more.
    public var spectralTail = 0.0
    /// The wavelength below which one millionth of the energy lies, in grid spacings. The shortest wave that dealiasing
    /// keeps has 3, or 4 for cubic equations.
    public var smallestScale = Double.infinity

    /// Nothing.
    public init() {}

    /// Thickness of the thinnest layer, jump over slope, in units of length.
    public var layerThickness: Double { steepestSlope > 0 ? jump / steepestSlope : .infinity }
}

/// Examines spectral states. Owns workspace: one per thread.
public final class FrameExaminer<Scalar: Real> {
    private let space: SpectralSpace<Scalar>
    private let slopes: AlignedBuffer<Scalar>
    private let modes: AlignedBuffer<Scalar>
    /// For every mode its wavenumber as a fraction of the cutoff, cut into `bins`.
    private let bin: [Int]
    private let bins: Int
    private var spectrum: [Double]

    /// An examiner for states in `space`.
    public init(in space: SpectralSpace<Scalar>) {
        self.space = space
        slopes = AlignedBuffer(count: space.grid.count)
        modes = AlignedBuffer(count: space.componentStride)
        let limits = space.limits.map(Double.init)
        let bins = Int(limits.max()!)
        var bin = [Int](repeating: 0, count: space.modeCount)
        space.forEachMode { mode, wave in
            let fraction = zip(wave, limits).map { abs(Double($0)) / $1 }.max()!
            bin[mode] = fraction > 1 ? bins : Int((fraction * Double(bins)).rounded())
        }
        self.bin = bin
        self.bins = bins
        spectrum = Array(repeating: 0, count: bins + 1)
    }

    /// Transforms a state to the grid and examines it.
    ///
    /// - Parameters:
    ///   - state: coefficients.
    ///   - values: for each component a buffer that receives its values on the grid.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func examine(_ state: SpectralField<Scalar>, into values: [AlignedBuffer<Scalar>]) -> FrameExamination {
        inspect(state, values)
    }

    @inline(never)
    private func inspect(_ state: SpectralField<Scalar>, _ values: [AlignedBuffer<Scalar>]) -> FrameExamination {
        var result = FrameExamination()
        for b in 0...bins { spectrum[b] = 0 }
        state.coefficients.withUnsafePointer { coefficients in
            for (component, buffer) in values.enumerated() {
                let u = coefficients + component * space.componentStride
                space.transform.inverse(u, into: buffer.pointer)
                let (low, high) = Self.range(buffer)
                result.jump = max(result.jump, high - low)
                for axis in 0..<space.grid.dimensions {
                    space.differentiate(u, axis: axis, into: modes.pointer)
                    space.transform.inverse(modes.pointer, into: slopes.pointer)
                    let (least, most) = Self.range(slopes)
                    result.steepestSlope = max(result.steepestSlope, -least, most)
                }
                addSpectrum(u)
            }
        }
        // The mean carries no scale.
        spectrum[0] = 0
        let total = spectrum.reduce(0, +)
        guard total > 0 else { return result }
        let tailStart = max(1, bins - bins / 10)
        result.spectralTail = spectrum[tailStart...bins].reduce(0, +) / total
        var above = 0.0
        for b in stride(from: bins, through: 1, by: -1) {
            above += spectrum[b]
            if above > 1e-6 * total {
                result.smallestScale = Double(space.degree + 1) * Double(bins) / Double(b)
                break
            }
        }
        return result
    }

    private func addSpectrum(_ u: UnsafePointer<Scalar>) {
        let row = space.transform.keptModes
        for mode in 0..<space.modeCount {
            let (re, im) = (Double(u[2 * mode]), Double(u[2 * mode + 1]))
            spectrum[bin[mode]] += (mode % row == 0 ? 1 : 2) * (re * re + im * im)
        }
    }

    private static func range(_ buffer: AlignedBuffer<Scalar>) -> (Double, Double) {
        var (low, high) = (buffer.pointer[0], buffer.pointer[0])
        for i in 1..<buffer.count {
            let value = buffer.pointer[i]
            low = value < low ? value : low
            high = value > high ? value : high
        }
        return (Double(low), Double(high))
    }
}
