import PDEConfig
import PDECore
import PDESolvers

extension EllipticProblem {
    /// How the linear system is solved.
    public struct Solver: Equatable, Sendable {
        /// By what: conjugate gradients with multigrid if nothing else is given.
        @OneOf<PoissonMethods> public var method: any PoissonMethod = ConjugateGradientMethod()
        /// The precision of the computation. Data are always stored in single precision.
        public var precision: Precision
        /// The relative residual in the 2-norm at which iterations end.
        public var tolerance: Double
        /// The most iterations.
        public var iterationLimit: Int

        /// Makes the solver of a system, which asks before every iteration whether it goes on.
        func makeSolver<Scalar: Real>(
            for system: PoissonSystem<Scalar>, while goesOn: @escaping () -> Bool
        ) throws(PoissonError) -> any PoissonSolver<Scalar> {
            try method.makeSolver(
                for: system,
                until: StoppingCriterion(tolerance: tolerance, iterationLimit: iterationLimit, goesOn: goesOn))
        }
    }

    /// What a sample must satisfy beside a solver that converged.
    public struct HealthLimits: Hashable, Sendable {
        /// Largest difference of a cell's fluxes and its source, relative to the largest source.
        public var balance: Double
        /// How often a sample is drawn before it is given up.
        public var attempts: Int
    }
}

extension EllipticProblem.Solver: Codable {
    private enum Key: String, CodingKey { case precision, tolerance, iterationLimit }

    /// A method, and where its iterations end.
    ///
    /// - Parameter tolerance: the relative residual; what the precision reaches if left out.
    public init(
        _ method: any PoissonMethod = ConjugateGradientMethod(), precision: Precision = .double,
        tolerance: Double? = nil,
        iterationLimit: Int = 1000
    ) {
        (self.precision, self.iterationLimit) = (precision, iterationLimit)
        self.tolerance = tolerance ?? (precision == .double ? 1e-10 : 1e-5)
        self.method = method
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        precision = try container.decode(.precision, default: .double)
        tolerance = try container.decode(
            .tolerance, in: Bounds.between(1e-15, 0.1), default: precision == .double ? 1e-10 : 1e-5)
        iterationLimit = try container.decode(.iterationLimit, in: Bounds.between(1, 1_000_000), default: 1000)
        _method = try OneOf(from: decoder)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(precision, forKey: .precision)
        try container.encode(tolerance, forKey: .tolerance)
        try container.encode(iterationLimit, forKey: .iterationLimit)
        // Recipes from before there was a choice say nothing of it.
        if _method != Self()._method { try _method.encode(to: encoder) }
    }
}

extension EllipticProblem.HealthLimits: Encodable {
    enum Key: String, CodingKey { case balance, attempts }

    /// A limit that a converged solution in this precision keeps with room to spare.
    public init(solver: EllipticProblem.Solver) {
        balance = max(1e3 * solver.tolerance, solver.precision == .double ? 1e-6 : 1e-2)
        attempts = 5
    }

    init(from container: KeyedDecodingContainer<Key>, solver: EllipticProblem.Solver) throws {
        let standard = Self(solver: solver)
        balance = try container.decode(.balance, in: Bounds.positive, default: standard.balance)
        attempts = try container.decode(.attempts, in: Bounds.between(1, 100), default: standard.attempts)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(balance, forKey: .balance)
        try container.encode(attempts, forKey: .attempts)
    }
}
