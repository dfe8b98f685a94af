import PDEConfig
import PDECore

/// By conjugate gradients, preconditioned by the box without solids (`PressureConjugateGradients`) or by any preconditioner of
/// Poisson's equation.
///
/// The box takes 18 to 70 iterations with a few bodies and over a hundred with thousands of cut faces; multigrid, and what a run
/// has learned, take 13 to 20 with either. They do not know periodic sides.
public struct IterativePressure: PressureMethod {
    /// Its name.
    public static let kind = "conjugate-gradients"
    /// What else it is called.
    public static let aliases = ["cg", "pcg", "iterative"]

    /// What stands for the inverse; nil for the box without solids.
    public var preconditioner: OneOf<PoissonPreconditioners>?
    /// The relative residual at which iterations end, in the max norm with the box as preconditioner and in the 2-norm with others;
    /// nil for 1e-12 in double and 1e-5 in single precision.
    public var tolerance: Double?
    /// The most iterations in one solve.
    public var iterationLimit: Int

    /// The method.
    public init(
        preconditioner: (any PoissonPreconditioner)? = nil, tolerance: Double? = nil, iterationLimit: Int = 500
    ) {
        self.preconditioner = preconditioner.map { OneOf(wrappedValue: $0) }
        (self.tolerance, self.iterationLimit) = (tolerance, iterationLimit)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        preconditioner = try container.decodeIfPresent(OneOf<PoissonPreconditioners>.self, forKey: .preconditioner)
        tolerance = try container.decodeIfPresent(.tolerance, in: .between(1e-15, 0.1))
        try container.decode(.iterationLimit, into: &iterationLimit, in: 1...1_000_000)
    }

    /// See `PressureMethod`.
    public func summary(_ number: (Double) -> String) -> String {
        preconditioner.map { "conjugate-gradient (\($0.wrappedValue.summary(number)))" } ?? "conjugate-gradient"
    }

    /// What the preconditioner objects.
    public func objection(to system: PoissonOutline) -> String? {
        preconditioner?.wrappedValue.objection(to: system)
    }

    /// See `PressureMethod`.
    public func makeSolver<Scalar: Real>(
        for openings: FaceOpenings, of scalar: Scalar.Type = Scalar.self
    ) -> any PressureSolver<Scalar> {
        guard let preconditioner else {
            return PressureConjugateGradients<Scalar>(openings, tolerance: tolerance, iterationLimit: iterationLimit)
        }
        return PreconditionedPressure<Scalar>(
            openings, preconditioner: preconditioner.wrappedValue, tolerance: tolerance, iterationLimit: iterationLimit)
    }
}
