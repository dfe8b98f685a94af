import PDEConfig
import PDECore

/// How the pressure of a flow is solved for: a kind that makes a solver for the cells of a flow.
///
/// A kind of a program's own is named in a recipe as those of the list are, once a decoder knows it
/// (`"solver": { "pressure": { "kind": "mine" } }`), or handed to a `FlowStepper`.
public protocol PressureMethod: Kind where Family == PressureMethods {
    /// A solver for cells whose faces may be open in part; it serves one thread.
    func makeSolver<Scalar: Real>(for openings: FaceOpenings, of scalar: Scalar.Type) -> any PressureSolver<Scalar>

    /// What it is, as dataset cards say before "pressure projection"; `number` writes numbers.
    func summary(_ number: (Double) -> String) -> String

    /// Why it cannot solve for the pressure on cells like these; nil, the default, where it can. Recipes are refused with it
    /// beforehand.
    func objection(to system: PoissonOutline) -> String?
}

extension PressureMethod {
    /// None.
    public func objection(to system: PoissonOutline) -> String? { nil }
}

/// The pressure solvers that a recipe can name.
public enum PressureMethods: KindFamily {
    /// A value of any of them.
    public typealias Member = any PressureMethod
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        DirectPressure.self,
        IterativePressure.self,
    ]
}
