import PDEConfig
import PDECore

/// Successive over-relaxation; see `SuccessiveOverRelaxation`. It takes thousands of iterations: for comparisons.
public struct OverRelaxationMethod: PoissonMethod {
    /// Its name.
    public static let kind = "over-relaxation"
    /// What else it is called.
    public static let aliases = ["sor", "gauss-seidel", "successive-over-relaxation"]
    /// Other names of keys.
    public static let keyAliases = ["omega": "overRelaxation", "relaxation": "overRelaxation"]

    /// ω, between 0 and 2; 1 is Gauss–Seidel.
    public var overRelaxation: Double

    /// The method of ω.
    public init(overRelaxation: Double = 1.9) { self.overRelaxation = overRelaxation }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(
            .overRelaxation, into: &overRelaxation, in: Bounds.moreThan(0, lessThan: 2))
    }

    /// See `PoissonMethod`.
    public func summary(_ number: (Double) -> String) -> String {
        "successive over-relaxation of ω = \(number(overRelaxation))"
    }

    /// See `PoissonMethod`.
    public func makeSolver<Scalar: Real>(
        for system: PoissonSystem<Scalar>, until criterion: StoppingCriterion
    ) -> any PoissonSolver<Scalar> {
        let solver = SuccessiveOverRelaxation(
            system, overRelaxation: overRelaxation, tolerance: criterion.tolerance,
            iterationLimit: criterion.iterationLimit)
        solver.goesOn = criterion.goesOn
        return solver
    }
}
