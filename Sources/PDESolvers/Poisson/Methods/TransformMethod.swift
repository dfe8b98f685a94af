import PDECore

/// Directly, by cosine and sine transforms, on boxes without solids and with one coefficient; see `BoxTransformSolver`.
public struct TransformMethod: PoissonMethod {
    /// Its name.
    public static let kind = "transforms"
    /// What else it is called.
    public static let aliases = ["direct", "fft", "dct", "fast-poisson"]

    /// The method.
    public init() {}

    /// See `PoissonMethod`.
    public func summary(_ number: (Double) -> String) -> String { "direct transforms" }

    /// Solids, or a coefficient that varies.
    public func objection(to system: PoissonOutline) -> String? {
        guard system.hasSolid || system.isVariable else { return nil }
        return "transforms need a box without solids and a constant coefficient"
    }

    /// See `PoissonMethod`.
    public func makeSolver<Scalar: Real>(
        for system: PoissonSystem<Scalar>, until criterion: StoppingCriterion
    ) throws(PoissonError) -> any PoissonSolver<Scalar> {
        try BoxTransformSolver(system, tolerance: criterion.tolerance)
    }
}
