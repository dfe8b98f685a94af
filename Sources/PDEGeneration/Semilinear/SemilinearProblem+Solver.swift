import PDEConfig
import PDECore
import PDESolvers

extension SemilinearProblem {
    /// How time is stepped.
    public struct Solver: Hashable, Sendable {
        /// Order of the exponential Runge–Kutta method, 2 or 4.
        public var method: ExponentialRungeKutta
        /// The precision of the computation. Data are always stored in single precision.
        public var precision: Precision
        /// The CFL number that sets the step at the start of each frame; nil if the step is fixed. Within a frame the step is
        /// halved where speeds rise until `health.cfl` would be broken.
        public var courant: Double?
        /// A fixed step, or with a CFL number the longest one; nil if there is no bound.
        public internal(set) var step: Double?
        /// The first step of a graded start, for rough initial states; nil for even steps.
        public var firstStep: Double?

        /// How time is stepped.
        ///
        /// - Parameters:
        ///   - courant: the CFL number; where neither it nor a step is given 0.5 of ETDRK4, 0.2 of ETDRK2.
        ///   - step: a fixed step, or with a CFL number the longest one.
        ///   - firstStep: the first step of a graded start, for rough initial states.
        public init(
            method: ExponentialRungeKutta = .fourth, precision: Precision = .double, courant: Double? = nil,
            step: Double? = nil, firstStep: Double? = nil
        ) {
            (self.method, self.precision, self.step, self.firstStep) = (method, precision, step, firstStep)
            self.courant = courant ?? (step == nil ? (method == .fourth ? 0.5 : 0.2) : nil)
        }

        /// With steps that an equation bears, where it bears some only.
        func limited(by equation: any SemilinearRecipe) -> Solver {
            var solver = self
            solver.step = step ?? equation.extremes.compactMap(\.equation.demands.longestStep).min()
            return solver
        }

        /// The rule for the number of steps.
        public var control: StepControl {
            switch (courant, step) {
            case (let courant?, let step): .courant(courant, longest: step ?? .infinity)
            case (nil, let step): .fixed(step!)
            }
        }
    }

    /// What a sample must satisfy.
    public struct HealthLimits: Hashable, Sendable {
        /// Largest CFL number of any step; nil if there is no bound. A fixed step has none unless the recipe gives one: where
        /// viscosity damps the short waves, far longer steps are accurate, and the energy budget tells.
        public var courant: Double?
        /// Largest error of the energy budget, relative to the energy that is there and that comes and goes.
        public var energyBalance: Double
        /// Largest share of the energy that comes to the highest tenth of the wavenumbers that are kept, above the least share
        /// there before: what the initial state has there is its own.
        public var spectralTail: Double
        /// Whether a state that has become steady, so that frames repeat, is stored.
        public var allowsSteady: Bool
        /// How often a sample is drawn before it is given up.
        public var attempts: Int
    }
}

extension SemilinearProblem.Solver: Codable {
    private enum Key: String, CodingKey {
        case method = "order"
        case precision
        case courant = "cfl"
        case step, firstStep
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let order: Int = try container.decode(.method, default: 4)
        guard let method = ExponentialRungeKutta(rawValue: order) else {
            throw ConfigurationError.invalid(path: "order", found: "\(order)", allowed: "2 (ETDRK2) or 4 (ETDRK4)")
        }
        self.init(
            method: method, precision: try container.decode(.precision, default: .double),
            courant: try container.decodeIfPresent(.courant, in: Bounds.moreThan(0.0, atMost: 2.0)),
            step: try container.decodeIfPresent(.step, in: .magnitude),
            firstStep: try container.decodeIfPresent(.firstStep, in: .magnitude))
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(method.rawValue, forKey: .method)
        try container.encode(precision, forKey: .precision)
        try container.encodeIfPresent(courant, forKey: .courant)
        try container.encodeIfPresent(step, forKey: .step)
        try container.encodeIfPresent(firstStep, forKey: .firstStep)
    }
}

extension SemilinearProblem.HealthLimits: Encodable {
    enum Key: String, CodingKey {
        case courant = "cfl"
        case energyBalance, spectralTail
        case allowsSteady = "steady"
        case attempts
    }

    /// Limits that a sound computation in this precision keeps with room to spare.
    public init(solver: SemilinearProblem.Solver) {
        courant = solver.courant == nil ? nil : 1
        energyBalance = solver.precision == .double ? 1e-4 : 1e-3
        spectralTail = 1e-6
        allowsSteady = false
        attempts = 5
    }

    init(from container: KeyedDecodingContainer<Key>, solver: SemilinearProblem.Solver) throws {
        let standard = Self(solver: solver)
        courant = try container.decodeIfPresent(.courant, in: Bounds.positive) ?? standard.courant
        energyBalance = try container.decode(.energyBalance, in: Bounds.positive, default: standard.energyBalance)
        spectralTail = try container.decode(.spectralTail, in: Bounds.positive, default: standard.spectralTail)
        allowsSteady = try container.decode(.allowsSteady, default: standard.allowsSteady)
        attempts = try container.decode(.attempts, in: Bounds.between(1, 100), default: standard.attempts)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(courant, forKey: .courant)
        try container.encode(energyBalance, forKey: .energyBalance)
        try container.encode(spectralTail, forKey: .spectralTail)
        if allowsSteady { try container.encode(allowsSteady, forKey: .allowsSteady) }
        try container.encode(attempts, forKey: .attempts)
    }
}

extension SemilinearProblem.HealthLimits {
    /// Limits; those that are left out are what a sound computation with this solver keeps with room to spare.
    public init(
        of solver: SemilinearProblem.Solver, courant: Double? = nil, energyBalance: Double? = nil,
        spectralTail: Double? = nil, allowsSteady: Bool = false, attempts: Int? = nil
    ) {
        let standard = Self(solver: solver)
        self.courant = courant ?? standard.courant
        self.energyBalance = energyBalance ?? standard.energyBalance
        self.spectralTail = spectralTail ?? standard.spectralTail
        self.allowsSteady = allowsSteady
        self.attempts = attempts ?? standard.attempts
    }
}
