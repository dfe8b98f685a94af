import PDEConfig
import PDECore

/// No network: for tasks that learn something else, such as a kernel.
public struct NoNetwork: Architecture {
    /// Its name.
    public static let kind = "none"

    /// No network.
    public init() {}

    /// It has no layers.
    public var width: Int { 0 }
    /// None.
    public func parameterCount(_ shape: OperatorShape) -> Double { 0 }

    /// Refuses every grid.
    public func check(grid: [Int]) throws(GridMisfit) { throw misfit }
    /// Refuses to map anything.
    public func check(_ shape: OperatorShape) throws(GridMisfit) { throw misfit }

    private var misfit: GridMisfit {
        GridMisfit(
            key: "kind", problem: "there is none, and the task trains a network",
            remedy: "Name a network, such as \"\(FourierArchitecture.kind)\".")
    }

    /// See `Architecture`; `check` comes before.
    public func network<Scalar: Real>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> {
        preconditionFailure("NoNetwork.network: expected a network, which `check` would have said")
    }
}
