import Glibc
import PDEConfig
import PDECore
import PDEEvaluation
import PDEHybrids
import PDESolvers
import PDEStudies

/// A run that has learned how particles move, as they are followed in time, beside other scores of as many particles.
struct ParticleSubject: EvaluationSubject {
    private let run: any LandauRun
    private let hasSolvers: Bool
    private let threads: Int

    init(_ run: any LandauRun, hasSolvers: Bool, threads: Int) {
        (self.run, self.hasSolvers, self.threads) = (run, hasSolvers, threads)
    }

    /// The run of a folder; nil where it holds none of particles.
    static func run(_ folder: String, kinds: Kinds) throws -> (any LandauRun)? {
        if try LandauScoreRun.holds(folder, kinds: kinds) { return try LandauScoreRun(folder: folder, kinds: kinds) }
        if try LandauGlobalRun.holds(folder, kinds: kinds) { return try LandauGlobalRun(folder: folder, kinds: kinds) }
        return nil
    }

    var warnings: [String] { [run.warning].compactMap { $0 } }

    private var system: LandauParticles { run.system }
    private var seed: UInt64 { run.state.seed }

    func run(
        _ observer: RunsEvaluation.Observer, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> RunsFindings {
        let others = hasSolvers ? ParticleMethods(run, threads: threads).all : []
        let hasReference = system.gamma != 0
        // The reference takes its time: it is told of, too.
        var done = hasReference ? system.recordedSteps.count : 0
        let cloud = system.cloud(seed: seed)
        let path = run.path(
            system.witnessed(cloud, seed: seed), fitted: cloud.count, seed: seed, threads: threads)
        let total = others.reduce(done + stops(of: path).count) { $0 + $1.steps }
        observer.begin(total, "steps")
        func tell(_ contestant: String, _ done: Int) {
            observer.progress(.init(contestant: contestant, done: done, total: total))
        }
        let reference = try hasReference ? reference(shouldStop) { tell("reference", $0) } : nil
        func step(_ method: String) throws {
            if shouldStop() { throw EvaluationError.interrupted }
            done += 1
            tell(method, done)
        }
        var certificates: [ScoreCertificate] = []
        var motion = ParticleMotion()
        var results = [try neural(path, cloud, reference, &certificates, &motion) { try step("network") }]
        guard !results[0].records.isEmpty else { throw StudyError.noNumbers(run: run.folder) }
        for other in others {
            let result = try other.follow(reference) { try step(other.name) }
            // A score that is no number from the start leaves nothing to say.
            if !result.records.isEmpty { results.append(result) }
        }
        return .particles(
            ParticleEvaluation(
                run: run.folder, trainingSeconds: run.state.seconds, dimensions: system.dimensions, time: system.time,
                steps: system.steps, results: results, certificates: certificates, reference: reference?.name,
                kernelDensity: system.kernelDensityFloor(seed: seed)),
            title: run.experiment.name, motion: motion)
    }

    private func reference(_ shouldStop: () -> Bool, _ told: (Int) -> Void) throws -> ReferenceSolution {
        let times = system.recordedSteps.map { Double($0) * system.timeStep }
        do throws(LandauStepError) {
            return try ReferenceSolution(system, times: times, seed: seed, threads: threads, told: told) {
                !shouldStop()
            }
        } catch { throw EvaluationError.interrupted }
    }

    private func neural(
        _ transport: any ParticlePath, _ own: ParticleCloud, _ reference: ReferenceSolution?,
        _ certificates: inout [ScoreCertificate], _ motion: inout ParticleMotion, _ step: () throws -> Void
    ) throws -> ParticleResult {
        let moments = MomentReference(own, system, reference)
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
            motion.append(frame(transport, own.count))
            return record
        }
        certify()
        let stops = stops(of: transport)
        let recorded = transport.isGlobal ? Array(1...stops.count) : system.recordedSteps
        let timing = MethodTiming("network", particles: own.count, recorded: recorded)
        var result = try timing.follow(
            step, conserved: { (transport.cloud.momentum, transport.cloud.energy) }, record: record
        ) { number throws(LandauStepError) in try transport.advance(to: stops[number - 1]) }
        if result.hasFinished && boundsInformation { certify() }
        result.kernelDensityError = system.kernelDensityError(of: transport.cloud)
        return result
    }

    /// The steps after which it is somewhere: where any time is reached at once, only those that are recorded.
    private func stops(of path: any ParticlePath) -> [Int] {
        path.isGlobal ? system.recordedSteps : Array(1...system.steps)
    }

    /// Some of the particles that have a weight.
    private func frame(_ transport: any ParticlePath, _ count: Int) -> ParticleMotion.Frame {
        let shown = stride(from: 0, to: count, by: max(1, count / 300)).filter { transport.cloud.weight($0) > 0 }
        let velocities = shown.map { transport.cloud.velocity($0) }
        return ParticleMotion.Frame(
            x: velocities.map { $0[0] }, y: velocities.map { $0[1] },
            densities: shown.map { exp(transport.logarithms.values[$0]) })
    }

    private func densityError(_ transport: any ParticlePath, _ count: Int) -> Double? {
        guard let solution = system.solution else { return nil }
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

    /// Whether the initial Fisher information bounds that at any time.
    private var boundsInformation: Bool {
        system.gamma == 0 || system.dimensions == 3 && system.gamma >= -3
    }

    /// By the particles that are carried along.
    private func certificate(
        _ cloud: ParticleCloud, _ carried: Range<Int>, _ scores: [[Double]], _ divergences: [Double]
    ) -> ScoreCertificate {
        let terms = carried.map { i in
            scores.reduce(2 * divergences[i]) { $0 + $1[i] * $1[i] }
        }
        guard let solution = system.solution else {
            let density = system.density
            let error =
                cloud.time == system.start
                ? MomentReference.scoreError(cloud, carried, scores, density.score(at:)) : nil
            return ScoreCertificate(
                time: cloud.time - system.start, terms: terms, information: density.fisherInformation, error: error)
        }
        return ScoreCertificate(
            time: cloud.time - system.start, terms: terms, information: solution.fisherInformation(at: cloud.time),
            error: MomentReference.scoreError(cloud, carried, scores) { solution.score(at: $0, time: cloud.time) })
    }
}
