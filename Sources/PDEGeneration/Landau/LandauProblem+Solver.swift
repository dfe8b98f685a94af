import PDEConfig
import PDESolvers

extension LandauProblem {
    /// How time is stepped, and what particles there are.
    public struct Solver: Hashable, Sendable {
        /// A fixed step of the Fourier method; nil for steps that its stability sets.
        public var step: Double?
        /// The particles that are stored beside the density; nil for none.
        public var particles: Particles?

        /// Steps that stability sets unless one is given, and no particles unless some are.
        public init(step: Double? = nil, particles: LandauProblem.Particles? = nil) {
            (self.step, self.particles) = (step, particles)
        }
    }

    /// Deterministic particles.
    public struct Particles: Hashable, Sendable {
        /// How many, all of the same weight.
        public var count: Int
        /// Where their score comes from.
        public var score: Score
        /// The method in time.
        public var scheme: ParticleScheme
        /// A fixed step; nil for steps that stability sets.
        public var step: Double?
        /// Particles of a random batch; nil for the sum over all pairs.
        public var batch: Int?
        /// Whether each step restores the energy.
        public var conservesEnergy: Bool
        /// Variance of the blobs; nil for the standard one of the recipe.
        public var variance: Double?

        /// So many particles; what is left out is as in a recipe that leaves it out.
        public init(
            count: Int, score: Score = .blobs, scheme: ParticleScheme = .midpoint, step: Double? = nil,
            batch: Int? = nil,
            conservesEnergy: Bool = true, variance: Double? = nil
        ) {
            (self.count, self.score, self.scheme, self.step) = (count, score, scheme, step)
            (self.batch, self.conservesEnergy, self.variance) = (batch, conservesEnergy, variance)
        }

        /// Where the particles' score comes from.
        public enum Score: String, Codable, CaseIterable, Sendable {
            /// Their own density, regularised by Gaussian blobs.
            case blobs
            /// The nearest cubic field.
            case polynomial
            /// The exact one of the solution of Bobylev, Krook and Wu.
            case exact
        }
    }

    /// What a sample must satisfy.
    public struct HealthLimits: Hashable, Sendable {
        /// Largest change of the energy, relative, and of the momentum.
        public var conservation: Double
        /// Largest rise of the entropy from one frame to the next.
        public var entropyRise: Double
        /// Largest share of the mass that is negative.
        public var negativeShare: Double
        /// Largest relative L2 error where the solution is known.
        public var exactError: Double
        /// Largest relative change of the particles' energy.
        public var particleEnergy: Double
        /// Whether a density that has come to equilibrium, so that frames hardly change, is stored.
        public var allowsSteady: Bool
        /// How often a sample is drawn before it is given up.
        public var attempts: Int
    }
}

extension LandauProblem.Solver: Codable {
    private enum Key: String, CodingKey { case step, particles }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        step = try container.decodeIfPresent(.step, in: .magnitude)
        particles = try container.decodeIfPresent(LandauProblem.Particles.self, forKey: .particles)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(step, forKey: .step)
        try container.encodeIfPresent(particles, forKey: .particles)
    }
}

extension LandauProblem.Particles: Codable {
    private enum Key: String, CodingKey { case count, score, scheme, step, batch, conservesEnergy, variance }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        count = try container.decode(.count, in: Bounds.between(100, 100_000))
        score = try container.decode(.score, default: .blobs)
        scheme = try container.decode(.scheme, default: .midpoint)
        step = try container.decodeIfPresent(.step, in: .magnitude)
        batch = try container.decodeIfPresent(.batch, in: Bounds.between(2, count))
        conservesEnergy = try container.decode(.conservesEnergy, default: true)
        variance = try container.decodeIfPresent(.variance, in: Bounds.between(1e-4, 1))
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(count, forKey: .count)
        try container.encode(score, forKey: .score)
        try container.encode(scheme, forKey: .scheme)
        try container.encodeIfPresent(step, forKey: .step)
        try container.encodeIfPresent(batch, forKey: .batch)
        try container.encode(conservesEnergy, forKey: .conservesEnergy)
        try container.encodeIfPresent(variance, forKey: .variance)
    }
}

extension LandauProblem.HealthLimits: Encodable {
    enum Key: String, CodingKey {
        case conservation, entropyRise, negativeShare, exactError, particleEnergy
        case allowsSteady = "steady"
        case attempts
    }

    /// Limits that a sound computation keeps with room to spare.
    public init() {
        (conservation, entropyRise, negativeShare, exactError) = (1e-4, 1e-8, 1e-4, 1e-3)
        (particleEnergy, allowsSteady, attempts) = (1e-2, false, 5)
    }

    init(from container: KeyedDecodingContainer<Key>) throws {
        let standard = Self()
        func limit(_ key: Key, _ value: Double) throws -> Double {
            try container.decode(key, in: Bounds.positive, default: value)
        }
        conservation = try limit(.conservation, standard.conservation)
        entropyRise = try limit(.entropyRise, standard.entropyRise)
        negativeShare = try limit(.negativeShare, standard.negativeShare)
        exactError = try limit(.exactError, standard.exactError)
        particleEnergy = try limit(.particleEnergy, standard.particleEnergy)
        allowsSteady = try container.decode(.allowsSteady, default: standard.allowsSteady)
        attempts = try container.decode(.attempts, in: Bounds.between(1, 100), default: standard.attempts)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(conservation, forKey: .conservation)
        try container.encode(entropyRise, forKey: .entropyRise)
        try container.encode(negativeShare, forKey: .negativeShare)
        try container.encode(exactError, forKey: .exactError)
        try container.encode(particleEnergy, forKey: .particleEnergy)
        if allowsSteady { try container.encode(allowsSteady, forKey: .allowsSteady) }
        try container.encode(attempts, forKey: .attempts)
    }
}
