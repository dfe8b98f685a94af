import PDECore
import PDEOperators
import PDESolvers

/// The score of particles as a network says it, which is fitted to them before every step of time.
///
/// The network goes on from what it knew: a few steps of implicit score matching (`ScoreMatching`) follow the particles. With `whitens` it
/// sees u = L⁻¹(v − m), with the particles' mean m and covariance LLᵀ, and says what the score has more than that of the Gaussian of
/// the same moments: one network then serves all times and temperatures, and Gaussians are exact.
///
/// - Good values: width 64, two or three layers, 10 to 30 steps of 1e-4 to 1e-3 for a step of time; thousands of particles.
/// - Signs of failure: too many steps fit the noise of few particles: the objective falls below minus the Fisher information.
/// - Sources: Y. Huang & L. Wang (2025); F. Ilin, J. Hu & Z. Wang (2024).
public final class NetworkScore: ParticleScore {
    /// How the network is fitted.
    public struct Settings: Equatable, Sendable {
        /// Whether the network sees particles by their mean and covariance.
        public var whitens: Bool
        /// Steps of a fit.
        public var fits: Int
        /// Adam's learning rate.
        public var learningRate: Double
        /// Random directions for the divergence; 0 for the exact one.
        public var probes: Int
        /// What the density does not change under.
        public var symmetry: VelocitySymmetry
        /// The seed of random directions and of motions by the symmetry.
        public var seed: UInt64

        /// Settings.
        public init(
            whitens: Bool = true, fits: Int = 20, learningRate: Double = 5e-4, probes: Int = 0,
            symmetry: VelocitySymmetry = .none, seed: UInt64 = 0
        ) {
            (self.whitens, self.fits, self.learningRate) = (whitens, fits, learningRate)
            (self.probes, self.symmetry, self.seed) = (probes, symmetry, seed)
        }
    }

    /// The network and its optimiser.
    public let fit: ScoreFit<Float>
    /// How it is fitted.
    public let settings: Settings
    /// The particles that it is fitted to: the first so many.
    public let fitted: Int
    /// The largest Frobenius norm of ∇s among the particles at the last evaluation.
    public private(set) var steepness = 0.0
    /// The network has no density.
    public var entropy: Double? { nil }
    /// The mean of |s|² + 2∇·s over the fitted particles before the last fit, in whitened coordinates where it whitens.
    public private(set) var objective = 0.0
    /// ∂s_a/∂v_b at the last evaluation.
    public var jacobians: UnsafePointer<Float>? { UnsafePointer(slopes.pointer) }

    private var isDue = false
    private var whitening: Whitening
    private var inputs = AlignedBuffer<Float>(count: 0)
    private var moved = AlignedBuffer<Float>(count: 0)
    private var outputs = AlignedBuffer<Float>(count: 0)
    private var weights = AlignedBuffer<Float>(count: 0)
    private var slopes = AlignedBuffer<Float>(count: 0)

    /// A score that begins with a fit's parameters.
    ///
    /// - Parameters:
    ///   - fit: the network; its layers correct the normal density if the score whitens.
    ///   - settings: how it is fitted.
    ///   - fitted: it is fitted to the first so many particles; others are carried along.
    public init(_ fit: ScoreFit<Float>, _ settings: Settings, fitted: Int) {
        precondition(fitted > 0, "fitted: expected at least 1, got \(fitted)")
        (self.fit, self.settings, self.fitted) = (fit, settings, fitted)
        whitening = Whitening(dimensions: fit.matching.layers.dimensions)
    }

    /// Makes a workspace for as many particles.
    public func prepare(count: Int, dimensions: Int) {
        let layers = fit.matching.layers
        precondition(dimensions == layers.dimensions, "dimensions: expected \(layers.dimensions), got \(dimensions)")
        precondition(count >= fitted, "count: expected at least the \(fitted) that are fitted to, got \(count)")
        inputs = AlignedBuffer(count: dimensions * count)
        moved = AlignedBuffer(count: dimensions * count)
        outputs = AlignedBuffer(count: dimensions * count)
        weights = AlignedBuffer(count: count)
        whitening.prepare(count: count)
        slopes = AlignedBuffer(count: dimensions * dimensions * count)
    }

    /// Lets the next evaluation begin with a fit.
    public func beginStep() { isDue = true }

    /// Fits the network if a step begins, and evaluates it.
    public func evaluate(
        _ particles: ParticleView, time: Double, into scores: UnsafeMutablePointer<Double>, on team: ThreadTeam
    ) {
        if settings.whitens { whitening.take(particles, on: team) }
        whitening.apply(particles, into: inputs.pointer, on: team)
        if isDue { follow(particles, on: team) }
        isDue = false
        _ = fit.evaluate(
            inputs.pointer, count: particles.count, stride: particles.count, scores: outputs.pointer,
            jacobians: slopes.pointer, on: team)
        steepness = whitening.restore(
            outputs.pointer, slopes.pointer, count: particles.count, into: scores, stride: particles.stride,
            on: team)
    }

    private func follow(_ particles: ParticleView, on team: ThreadTeam) {
        let mass = (0..<fitted).reduce(0) { $0 + particles.weights[$1] }
        for particle in 0..<fitted { weights.pointer[particle] = Float(particles.weights[particle] / mass) }
        let samples = ScoreSamples(
            count: fitted, stride: particles.count, velocities: moved.pointer, weights: weights.pointer)
        for step in 0..<settings.fits {
            settings.symmetry.move(
                inputs.pointer, count: fitted, stride: particles.count, dimensions: particles.dimensions,
                seed: settings.seed, step: fit.steps, into: moved.pointer)
            let objective: ScoreObjective<Float> =
                settings.probes == 0 ? .implicit : .probes(settings.probes, seed: settings.seed, step: fit.steps)
            let loss = fit.step(samples, objective, learningRate: settings.learningRate, on: team)
            if step == 0 { self.objective = loss }
        }
    }
}
