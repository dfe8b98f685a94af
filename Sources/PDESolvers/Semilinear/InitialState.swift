import Glibc
import PDECore

/// A distribution of periodic initial states that do not depend on the resolution: the same sample on a finer grid is
/// the same function.
public enum InitialState: Hashable, Sendable {
    /// A sum of all waves with at most `modes` periods in the box along each axis, with uniform random coefficients, scaled
    /// to a largest magnitude of 1 (the truncated Fourier series of Exponax and of the benchmarks that follow it).
    case fourier(modes: Int)
    /// A Gaussian random field as it is drawn.
    case gaussian(GaussianRandomField)
    /// sin(2π·waves·x/L) along the axes in turn: component c varies along axis c. No random numbers.
    case sine(waves: Int)

    /// A random vorticity with the spectrum of decaying turbulence, in two dimensions.
    case vorticity(RandomVorticity)

    /// Points on which the largest magnitude is found, along each axis and per wave: independent of the grid.
    private static let pointsPerWave = 16

    /// Draws a state.
    ///
    /// - Parameters:
    ///   - grid: a periodic grid.
    ///   - components: number of fields.
    ///   - streams: a stream for each component, which is not advanced.
    public func field(on grid: Grid, components: Int, streams: (Int) -> RandomStream) -> Field<Double> {
        var result = Field<Double>(on: grid, components: components)
        for component in 0..<components {
            let part: Field<Double>
            switch self {
            case .fourier(let modes):
                part = Self.series(modes: modes, on: grid, from: streams(component))
            case .gaussian(let random):
                part = random.periodic(on: grid, from: streams(component))
            case .vorticity(let random):
                part = random.field(on: grid, from: streams(component))
            case .sine(let waves):
                part = Self.sine(waves: waves, axis: component % grid.dimensions, on: grid)
            }
            result.values.withUnsafeMutablePointer { target in
                part.values.withUnsafePointer { (target + component * grid.count).update(from: $0, count: grid.count) }
            }
        }
        return result
    }

    /// The largest magnitude that a state of this distribution can have; nil where there is no bound.
    public var bound: Double? {
        switch self {
        case .fourier, .sine: 1
        case .gaussian, .vorticity: nil
        }
    }

    private static func sine(waves: Int, axis: Int, on grid: Grid) -> Field<Double> {
        var field = Field<Double>(on: grid)
        let inner = grid.shape[(axis + 1)...].reduce(1, *)
        let axisGrid = grid.axes[axis]
        for point in 0..<grid.count {
            let x = Double(point / inner % axisGrid.count) / Double(axisGrid.count)
            field[0, point] = sin(2 * .pi * Double(waves) * x)
        }
        return field
    }

    private static func series(modes: Int, on grid: Grid, from stream: RandomStream) -> Field<Double> {
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
        let sampling = grid.resampled(to: pointsPerWave * max(1, modes))
        let coarse = synthesis(of: waves, on: sampling)
        let peak = coarse.values.values.map(abs).max()!
        let scaled = waves.map { ($0.wave, 1 / peak * $0.coefficient) }
        return synthesis(of: scaled, on: grid)
    }

    private static func synthesis(of waves: [(wave: [Int], coefficient: Complex<Double>)], on grid: Grid) -> Field<
        Double
    > {
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
