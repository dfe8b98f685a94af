import PDEConfig
import PDECore

/// Symmetric successive over-relaxation; near the best ω iterations grow with the root of the cells a side. One thread does it.
///
/// Source: D. M. Young, "Iterative Solution of Large Linear Systems", 1971.
public struct SymmetricOverRelaxation: PoissonPreconditioner {
    /// Its name.
    public static let kind = "ssor"
    /// What else it is called.
    public static let aliases = ["sgs", "symmetric-gauss-seidel", "symmetric-over-relaxation"]
    /// Other names of keys.
    public static let keyAliases = ["omega": "overRelaxation", "relaxation": "overRelaxation"]

    /// ω, between 0 and 2; 1 is symmetric Gauss–Seidel.
    public var overRelaxation: Double

    /// The preconditioner of ω.
    public init(overRelaxation: Double = 1.5) { self.overRelaxation = overRelaxation }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(
            .overRelaxation, into: &overRelaxation, in: Bounds.moreThan(0, lessThan: 2))
    }

    /// See `PoissonPreconditioner`.
    public func summary(_ number: (Double) -> String) -> String {
        "symmetric over-relaxation of ω = \(number(overRelaxation))"
    }

    /// See `PoissonPreconditioner`.
    public func makeOperator<Scalar: Real>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar> { TriangularPreconditioner(system, overRelaxation: overRelaxation) }
}

extension PoissonPreconditioner where Self == SymmetricOverRelaxation {
    /// Symmetric successive over-relaxation with ω between 0 and 2.
    public static func ssor(_ omega: Double) -> Self { Self(overRelaxation: omega) }
}
