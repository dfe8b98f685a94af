import PDEConfig
import PDECore
import PDESolvers

extension FlowProblem {
    /// How time is stepped.
    public struct Solver: Equatable, Sendable {
        /// The precision of the computation. Data are always stored in single precision.
        public var precision: Precision
        /// The CFL number that sets the step; nil if the step is fixed.
        public var courant: Double?
        /// A fixed step, or with a CFL number the longest one; nil if there is no bound.
        public var step: Double?
        /// How the pressure is solved for.
        @OneOf<PressureMethods> public var pressure: any PressureMethod = DirectPressure()

        /// How time is stepped.
        ///
        /// - Parameters:
        ///   - courant: the CFL number; 0.8 where neither it nor a step is given.
        ///   - step: a fixed step, or with a CFL number the longest one.
        ///   - pressure: how the pressure is solved for.
        public init(
            precision: Precision = .double, courant: Double? = nil, step: Double? = nil,
            pressure: any PressureMethod = DirectPressure()
        ) {
            (self.precision, self.step) = (precision, step)
            self.pressure = pressure
            self.courant = courant ?? (step == nil ? FlowStepControl.standardCourant : nil)
        }

        /// The rule for the number of steps.
        var control: FlowStepControl {
            switch (courant, step) {
            case (let courant?, let step): .courant(courant, longest: step ?? .infinity)
            case (nil, let step): .fixed(step!)
            }
        }
    }

    /// What a sample must satisfy.
    public struct HealthLimits: Hashable, Sendable {
        /// Largest CFL number of any step, with the speeds at its beginning or its end; nil if there is no bound. `solver.cfl`
        /// keeps the one at the beginning, and 0.9 the one at the end: a limit in between refuses flows that speed up within a step.
        public var courant: Double?
        /// Largest divergence in a fluid cell, times the cell size over the peak speed.
        public var divergence: Double
        /// Largest Reynolds number of a cell, Re times cell size, that a recipe may ask for: beyond, the grid carries
        /// neither boundary layers nor wakes.
        public var cellReynolds: Double
        /// Whether a flow that has become steady, so that frames repeat, is stored.
        public var allowsSteady: Bool
        /// How often a sample is drawn before it is given up.
        public var attempts: Int
    }
}

extension FlowProblem.Solver: Codable {
    private enum Key: String, CodingKey {
        case precision
        case courant = "cfl"
        case step, pressure
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            precision: try container.decode(.precision, default: .double),
            courant: try container.decodeIfPresent(
                .courant, in: Bounds.moreThan(0.0, atMost: FlowStepControl.largestCourant)),
            step: try container.decodeIfPresent(.step, in: .magnitude))
        try container.decode(.pressure, into: &_pressure)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(precision, forKey: .precision)
        try container.encodeIfPresent(courant, forKey: .courant)
        try container.encodeIfPresent(step, forKey: .step)
        // Recipes from before there was a choice say nothing of it.
        if _pressure != Self()._pressure { try container.encode(_pressure, forKey: .pressure) }
    }
}

extension FlowProblem.HealthLimits: Encodable {
    enum Key: String, CodingKey {
        case courant = "cfl"
        case divergence, cellReynolds
        case allowsSteady = "steady"
        case attempts
    }

    /// Limits that a sound computation in this precision keeps with room to spare.
    public init(solver: FlowProblem.Solver) {
        courant = solver.courant == nil ? nil : FlowStepControl.largestCourant * (1 + 1e-6)
        divergence = solver.precision == .double ? 1e-8 : 1e-3
        cellReynolds = 100
        allowsSteady = false
        attempts = 5
    }

    init(from container: KeyedDecodingContainer<Key>, solver: FlowProblem.Solver) throws {
        let standard = Self(solver: solver)
        courant = try container.decodeIfPresent(.courant, in: Bounds.positive) ?? standard.courant
        divergence = try container.decode(.divergence, in: Bounds.positive, default: standard.divergence)
        cellReynolds = try container.decode(.cellReynolds, in: Bounds.positive, default: standard.cellReynolds)
        allowsSteady = try container.decode(.allowsSteady, default: standard.allowsSteady)
        attempts = try container.decode(.attempts, in: Bounds.between(1, 100), default: standard.attempts)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(courant, forKey: .courant)
        try container.encode(divergence, forKey: .divergence)
        try container.encode(cellReynolds, forKey: .cellReynolds)
        if allowsSteady { try container.encode(allowsSteady, forKey: .allowsSteady) }
        try container.encode(attempts, forKey: .attempts)
    }
}

extension FlowProblem.HealthLimits {
    /// Limits; those that are left out are what a sound computation with this solver keeps with room to spare.
    public init(
        of solver: FlowProblem.Solver, courant: Double? = nil, divergence: Double? = nil, cellReynolds: Double? = nil,
        allowsSteady: Bool = false, attempts: Int? = nil
    ) {
        let standard = Self(solver: solver)
        self.courant = courant ?? standard.courant
        self.divergence = divergence ?? standard.divergence
        self.cellReynolds = cellReynolds ?? standard.cellReynolds
        self.allowsSteady = allowsSteady
        self.attempts = attempts ?? standard.attempts
    }
}
