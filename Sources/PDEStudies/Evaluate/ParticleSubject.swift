import Glibc
import PDEConfig
import PDECore
import PDEEvaluation
import PDEHybrids
import PDESolvers

/// A run that has learned a score, as particles follow it in time, beside other scores of as many particles.
struct ParticleSubject: EvaluationSubject {
    private let run: LandauScoreRun
    private let hasSolvers: Bool
    private let threads: Int

    /// Records that are made beside the one at the start.
    private static let records = 10
    /// What another method may take.
    private static let patience = Duration.seconds(60)

    init(_ folder: String, hasSolvers: Bool, threads: Int, kinds: Kinds) throws {
        run = try LandauScoreRun(folder: folder, kinds: kinds)
        (self.hasSolvers, self.threads) = (hasSolvers, threads)
    }

    var warnings: [String] { [run.warning].compactMap { $0 } }

    private var task: LandauScoreTask { run.description.task }
    private var seed: UInt64 { run.state.seed }

    func run(
        _ observer: RunsEvaluation.Observer, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> RunsFindings {
        let others = hasSolvers ? classical : []
        let total = task.steps * (1 + others.count)
        observer.begin(total, "steps")
        var done = 0
        func step(_ method: String) throws {
            if shouldStop() { throw EvaluationError.interrupted }
            done += 1
            observer.progress(.init(contestant: method, done: done, total: total))
        }
        var certificates: [ScoreCertificate] = []
        var results = [try neural(&certificates) { try step("network") }]
        guard !results[0].records.isEmpty else { throw StudyError.noNumbers(run: run.folder) }
        for other in others {
            let result = try follow(other) { try step(other.name) }
            // A score that is no number from the start leaves nothing to say.
            if !result.records.isEmpty { results.append(result) }
        }
        return .particles(
            ParticleEvaluation(
                run: run.folder, trainingSeconds: run.state.seconds, dimensions: task.dimensions, time: task.time,
                steps: task.steps, results: results, certificates: certificates),
            title: run.description.experiment.name)
    }

    // MARK: The network

    private func neural(_ certificates: inout [ScoreCertificate], _ step: () throws -> Void) throws -> ParticleResult {
        let own = run.particles(seed: seed)
        let transport = run.transport(
            run.witnessed(own, seed: seed), fitted: own.count, seed: seed, threads: threads)
        let moments = ExactMoments(of: own, task)
        func certify() {
            let (scores, divergences) = transport.scores()
            let others = own.count..<transport.cloud.count
            certificates.append(certificate(transport.cloud, others, scores, divergences))
        }
        func record() -> ParticleRecord {
            let (scores, _) = transport.scores()
            var record = moments.record(transport.cloud, scores)
            record.entropy = (0..<own.count).reduce(0) { sum, i in
                // Where the density is 0 there is no logarithm, and no weight.
                let weight = transport.cloud.weight(i)
                return weight > 0 ? sum + weight * transport.logarithms.values[i] : sum
            }
            record.densityError = densityError(transport, own.count)
            return record
        }
        certify()
        let result = try timed("network", transport.cloud, particles: own.count, record, step) {
            () throws(LandauStepError) in
            try transport.step()
            return transport.cloud
        }
        if result.hasFinished { certify() }
        return result
    }

    private func densityError(_ transport: NeuralTransport, _ count: Int) -> Double? {
        guard let solution = task.solution else { return nil }
        let (cloud, logarithms) = (transport.cloud, transport.logarithms.values)
        var (error, norm) = (0.0, 0.0)
        for particle in 0..<count {
            let exact = solution.density(at: cloud.velocity(particle), time: cloud.time)
            let difference = exp(logarithms[particle]) - exact
            error += cloud.weight(particle) * difference * difference
            norm += cloud.weight(particle) * exact * exact
        }
        return (error / norm).squareRoot()
    }

    /// By the particles that are carried along.
    private func certificate(
        _ cloud: ParticleCloud, _ carried: Range<Int>, _ scores: [[Double]], _ divergences: [Double]
    ) -> ScoreCertificate {
        let terms = carried.map { i in
            scores.reduce(2 * divergences[i]) { $0 + $1[i] * $1[i] }
        }
        guard let solution = task.solution else {
            let information = task.temperatures.reduce(0) { $0 + 1 / $1 }
            let error = cloud.time == 0 ? ExactMoments.scoreError(cloud, carried, scores, task.density.score(at:)) : nil
            return ScoreCertificate(time: cloud.time - task.start, terms: terms, information: information, error: error)
        }
        return ScoreCertificate(
            time: cloud.time - task.start, terms: terms, information: solution.fisherInformation(at: cloud.time),
            error: ExactMoments.scoreError(cloud, carried, scores) { solution.score(at: $0, time: cloud.time) })
    }

    // MARK: Other methods

    /// What moves particles, and these.
    private struct Method {
        let name: String
        /// nil for collisions of pairs.
        let score: (any ParticleScore)?
        let cloud: ParticleCloud
    }

    /// The exact score where it is known, the cubic fit, blobs on a mesh where there is one, blobs without, collisions of pairs.
    private var classical: [Method] {
        let cloud = run.particles(seed: seed)
        let (d, count) = (task.dimensions, cloud.count)
        var methods: [Method] = []
        if let solution = task.solution {
            methods.append(Method(name: "exact score", score: BKWScore(of: solution), cloud: cloud))
        }
        let monomials = (1...3).reduce(1) { $0 * (d + $1) / $1 }
        if count >= 2 * monomials {
            methods.append(Method(name: "cubic fit", score: PolynomialScore(dimensions: d), cloud: cloud))
        }
        if d <= 3 {
            // Blobs are at their best in the middles of cells.
            let (grid, density) = (run.cells, task.density)
            let cells = ParticleCloud(on: grid, time: cloud.time) { density.value(at: $0) }
            methods.append(Method(name: "blobs on a mesh", score: BlobScore(on: grid), cloud: cells))
        }
        let temperature = task.temperatures.isEmpty ? 1 : task.temperatures.reduce(0, +) / Double(d)
        let variance = temperature * PairBlobScore.variance(count: count, dimensions: d)
        methods.append(Method(name: "blobs", score: PairBlobScore(variance: variance), cloud: cloud))
        // Partners have the same weight.
        methods.append(Method(name: "pairwise collisions", score: nil, cloud: run.drawn(seed)))
        return methods
    }

    private func follow(_ method: Method, _ step: () throws -> Void) throws -> ParticleResult {
        guard let score = method.score else { return try collide(method, step) }
        var cloud = method.cloud
        let stepper = ParticleStepper(
            .maxwell(strength: task.strength), score: score, count: cloud.count, dimensions: task.dimensions,
            timeStep: task.timeStep, scheme: .midpoint, threads: threads)
        let moments = ExactMoments(of: cloud, task)
        func record() -> ParticleRecord {
            _ = stepper.rates(of: cloud)
            var record = moments.record(cloud, stepper.lastScores(of: cloud))
            record.entropy = score.entropy
            return record
        }
        // In as many steps as are stable; some scores ask for very many.
        let (clock, begin) = (ContinuousClock(), ContinuousClock().now)
        return try timed(method.name, cloud, particles: cloud.count, record, step) { () throws(LandauStepError) in
            try stepper.advance(&cloud, over: task.timeStep) { _ in clock.now - begin < Self.patience }
            return cloud
        }
    }

    private func collide(_ method: Method, _ step: () throws -> Void) throws -> ParticleResult {
        var cloud = method.cloud
        let stepper = CollisionStepper(
            .maxwell(strength: task.strength), count: cloud.count, dimensions: task.dimensions,
            timeStep: task.timeStep, seed: seed, threads: threads)
        let moments = ExactMoments(of: cloud, task)
        return try timed(method.name, cloud, particles: cloud.count, { moments.record(cloud, nil) }, step) {
            stepper.advance(&cloud)
            return cloud
        }
    }

    /// Takes the task's steps, and times them alone.
    private func timed(
        _ name: String, _ start: ParticleCloud, particles: Int, _ record: () -> ParticleRecord,
        _ told: () throws -> Void, _ step: () throws(LandauStepError) -> ParticleCloud
    ) throws -> ParticleResult {
        let clock = ContinuousClock()
        var (records, seconds, outcome, cloud) = ([record()], 0.0, "finished", start)
        for number in 1...task.steps {
            let before = clock.now
            do throws(LandauStepError) { cloud = try step() } catch {
                outcome = "\(error)"
                if case .stopped = error { outcome += ": it took more than \(Self.patience)" }
                break
            }
            seconds += (clock.now - before) / .seconds(1)
            try told()
            let place = number * Self.records / task.steps
            if place > (number - 1) * Self.records / task.steps { records.append(record()) }
        }
        let momentum = zip(cloud.momentum, start.momentum).map { abs($0 - $1) }.max()!
        return ParticleResult(
            method: name, particles: particles, outcome: outcome, records: records.filter(\.isFinite),
            momentumDrift: momentum / start.energy, energyDrift: abs(cloud.energy / start.energy - 1), seconds: seconds)
    }
}

/// What the moments of some particles become by the exact laws, and how far others are from that.
private struct ExactMoments {
    private let law: CovarianceRelaxation
    private let fourthMoment: Double
    private let task: LandauScoreTask

