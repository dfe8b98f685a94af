import PDEConfig
import PDECore

/// How the system of an elliptic problem is solved: a kind that makes a solver for it.
public protocol PoissonMethod: Kind where Family == PoissonMethods {
    /// A solver for a system, on one thread.
    ///
    /// - Throws: `PoissonError` for a system that it cannot take.
    func makeSolver<Scalar: Real>(
        for system: PoissonSystem<Scalar>, until criterion: StoppingCriterion
    ) throws(PoissonError) -> any PoissonSolver<Scalar>

    /// What it is, for the dataset's card; `number` writes numbers.
    func summary(_ number: (Double) -> String) -> String

    /// Why it cannot solve systems like this one; nil, the default, where it can. Recipes are refused with it beforehand.
    func objection(to system: PoissonOutline) -> String?
}

extension PoissonMethod {
    /// None.
    public func objection(to system: PoissonOutline) -> String? { nil }
}

/// The methods that a recipe can name.
public enum PoissonMethods: KindFamily {
    /// A value of any of them.
    public typealias Member = any PoissonMethod
    /// They stand among the other keys of a recipe's solver.
    public static let key = "method"
    /// Recipes that name none mean it.
    public static let implied: (any Kind.Type)? = ConjugateGradientMethod.self
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        ConjugateGradientMethod.self,
        TransformMethod.self,
        OverRelaxationMethod.self,
    ]
}

/// When the iterations of a solver end.
public struct StoppingCriterion {
    /// The relative residual in the 2-norm that is enough.
    public var tolerance: Double
    /// The most iterations in one solve.
    public var iterationLimit: Int
    /// Asked before every iteration; false ends a solve as the limit of iterations does.
    public var goesOn: () -> Bool

    /// A criterion.
    public init(tolerance: Double, iterationLimit: Int, goesOn: @escaping () -> Bool = { true }) {
        (self.tolerance, self.iterationLimit, self.goesOn) = (tolerance, iterationLimit, goesOn)
    }
}
