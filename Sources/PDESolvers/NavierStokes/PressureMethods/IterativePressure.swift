import PDEConfig
import PDECore

/// By conjugate gradients, preconditioned by the box without solids; see `PressureConjugateGradients`.
public struct IterativePressure: PressureMethod {
    /// Its name.
    public static let kind = "conjugate-gradients"
    /// What else it is called.
    public static let aliases = ["cg", "pcg", "iterative"]

    /// The relative residual in the max norm at which iterations end; nil for 1e-12 in double and 1e-5 in single precision.
    public var tolerance: Double?
    /// The most iterations in one solve.
    public var iterationLimit: Int

    /// The method.
    public init(tolerance: Double? = nil, iterationLimit: Int = 500) {
        (self.tolerance, self.iterationLimit) = (tolerance, iterationLimit)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        tolerance = try container.decodeIfPresent(.tolerance, in: .between(1e-15, 0.1))
        try container.decode(.iterationLimit, into: &iterationLimit, in: 1...1_000_000)
    }

    /// See `PressureMethod`.
    public func summary(_ number: (Double) -> String) -> String { "conjugate-gradient" }

    /// See `PressureMethod`.
    public func makeSolver<Scalar: Real>(
        for openings: FaceOpenings, of scalar: Scalar.Type = Scalar.self
    ) -> any PressureSolver<Scalar> {
        PressureConjugateGradients<Scalar>(openings, tolerance: tolerance, iterationLimit: iterationLimit)
    }
}
