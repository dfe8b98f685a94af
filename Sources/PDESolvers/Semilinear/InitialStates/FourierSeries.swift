import Glibc
import PDEConfig
import PDECore

/// A sum of all waves with at most `modes` periods in the box along each axis, with uniform random coefficients, scaled
/// to a largest magnitude of 1: the truncated Fourier series of Exponax and of the benchmarks that follow it.
public struct FourierSeries: InitialState {
    /// Its name.
    public static let kind = "fourier"
    /// Other names of keys.
    public static let keyAliases = ["cutoff": "modes"]

    /// The most periods along an axis.
    public var modes: Int

    /// Points on which the largest magnitude is found, along each axis and per wave: independent of the grid.
    private static let pointsPerWave = 16

    /// The series of so many modes.
    public init(modes: Int = 5) { self.modes = modes }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.modes, into: &modes, in: 1...1000)
    }

    /// See `InitialState`.
    public var isNormalized: Bool { true }

    /// See `InitialState`.
    public func summary(_ number: (Double) -> String) -> String {
        "random Fourier series of \(modes) modes, scaled to a largest magnitude of 1"
    }

    /// See `InitialState`.
    public func jump(lengths: [Double]) -> Double? { 2 }

    /// See `InitialState`.
    public func waves(along axis: Int, lengths: [Double]) -> WaveDemand? {
        WaveDemand(Double(modes), of: "modes", noun: "mode")
    }

    /// Draws a component.
    public func field(on grid: Grid, component: Int, from stream: RandomStream) -> Field<Double> {
        var stream = stream
        // One half of the wavevectors; the other half are their conjugates.
        let side = 2 * modes + 1
        var waves: [(wave: [Int], coefficient: Complex<Double>)] = []
        for code in 0..<Int(pow(Double(side), Double(grid.dimensions))) {
            var rest = code
            let wave = grid.axes.map { _ in
                defer { rest /= side }
                return rest % side - modes
            }
            guard let first = wave.first(where: { $0 != 0 }), first > 0 else { continue }
            waves.append((wave, Complex(stream.uniform(in: -1...1), stream.uniform(in: -1...1))))
        }
        let sampling = grid.resampled(to: Self.pointsPerWave * max(1, modes))
        let coarse = Self.synthesis(of: waves, on: sampling)
        let peak = coarse.values.values.map(abs).max()!
        let scaled = waves.map { ($0.wave, 1 / peak * $0.coefficient) }
        return Self.synthesis(of: scaled, on: grid)
    }

    private static func synthesis(of waves: [(wave: [Int], coefficient: Complex<Double>)], on grid: Grid)
        -> Field<Double>
    {
        let transform = RealFourierTransform<Double>(shape: grid.shape)
        let coefficients = AlignedBuffer<Double>(count: 2 * transform.modeCount)
        for (wave, coefficient) in waves {
            set(coefficient, at: wave, transform, coefficients)
            set(coefficient.conjugate, at: wave.map { -$0 }, transform, coefficients)
        }
        var field = Field<Double>(on: grid)
        field.values.withUnsafeMutablePointer { transform.inverse(coefficients.pointer, into: $0) }
        return field
    }

    /// Stores a coefficient if its place is in the half of the spectrum that is stored.
    private static func set(
        _ value: Complex<Double>, at wave: [Int], _ transform: RealFourierTransform<Double>,
        _ coefficients: AlignedBuffer<Double>
    ) {
        let last = wave[wave.count - 1]
        guard last >= 0 else { return }
        var mode = 0
        for (k, count) in zip(wave.dropLast(), transform.shape) { mode = mode * count + (k >= 0 ? k : k + count) }
        mode = mode * transform.keptModes + last
        coefficients.pointer[2 * mode] = value.real
        coefficients.pointer[2 * mode + 1] = value.imaginary
    }
}