    init(of cloud: ParticleCloud, _ task: LandauScoreTask) {
        law = CovarianceRelaxation(from: cloud.covariance, strength: task.strength * cloud.mass)
        fourthMoment = cloud.fourthMoment
        self.task = task
    }

    func record(_ cloud: ParticleCloud, _ scores: [[Double]]?) -> ParticleRecord {
        let time = cloud.time - task.start
        let (exact, found) = (law.covariance(at: time), cloud.covariance)
        let error = zip(exact.storage, found.storage).map { abs($0 - $1) }.max()!
        let temperature = (0..<task.dimensions).reduce(0) { $0 + exact[$1, $1] } / Double(task.dimensions)
        let known = task.solution.flatMap { solution in
            scores.map { Self.scoreError(cloud, 0..<cloud.count, $0) { solution.score(at: $0, time: cloud.time) } }
        }
        return ParticleRecord(
            time: time, scoreError: known, covarianceError: error / temperature,
            fourthMomentError: abs(cloud.fourthMoment / law.fourthMoment(at: time, from: fourthMoment) - 1),
            densityError: nil, entropy: nil)
    }

    /// The relative root mean square error over some particles, by their weights, or where they have none all alike.
    static func scoreError(
        _ cloud: ParticleCloud, _ range: Range<Int>, _ scores: [[Double]], _ exact: ([Double]) -> [Double]
    ) -> Double {
        let hasWeights = range.contains { cloud.weight($0) > 0 }
        var (error, norm) = (0.0, 0.0)
        for particle in range {
            let weight = hasWeights ? cloud.weight(particle) : 1
            guard weight > 0 else { continue }
            for (axis, score) in exact(cloud.velocity(particle)).enumerated() {
                let difference = scores[axis][particle] - score
                error += weight * difference * difference
                norm += weight * score * score
            }
        }
        return (error / norm).squareRoot()
    }
}

extension ParticleRecord {
    /// Whether it can be written down: a method that has failed has no numbers.
    fileprivate var isFinite: Bool {
        [scoreError, covarianceError, fourthMomentError, densityError, entropy].allSatisfy { $0?.isFinite ?? true }
    }
}
