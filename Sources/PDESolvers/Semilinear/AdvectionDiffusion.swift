import PDECore

/// Advection with a constant velocity and diffusion, periodic, in one to three dimensions:
///
///     u_t + c·∇u = D ∇²u
///
/// Linear, so every mode is advanced exactly whatever the time step.
///
/// - Reference solution: u(x, t) = e^{−D|k|²t} cos(k·(x − ct)).
public struct AdvectionDiffusion: SemilinearEquation, Hashable {
    /// c, one component an axis.
    public let velocity: [Double]
    /// D ≥ 0.
    public let diffusivity: Double

    /// The equation with velocity c and diffusivity D ≥ 0.
    public init(velocity: [Double], diffusivity: Double) {
        precondition(diffusivity >= 0, "diffusivity: expected 0 or more, got \(diffusivity)")
        self.velocity = velocity
        self.diffusivity = diffusivity
    }

    /// Number of unknown fields in a box of `dimensions` axes.
    public func components(dimensions: Int) -> Int {
        precondition(dimensions == velocity.count, "velocity: expected \(dimensions) components, got \(velocity.count)")
        return 1
    }

    /// The symbol of the linear part.
    public func linearSymbol(_ wavevector: [Double]) -> Complex<Double> {
        let square = wavevector.reduce(0) { $0 + $1 * $1 }
        let phase = zip(velocity, wavevector).reduce(0) { $0 + $1.0 * $1.1 }
        return Complex(-diffusivity * square, -phase)
    }

    /// There is no nonlinear term.
    public func makeNonlinearTerm<Scalar: Real>(
        in space: SpectralSpace<Scalar>
    ) -> (any NonlinearTerm<Scalar>)? { nil }
}
