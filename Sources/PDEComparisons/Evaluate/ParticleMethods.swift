import PDECore
import PDEEvaluation
import PDEHybrids
import PDESolvers

/// What stands beside a network's particles: other scores of as many particles, collisions of pairs, and a method without particles.
struct ParticleMethods {
    /// One of them.
    struct Method {
        let name: String
        /// Steps that it tells of.
        let steps: Int
        /// - Parameters:
        ///   - reference: judges its moments where no exact law is known.
        ///   - told: called after each step.
        let follow: (_ reference: ReferenceSolution?, _ told: () throws -> Void) throws -> ParticleResult
    }

    private let system: LandauParticles
    private let seed: UInt64
    private let threads: Int

    /// Beside a run.
    init(_ run: any LandauRun, threads: Int) {
        (system, seed, self.threads) = (run.system, run.state.seed, threads)
    }

    /// The exact score where it is known, the cubic fit, blobs on a mesh where there is one, blobs without, collisions of pairs, the Fourier
    /// method in two and three dimensions.
    var all: [Method] {
        let cloud = system.cloud(seed: seed)
        let (d, count) = (system.dimensions, cloud.count)
        var methods: [Method] = []
        func add(_ name: String, _ score: any ParticleScore, _ cloud: ParticleCloud) {
            methods.append(Method(name: name, steps: system.steps) { try follow(name, score, cloud, $0, $1) })
        }
        if let solution = system.solution { add("exact score", BKWScore(of: solution), cloud) }
        let monomials = (1...3).reduce(1) { $0 * (d + $1) / $1 }
        if count >= 2 * monomials { add("cubic fit", PolynomialScore(dimensions: d), cloud) }
        if d <= 3 {
            // Blobs are at their best in the middles of cells.
            let (grid, density) = (system.cells, system.density)
            let cells = ParticleCloud(on: grid, time: cloud.time) { density.value(at: $0) }
            add("blobs on a mesh", BlobScore(on: grid), cells)
        }
        let temperature = system.temperatures.isEmpty ? 1 : system.temperatures.reduce(0, +) / Double(d)
        let variance = temperature * PairBlobScore.variance(count: count, dimensions: d)
        add("blobs", PairBlobScore(variance: variance), cloud)
        // Partners have the same weight.
        let drawn = system.drawn(seed)
        methods.append(Method(name: "pairwise collisions", steps: system.steps) { try collide(drawn, $0, $1) })
        if d <= 3 {
            methods.append(Method(name: "Fourier method", steps: system.recordedSteps.count) { try solve($0, $1) })
        }
        return methods
    }

    private func follow(
        _ name: String, _ score: any ParticleScore, _ start: ParticleCloud, _ reference: ReferenceSolution?,
        _ told: () throws -> Void
    ) throws -> ParticleResult {
        var cloud = start
        let stepper = ParticleStepper(
            system.kernel, score: score, count: cloud.count, dimensions: system.dimensions, timeStep: system.timeStep,
            scheme: .midpoint, interaction: system.interaction(seed: seed), threads: threads)
        let moments = MomentReference(cloud, system, reference)
        // In as many steps as are stable; some scores ask for very many.
        let (clock, begin) = (ContinuousClock(), ContinuousClock().now)
        let timing = MethodTiming(name, particles: cloud.count, recorded: system.recordedSteps)
        var result = try timing.follow(told, conserved: { (cloud.momentum, cloud.energy) }) {
            _ = stepper.rates(of: cloud)
            var record = moments.record(cloud, stepper.lastScores(of: cloud))
            record.entropy = score.entropy
            return record
        } step: { _ throws(LandauStepError) in
            try stepper.advance(&cloud, over: system.timeStep) { _ in clock.now - begin < MethodTiming.patience }
        }
        result.kernelDensityError = system.kernelDensityError(of: cloud)
        return result
    }

    private func collide(
        _ start: ParticleCloud, _ reference: ReferenceSolution?, _ told: () throws -> Void
    ) throws -> ParticleResult {
        var cloud = start
        let stepper = CollisionStepper(
            system.kernel, count: cloud.count, dimensions: system.dimensions, timeStep: system.timeStep, seed: seed,
            threads: threads)
        let moments = MomentReference(cloud, system, reference)
        let timing = MethodTiming("pairwise collisions", particles: cloud.count, recorded: system.recordedSteps)
        var result = try timing.follow(told, conserved: { (cloud.momentum, cloud.energy) }) {
            moments.record(cloud)
        } step: { _ throws(LandauStepError) in
            stepper.advance(&cloud)
        }
        result.kernelDensityError = system.kernelDensityError(of: cloud)
        return result
    }

    private func solve(_ reference: ReferenceSolution?, _ told: () throws -> Void) throws -> ParticleResult {
        let fourier = FourierRun(system, points: system.dimensions == 2 ? 32 : 24, threads: threads)
        let start = DensityMoments(of: fourier.density)
        let moments = MomentReference(
            covariance: start.covariance, fourthMoment: start.fourthMoment, mass: start.mass, system, reference)
        let (clock, begin) = (ContinuousClock(), ContinuousClock().now)
        let times = [0] + system.recordedSteps.map { Double($0) * system.timeStep }
        var time = 0.0
        // It takes steps of its own between records.
        let timing = MethodTiming(fourier.name, particles: fourier.density.grid.count, recorded: Array(1..<times.count))
        return try timing.follow(told) {
            let moments = DensityMoments(of: fourier.density)
            return (moments.momentum, moments.energy)
        } record: {
            let found = DensityMoments(of: fourier.density)
            var record = moments.record(time, covariance: found.covariance, fourthMoment: found.fourthMoment)
            record.entropy = found.entropy
            return record
        } step: { number throws(LandauStepError) in
            try fourier.advance(over: times[number] - time) { _ in clock.now - begin < MethodTiming.patience }
            time = times[number]
        }
    }
}
