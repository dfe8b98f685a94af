import Glibc
import PDECore
import PDESolvers

/// A sample's particles from frame to frame: what is stored of them, and how well their method did.
final class ParticleTrajectory: Trajectory {
    private let particles: LandauProblem.Particles
    private let interval: Double
    private let stepper: ParticleStepper
    private var cloud: ParticleCloud
    private let startEnergy: Double
    /// [frame][particle][component].
    private(set) var velocities: [Float] = []
    /// The covariance of every frame.
    private(set) var covariances: [Matrix<Double>] = []
    /// Time steps taken.
    private(set) var steps = 0
    /// Largest relative change of the energy.
    private(set) var energyDrift = 0.0
    /// Largest component of the momentum.
    private(set) var momentum = 0.0
    /// Why the particles were not moved to the last frame.
    private(set) var failure: String?

    /// The particles of a sample at its beginning.
    init(_ particles: LandauProblem.Particles, _ draw: LandauSolver.Draw, _ recipe: Recipe, _ problem: LandauProblem) {
        var stream = RandomStream(
            seed: recipe.seed, index: draw.index, purpose: "particles", attempt: draw.attempt)
        self.particles = particles
        interval = recipe.frames.interval
        cloud = draw.density.particles(particles.count, from: &stream)
        stepper = ParticleStepper(
            LandauKernel(strength: problem.equation.strength, exponent: draw.exponent),
            score: Self.score(particles, draw.density, recipe, problem), count: particles.count,
            dimensions: problem.equation.dimensions, timeStep: particles.step ?? interval,
            scheme: particles.scheme,
            interaction: particles.batch.map { .randomBatches(size: $0, seed: recipe.seed, index: draw.index) },
            conservesEnergy: particles.conservesEnergy, threads: 1)
        startEnergy = cloud.energy
        velocities.reserveCapacity(recipe.frames.count * particles.count * cloud.dimensions)
    }

    func examine(_ frame: Int) -> Bool {
        for particle in 0..<cloud.count { velocities += cloud.velocity(particle).map { Float($0) } }
        covariances.append(cloud.covariance)
        energyDrift = max(energyDrift, abs(cloud.energy / startEnergy - 1))
        momentum = max(momentum, cloud.momentum.map(abs).max()!)
        return true
    }

    func advance(from frame: Int, while goesOn: (Double) -> Bool) -> Bool {
        do throws(LandauStepError) {
            steps += try cover(while: goesOn)
            return true
        } catch {
            failure = "particles after frame \(frame): \(error)"
            return false
        }
    }

    private func cover(while goesOn: (Double) -> Bool) throws(LandauStepError) -> Int {
        guard let step = particles.step else { return try stepper.advance(&cloud, over: interval, while: goesOn) }
        let steps = max(1, Int((interval / step * (1 - 1e-12)).rounded(.up)))
        stepper.timeStep = interval / Double(steps)
        try stepper.advanceChecked(&cloud, steps: steps, while: goesOn)
        return steps
    }

    private static func score(
        _ particles: LandauProblem.Particles, _ density: VelocityDensity, _ recipe: Recipe, _ problem: LandauProblem
    ) -> any ParticleScore {
        switch particles.score {
        case .polynomial: return PolynomialScore(dimensions: density.dimensions)
        case .exact:
            guard let solution = density.solution(strength: problem.equation.strength) else {
                preconditionFailure("score: expected a solution of Bobylev, Krook and Wu, got \(density.shape)")
            }
            return BKWScore(of: solution)
        case .blobs:
            let variance = problem.blobVariance(particles)
            // The cells that `BlobScore.variance(spacing:)` has this variance for.
            let spacing = pow(variance / 0.64, 1 / 1.98)
            let cells = max(8, Int((recipe.length / spacing).rounded(.up)))
            let axis = Grid.Axis(count: cells, from: -recipe.length / 2, to: recipe.length / 2, placement: .cells)
            return BlobScore(on: Grid(Array(repeating: axis, count: density.dimensions)), variance: variance)
        }
    }

    /// Why the particles are refused; nil if they are sound.
    func complaint(_ limits: LandauProblem.HealthLimits) -> String? {
        if let failure { return failure }
        if !(energyDrift <= limits.particleEnergy) {
            return "the particles' energy drifts by \(energyDrift), allowed is \(limits.particleEnergy)"
        }
        return nil
    }
}
