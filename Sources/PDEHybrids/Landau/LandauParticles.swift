import PDEConfig
import PDECore
import PDESolvers

/// What neural particles of Landau's equation start from, how they push each other, and for how long they are followed.
///
/// Any kernel A(z) = C|z|^γ (|z|²I − zzᵀ) with C = 1/(8d), in d = 2 to 10 dimensions. The keys stand among those of a task.
public struct LandauParticles: Codable, Equatable, Sendable {
    /// Other names of keys.
    static let keyAliases = [
        "variances": "temperatures", "dt": "timeStep", "count": "particles", "until": "time", "exponent": "gamma",
        "distance": "beams", "batches": "batch",
    ]

    /// Components of a velocity.
    public var dimensions: Int
    /// The initial temperature along each axis; none for the solution of Bobylev, Krook and Wu (`BKWSolution.standard`).
    public var temperatures: [Double]
    /// How far two beams of half the mass each are apart along the first axis, with a temperature of 1 as a whole; 0 for none.
    public var beams: Double
    /// The power γ of the distance in the kernel; 0 for Maxwell molecules, −3 for charged particles.
    public var gamma: Double
    /// Particles of a random batch inside which pairs are summed; 0 for all pairs, which Maxwell molecules have by moments.
    public var batch: Int
    /// Particles, drawn at random by the run's seed.
    public var particles: Int
    /// Whether they start in the middles of about as many cells instead, with weights; in 2 and 3 dimensions.
    public var lattice: Bool
    /// The time that particles are followed for.
    public var time: Double
    /// The time that a step covers.
    public var timeStep: Double

    /// Particles, by default on the solution of Bobylev, Krook and Wu.
    public init(
        dimensions: Int = 2, temperatures: [Double] = [], beams: Double = 0, gamma: Double = 0, batch: Int = 0,
        particles: Int = 2500, lattice: Bool = false, time: Double = 1, timeStep: Double = 0.02
    ) {
        (self.dimensions, self.temperatures, self.beams) = (dimensions, temperatures, beams)
        (self.gamma, self.batch) = (gamma, batch)
        (self.particles, self.lattice) = (particles, lattice)
        (self.time, self.timeStep) = (time, timeStep)
    }

    /// Decodes strictly: wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.dimensions, into: &dimensions, in: 2...10)
        try container.decode(.temperatures, into: &temperatures)
        guard temperatures.isEmpty || temperatures.count == dimensions && temperatures.allSatisfy({ $0 > 0 }) else {
            throw ConfigurationError.invalid(
                path: "temperatures", found: "\(temperatures)",
                allowed: "\(dimensions) numbers more than 0, one for each dimension, or none")
        }
        try container.decode(.beams, into: &beams, in: Bounds.between(0, Self.mostDistance(dimensions)))
        guard temperatures.isEmpty || beams == 0 else {
            throw ConfigurationError.combination(
                paths: ["temperatures", "beams"], why: "both say what the initial state is",
                advice: "leave one of them out")
        }
        try container.decode(.gamma, into: &gamma)
        guard gamma.isFinite, kernel.isIntegrable(dimensions: dimensions), gamma <= 1 else {
            throw ConfigurationError.invalid(
                path: "gamma", found: "\(gamma)",
                allowed: "more than -2 - dimensions, where |z|^(gamma+2) is integrable, and at most 1")
        }
        try container.decode(.particles, into: &particles, in: 2...1_000_000)
        try container.decode(.batch, into: &batch, in: 0...particles)
        guard batch != 1, batch == 0 || gamma != 0 else {
            throw ConfigurationError.invalid(
                path: "batch", found: "\(batch)",
                allowed: gamma == 0 ? "0 with a gamma of 0, where all pairs cost no more" : "0, or 2 to \(particles)")
        }
        guard particles > dimensions else {
            throw ConfigurationError.invalid(
                path: "particles", found: "\(particles)",
                allowed: "more than the \(dimensions) dimensions, or their covariance is singular")
        }
        try container.decode(.lattice, into: &lattice)
        guard !lattice || dimensions <= 3 && particles >= 1 << (2 * dimensions) else {
            throw ConfigurationError.invalid(
                path: "lattice", found: "true",
                allowed: "false with \(particles) particles in \(dimensions) dimensions, where cells are too few a side"
            )
        }
        try container.decode(.time, into: &time, in: Bounds.between(1e-6, 1e6))
        try container.decode(.timeStep, into: &timeStep, in: Bounds.between(1e-6, 1e3))
        guard wholeSteps(of: timeStep, in: time) != nil else {
            throw ConfigurationError.invalid(
                path: "timeStep", found: "\(timeStep)", allowed: "a whole part of the time \(time)")
        }
    }
}

extension LandauParticles {
    /// The distance at which a twentieth of the temperature is left to each beam.
    private static func mostDistance(_ dimensions: Int) -> Double { (3.8 * Double(dimensions)).squareRoot() }

    /// Whether particles start from the solution of Bobylev, Krook and Wu.
    private var startsOnBKW: Bool { temperatures.isEmpty && beams == 0 }

    /// The solution that is followed, if there is one.
    package var solution: BKWSolution? { startsOnBKW && gamma == 0 ? .standard(dimensions: dimensions) : nil }

    /// A(z).
    package var kernel: LandauKernel {
        LandauKernel(strength: BKWSolution.standard(dimensions: dimensions).strength, exponent: gamma)
    }

    /// How sums over pairs are taken.
    package func interaction(seed: UInt64) -> ParticleInteraction {
        gamma == 0 ? .moments : batch > 0 ? .randomBatches(size: batch, seed: seed) : .allPairs
    }

    /// When particles start.
    package var start: Double { startsOnBKW ? BKWSolution.standardStart(dimensions: dimensions) : 0 }

    /// Steps of the transport.
    package var steps: Int { wholeSteps(of: timeStep, in: time) ?? 1 }

    /// f₀.
    package var density: VelocityDensity {
        let shape: VelocityDensity.Shape =
            startsOnBKW
            ? .bkw(width: BKWSolution.standard(dimensions: dimensions).width(at: start))
            : beams > 0 ? .beams(distance: beams, share: 0.5) : .temperatures(temperatures)
        return VelocityDensity(
            shape, dimensions: dimensions, direction: (0..<dimensions).map { $0 == 0 ? 1 : 0 })
    }

    /// Whether the initial state looks alike in every direction.
    var isIsotropic: Bool { Set(temperatures).count <= 1 && beams == 0 }

    /// Refuses a key of states that look alike in every direction where they do not.
    func requireIsotropy(for key: String, if isAsked: Bool) throws(ConfigurationError) {
        guard isAsked, !isIsotropic else { return }
        throw ConfigurationError.invalid(
            path: key, found: "true", allowed: "false where " + (beams > 0 ? "there are beams" : "temperatures differ"))
    }
}
