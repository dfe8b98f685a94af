import PDEConfig
import PDECore

/// What conjugate gradients use in place of A⁻¹: a kind that makes an operator for a system.
///
/// A kind of a program's own is named in a recipe as those of the list are, once a decoder knows it:
///
///     let kinds = Kinds([MyPreconditioner.self])        // "solver": { "preconditioner": { "kind": "mine" } }
///     let recipe = try StrictDecoder(kinds: kinds).decode(Recipe.self, from: json)
public protocol PoissonPreconditioner: Kind where Family == PoissonPreconditioners {
    /// The operator for a system, which serves one solver.
    ///
    /// - Parameters:
    ///   - system: its grid, sides, solids, coefficient and shift, and the numbers of A (`PoissonSystem.couplings`).
    ///   - team: the threads that may share the work. Results must not depend on their number.
    func makeOperator<Scalar: Real>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar>

    /// What it is, as dataset cards say after "conjugate gradients with"; `number` writes numbers.
    func summary(_ number: (Double) -> String) -> String

    /// Why it cannot serve systems like this one; nil, the default, where it can. Recipes are refused with it beforehand.
    func objection(to system: PoissonOutline) -> String?
}

extension PoissonPreconditioner {
    /// None.
    public func objection(to system: PoissonOutline) -> String? { nil }
}

/// The preconditioners that a recipe can name.
public enum PoissonPreconditioners: KindFamily {
    /// A value of any of them.
    public typealias Member = any PoissonPreconditioner
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        Unpreconditioned.self,
        IncompleteCholesky.self,
        SymmetricOverRelaxation.self,
        MultigridCycle.self,
        AlgebraicMultigridCycle.self,
    ]
}

/// z = Mr with M near the inverse of a system's A.
///
/// It owns its workspace; `apply` allocates nothing once warm.
public protocol PreconditionerOperator<Scalar>: AnyObject {
    /// The precision.
    associatedtype Scalar: Real

    /// Whether it is one symmetric positive definite matrix throughout a solve. Where it is not, as with a network, the
    /// iteration is the flexible one (Y. Notay, SIAM J. Sci. Comput. 22 (2000)), which keeps its speed at one more product
    /// an iteration.
    var isSymmetric: Bool { get }

    /// How many directions before a new one it is made A-orthogonal to, where the operator is not symmetric; 1 if left out.
    var recall: Int { get }

    /// Takes over the system's shift before a solve.
    func follow(shift: Double)

    /// Writes Mr; a factor that is the same in all of a solve does not matter.
    ///
    /// - Parameters:
    ///   - residual: r, one component on the system's grid, 0 in solid cells.
    ///   - correction: gets Mr; what stands in solid cells does not count.
    func apply(_ residual: Field<Scalar>, into correction: inout Field<Scalar>)

    /// Forgets what a solve left, after one that met a NaN.
    func clear()
}

extension PreconditionerOperator {
    /// The last one.
    public var recall: Int { 1 }
    /// M stays what it is: near A⁻¹ for shifts that are not large.
    public func follow(shift: Double) {}
    /// Nothing is kept from solve to solve.
    public func clear() {}
}

/// What is known of a system before there is one.
public struct PoissonOutline: Sendable {
    /// The cells.
    public let grid: Grid
    /// Whether cells may be solid.
    public let hasSolid: Bool
    /// Whether the coefficient differs from cell to cell.
    public let isVariable: Bool

    /// An outline.
    public init(_ grid: Grid, hasSolid: Bool, isVariable: Bool) {
        (self.grid, self.hasSolid, self.isVariable) = (grid, hasSolid, isVariable)
    }
}
