import Glibc
import PDECore

/// The exact solution of the viscous Burgers equation in one dimension for any periodic initial state.
///
/// u = −2ν φ_x/φ turns Burgers' equation into the heat equation φ_t = ν φ_xx (E. Hopf 1950, J. D. Cole 1951), which is
/// solved mode by mode. A mean speed is removed by changing to a moving frame first. Exact up to the resolution of φ on
/// the grid and to round-off, which grows with max φ/min φ = exp(max ∫u − min ∫u)/2ν: keep that exponent below 16.
public struct ColeHopfSolution {
    private let grid: Grid
    private let viscosity: Double
    private let mean: Double
    private let transform: RealFourierTransform<Double>
    private let potential: AlignedBuffer<Double>

    /// The solution that starts from `initial`, one component on a periodic grid in one dimension.
    public init(from initial: Field<Double>, viscosity: Double) {
        precondition(initial.grid.dimensions == 1 && initial.grid.isPeriodic, "initial: expected one periodic axis")
        precondition(viscosity > 0, "viscosity: expected more than 0, got \(viscosity)")
        grid = initial.grid
        self.viscosity = viscosity
        transform = RealFourierTransform(shape: grid.shape)
        potential = AlignedBuffer(count: 2 * transform.modeCount)
        let values = AlignedBuffer<Double>(count: grid.count)
        for point in 0..<grid.count { values.pointer[point] = initial[0, point] }
        transform.forward(values.pointer, into: potential.pointer)
        mean = potential.pointer[0]
        // φ(x, 0) = exp(−∫u/2ν); the integral of the mode k is û/(ik).
        for mode in 0..<transform.modeCount {
            let k = 2 * Double.pi * Double(mode) / grid.axes[0].length
            let (re, im) = (potential.pointer[2 * mode], potential.pointer[2 * mode + 1])
            potential.pointer[2 * mode] = mode == 0 ? 0 : im / k
            potential.pointer[2 * mode + 1] = mode == 0 ? 0 : -re / k
        }
        transform.inverse(potential.pointer, into: values.pointer)
        for point in 0..<grid.count { values.pointer[point] = exp(-values.pointer[point] / (2 * viscosity)) }
        transform.forward(values.pointer, into: potential.pointer)
    }

    /// The field at time t.
    public func field(at time: Double) -> Field<Double> {
        let (heat, slope) = (
            AlignedBuffer<Double>(count: potential.count), AlignedBuffer<Double>(count: potential.count)
        )
        for mode in 0..<transform.modeCount {
            let k = 2 * Double.pi * Double(mode) / grid.axes[0].length
            let decay = exp(-viscosity * k * k * time)
            let shift = -k * mean * time
            let (re, im) = (potential.pointer[2 * mode], potential.pointer[2 * mode + 1])
            let real = decay * (re * cos(shift) - im * sin(shift))
            let imaginary = decay * (re * sin(shift) + im * cos(shift))
            heat.pointer[2 * mode] = real
            heat.pointer[2 * mode + 1] = imaginary
            slope.pointer[2 * mode] = -k * imaginary
            slope.pointer[2 * mode + 1] = k * real
        }
        let (phi, gradient) = (AlignedBuffer<Double>(count: grid.count), AlignedBuffer<Double>(count: grid.count))
        transform.inverse(heat.pointer, into: phi.pointer)
        transform.inverse(slope.pointer, into: gradient.pointer)
        var result = Field<Double>(on: grid)
        for point in 0..<grid.count {
            result[0, point] = mean - 2 * viscosity * gradient.pointer[point] / phi.pointer[point]
        }
        return result
    }
}
