import PDECore
import PDEOperators
import PDESolvers

/// Score-based transport: particles follow the score of a network that is fitted to them before every step, and carry
/// the logarithm of the density along, ∂ log f/∂t = −∇·U.
///
/// The midpoint rule in time, for the density, too. Mass and momentum are kept to round-off, energy to second order. Everything that later
/// steps depend on is in the snapshot, the network and its optimiser among it: a transport that is restored goes on bit for bit.
///
/// Source: F. Ilin, J. Hu & Z. Wang, "Transport based particle methods for the Fokker–Planck–Landau equation" (2024).
public final class NeuralTransport: Restorable, ParticlePath {
    /// The particles.
    public private(set) var cloud: ParticleCloud
    /// log f of each particle.
    public private(set) var logarithms: AlignedVector<Double>
    /// The network.
    public let score: NetworkScore
    private let stepper: ParticleStepper

    /// A transport from particles whose density is known.
    ///
    /// - Parameters:
    ///   - cloud: the particles at the start; those after the first `score.fitted` only if they are carried along without weight.
    ///   - logDensity: log f at a velocity at the start.
    ///   - kernel: A(z).
    ///   - score: the network, fitted to the start.
    ///   - interaction: how the sum over pairs is taken; nil for moments where γ = 0 and all pairs elsewhere.
    ///   - timeStep: the time that a step covers.
    ///   - threads: threads that share the work.
    public init(
        _ cloud: ParticleCloud, logDensity: ([Double]) -> Double, kernel: LandauKernel, score: NetworkScore,
        interaction: ParticleInteraction? = nil, timeStep: Double, threads: Int
    ) {
        self.cloud = cloud
        self.score = score
        logarithms = AlignedVector(count: cloud.count)
        for particle in 0..<cloud.count { logarithms[particle] = logDensity(cloud.velocity(particle)) }
        stepper = ParticleStepper(
            kernel, score: score, count: cloud.count, dimensions: cloud.dimensions, timeStep: timeStep,
            scheme: .midpoint, interaction: interaction, threads: threads)
    }

    /// One step; a warm one allocates nothing on one thread.
    /// - Throws: `LandauStepError` if it is longer than the scheme is stable for, or a number is not finite.
    public func step() throws(LandauStepError) {
        score.beginStep()
        try stepper.advanceChecked(&cloud, steps: 1)
        for particle in 0..<cloud.count {
            logarithms[particle] -= stepper.timeStep * stepper.divergences.pointer[particle]
        }
    }

    package var isGlobal: Bool { false }

    package func advance(to step: Int) throws(LandauStepError) {
        while cloud.steps < step { try self.step() }
    }

    /// The scores of the particles as they are, [component][particle], and their Jacobians' traces, without a fit.
    public func scores() -> (scores: [[Double]], divergences: [Double]) {
        _ = stepper.rates(of: cloud)
        guard let slopes = score.jacobians else { preconditionFailure("score: expected one with Jacobians") }
        let d = cloud.dimensions
        let traces = (0..<cloud.count).map { particle in
            (0..<d).reduce(0.0) { $0 + Double(slopes[$1 * (d + 1) * cloud.count + particle]) }
        }
        return (stepper.lastScores(of: cloud), traces)
    }

    /// The velocities at which the particles are carried, [component][particle], without a fit: for comparisons.
    package func rates() -> [[Double]] { stepper.rates(of: cloud) }

    /// The divergence of that velocity at every particle, without a fit: for comparisons.
    package func divergences() -> [Double] { stepper.divergences(of: cloud) }

    /// Particles, densities and the network.
    public var snapshot: Snapshot {
        var snapshot = cloud.snapshot
        snapshot.keep(logarithms, as: "logarithms")
        for (name, values) in score.fit.snapshot.arrays { snapshot.arrays["network/" + name] = values }
        return snapshot
    }

    /// See `Restorable`.
    public func restore(_ snapshot: Snapshot) throws(SnapshotError) {
        try cloud.restore(snapshot)
        try snapshot.give("logarithms", back: &logarithms)
        var network = Snapshot()
        for (name, values) in snapshot.arrays where name.hasPrefix("network/") {
            network.arrays[String(name.dropFirst(8))] = values
        }
        try score.fit.restore(network)
    }
}
