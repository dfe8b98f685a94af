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
        /// - Parameter told: called after each.
        let follow: (_ told: () throws -> Void) throws -> ParticleResult
    }

    private let task: LandauParticles
    private let seed: UInt64
    private let reference: ReferenceSolution?
    private let threads: Int

    /// Beside a run, whose moments are judged by a reference solution where no exact law is known.
    init(_ run: any LandauRun, _ reference: ReferenceSolution?, threads: Int) {
        (task, seed, self.reference, self.threads) = (run.system, run.state.seed, reference, threads)
    }

    /// The exact score where it is known, the cubic fit, blobs on a mesh where there is one, blobs without, collisions of pairs, the Fourier
    /// method in two and three dimensions.
    var all: [Method] {
        let cloud = task.cloud(seed: seed)
        let (d, count) = (task.dimensions, cloud.count)
        var methods: [Method] = []
        func add(_ name: String, _ score: any ParticleScore, _ cloud: ParticleCloud) {
            methods.append(Method(name: name, steps: task.steps) { try follow(name, score, cloud, $0) })
        }
        if let solution = task.solution { add("exact score", BKWScore(of: solution), cloud) }
        let monomials = (1...3).reduce(1) { $0 * (d + $1) / $1 }
        if count >= 2 * monomials { add("cubic fit", PolynomialScore(dimensions: d), cloud) }
        if d <= 3 {
            // Blobs are at their best in the middles of cells.
            let (grid, density) = (task.cells, task.density)
            let cells = ParticleCloud(on: grid, time: cloud.time) { density.value(at: $0) }
            add("blobs on a mesh", BlobScore(on: grid), cells)
        }
        let temperature = task.temperatures.isEmpty ? 1 : task.temperatures.reduce(0, +) / Double(d)
        let variance = temperature * PairBlobScore.variance(count: count, dimensions: d)
        add("blobs", PairBlobScore(variance: variance), cloud)
        // Partners have the same weight.
        let drawn = task.drawn(seed)
        methods.append(Method(name: "pairwise collisions", steps: task.steps) { try collide(drawn, $0) })
        if d <= 3 {
            methods.append(Method(name: "Fourier method", steps: task.recordedSteps.count) { try solve($0) })
        }
        return methods
    }

    private func follow(
        _ name: String, _ score: any ParticleScore, _ start: ParticleCloud, _ told: () throws -> Void
    ) throws -> ParticleResult {
        var cloud = start
        let stepper = ParticleStepper(
            task.kernel, score: score, count: cloud.count, dimensions: task.dimensions, timeStep: task.timeStep,
            scheme: .midpoint, interaction: task.interaction(seed: seed), threads: threads)
        let moments = MomentReference(cloud, task, reference)
        // In as many steps as are stable; some scores ask for very many.
        let (clock, begin) = (ContinuousClock(), ContinuousClock().now)
        let timing = MethodTiming(name, particles: cloud.count, recorded: task.recordedSteps)
        var result = try timing.follow(told, conserved: { (cloud.momentum, cloud.energy) }) {
            _ = stepper.rates(of: cloud)
            var record = moments.record(cloud, stepper.lastScores(of: cloud))
            record.entropy = score.entropy
            return record
        } step: { _ throws(LandauStepError) in
            try stepper.advance(&cloud, over: task.timeStep) { _ in clock.now - begin < MethodTiming.patience }
        }
        result.kernelDensityError = task.kernelDensityError(of: cloud)
        return result
    }

    private func collide(_ start: ParticleCloud, _ told: () throws -> Void) throws -> ParticleResult {
        var cloud = start
        let stepper = CollisionStepper(
            task.kernel, count: cloud.count, dimensions: task.dimensions, timeStep: task.timeStep, seed: seed,
            threads: threads)
        let moments = MomentReference(cloud, task, reference)
        let timing = MethodTiming("pairwise collisions", particles: cloud.count, recorded: task.recordedSteps)
        var result = try timing.follow(told, conserved: { (cloud.momentum, cloud.energy) }) {
            moments.record(cloud)
        } step: { _ throws(LandauStepError) in
            stepper.advance(&cloud)
        }
        result.kernelDensityError = task.kernelDensityError(of: cloud)
        return result
    }

    private func solve(_ told: () throws -> Void) throws -> ParticleResult {
        let fourier = FourierRun(task, points: task.dimensions == 2 ? 32 : 24, threads: threads)
        let start = DensityMoments(of: fourier.density)
        let moments = MomentReference(
            covariance: start.covariance, fourthMoment: start.fourthMoment, mass: start.mass, task, reference)
        let (clock, begin) = (ContinuousClock(), ContinuousClock().now)
        let times = [0] + task.recordedSteps.map { Double($0) * task.timeStep }
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

/// Takes a method's steps and times them alone.
struct MethodTiming {
    private let name: String
    private let particles: Int
    private let recorded: [Int]

    /// What a method may take.
    static let patience = Duration.seconds(60)

    /// Of a method that moves so many particles and is looked at after these of its steps, the last of which is the end.
    init(_ name: String, particles: Int, recorded: [Int]) {
        (self.name, self.particles, self.recorded) = (name, particles, recorded)
    }

    /// - Parameters:
    ///   - told: called after every step.
    ///   - conserved: momentum and energy.
    ///   - record: what the state is worth.
    ///   - step: takes the step of a number, from 1 on.
    func follow(
        _ told: () throws -> Void, conserved: () -> (momentum: [Double], energy: Double), record: () -> ParticleRecord,
        step: (Int) throws(LandauStepError) -> Void
    ) throws -> ParticleResult {
        let clock = ContinuousClock()
        let start = conserved()
        var (records, seconds, outcome) = ([record()], 0.0, "finished")
        for number in 1...recorded.last! {
            let before = clock.now
            do throws(LandauStepError) { try step(number) } catch {
                outcome = "\(error)"
                if case .stopped = error { outcome += ": it took more than \(Self.patience)" }
                break
            }
            seconds += (clock.now - before) / .seconds(1)
            try told()
            if recorded.contains(number) { records.append(record()) }
        }
        let end = conserved()
        let momentum = zip(end.momentum, start.momentum).map { abs($0 - $1) }.max()!
        return ParticleResult(
            method: name, particles: particles, outcome: outcome, records: records.filter(\.isFinite),
            momentumDrift: momentum / start.energy, energyDrift: abs(end.energy / start.energy - 1), seconds: seconds)
    }
}

extension ParticleRecord {
    /// Whether it can be written down: a method that has failed has no numbers.
    fileprivate var isFinite: Bool {
        [scoreError, covarianceError, fourthMomentError, densityError, entropy].allSatisfy { $0?.isFinite ?? true }
    }
}

extension LandauParticles {
    /// The steps after which the state is looked at, ten or all.
    var recordedSteps: [Int] { (1...steps).filter { $0 * 10 / steps > ($0 - 1) * 10 / steps } }

    /// The most particles whose density is estimated: that is a sum over all pairs.
    private static var mostEstimated: Int { 10_000 }

    /// The L2 distance between a kernel estimate of the particles' density and the exact one, where that is known and particles are few.
    func kernelDensityError(of cloud: ParticleCloud) -> Double? {
        guard cloud.count <= Self.mostEstimated else { return nil }
        let error = solution?.kernelDensityError(
            of: cloud, variance: PairBlobScore.variance(count: particles, dimensions: dimensions), time: cloud.time)
        return error.flatMap { $0.isFinite ? $0 : nil }
    }

    /// That of as many particles drawn from the exact density at the end, a mean over some draws, and the norm of the density.
    func kernelDensityFloor(seed: UInt64) -> KernelDensityFloor? {
        guard let solution, particles <= Self.mostEstimated else { return nil }
        let end = start + time
        let density = VelocityDensity(
            .bkw(width: solution.width(at: end)), dimensions: dimensions,
            direction: [Double](repeating: 0, count: dimensions))
        let draws = 4
        let errors = (0..<draws).map { draw in
            var stream = RandomStream(seed: seed, index: draw, purpose: "particles of the exact density")
            var cloud = density.particles(particles, from: &stream)
            cloud.time = end
            return kernelDensityError(of: cloud) ?? 0
        }
        return KernelDensityFloor(
            error: errors.reduce(0, +) / Double(draws), norm: solution.norm(at: end))
    }
}
