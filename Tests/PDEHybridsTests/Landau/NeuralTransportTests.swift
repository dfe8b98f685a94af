import CAllocationCounter
import Foundation
import PDECore
import PDEHybrids
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining
import Testing

/// Particles that follow a network's score: conservation, the density that they carry, resuming, training, evaluation's errors.
@Suite(.serialized) struct NeuralTransportTests {
    /// A transport of particles of weight 1/count each, `carried` more without weight, by a network of first values.
    private func transport(
        _ d: Int, fits: Int = 3, step: Double = 0.05, count: Int = 200, carried: Int = 20, whitens: Bool = true,
        probes: Int = 0, symmetry: VelocitySymmetry = .none, threads: Int = 1, shift: (Int) -> [Double]? = { _ in nil }
    ) -> NeuralTransport {
        let density = VelocityDensity(
            .temperatures((0..<d).map { 0.6 + 0.3 * Double($0) }), dimensions: d,
            direction: [Double](repeating: 0, count: d))
        var stream = RandomStream(seed: 1, index: 0, purpose: "particles of a test")
        let drawn = density.particles(count, from: &stream)
        let others = density.particles(40, from: &stream)
        let cloud = ParticleCloud(count: count + carried, dimensions: d) { place in
            let own = place < count ? drawn.velocity(place) : others.velocity(place - count)
            return (place < count ? drawn.weight(place) : 0, shift(place).map { zip(own, $0).map { $0 + $1 } } ?? own)
        }
        let layers = ScoreLayers(dimensions: d, width: 16, hidden: 2, correctsNormal: whitens)
        let network = ScoreNetwork<Float>(layers, Initialization(seed: 2, backend: CPUBackend(threads: 1)))
        let score = NetworkScore(
            ScoreFit(layers, parameters: network.values),
            .init(whitens: whitens, fits: fits, learningRate: 1e-3, probes: probes, symmetry: symmetry), fitted: count,
            strength: 0.2)
        return NeuralTransport(
            cloud, logDensity: { Foundation.log(density.value(at: $0)) }, score: score, timeStep: step, threads: threads
        )
    }

    @Test(arguments: [2, 3, 5]) func massMomentumAndEnergyAreKept(_ d: Int) throws {
        let drifts = try [0.1, 0.05].map { step -> Double in
            let transport = transport(d, fits: 2, step: step, whitens: d != 3)
            let start = transport.cloud
            for _ in 0..<Int((0.4 / step).rounded()) { try transport.step() }
            let end = transport.cloud
            #expect(end.mass == start.mass && abs(end.time - 0.4) < 1e-12)
            #expect(zip(end.momentum, start.momentum).allSatisfy { abs($0 - $1) < 1e-13 })
            return abs(end.energy / start.energy - 1)
        }
        #expect(drifts[0] / drifts[1] > 3 && drifts[0] < 1e-2, "\(drifts)")
    }

    /// A particle without weight sees the velocity field that the others make: its divergence by differences.
    @Test(arguments: [2, 3, 6]) func theDivergenceIsThatOfTheVelocity(_ d: Int) {
        func rates(_ axis: Int, _ shift: Double) -> [Double] {
            let moved = transport(d, whitens: d != 3) { place in
                place < 200 ? nil : (0..<d).map { $0 == axis ? shift : 0 }
            }
            return moved.rates().map { $0[205] }
        }
        let base = transport(d, whitens: d != 3)
        _ = base.rates()
        let divergence = (0..<d).reduce(0.0) {
            $0 + (rates($1, 0.02)[$1] - rates($1, -0.02)[$1]) / 0.04
        }
        #expect(abs(divergence - base.score.divergences[205]) < 2e-3 * max(1, abs(divergence)), "\(divergence)")
        #expect(abs(divergence) > 0.01)
    }

    /// The density that is carried along converges with the step, at second order.
    @Test func densitiesConvergeWithTheStep() throws {
        let found = try [0.2, 0.1, 0.05].map { step -> [Double] in
            let transport = transport(2, fits: 0, step: step)
            for _ in 0..<Int((0.8 / step).rounded()) { try transport.step() }
            return transport.logarithms.values
        }
        func distance(_ a: [Double], _ b: [Double]) -> Double {
            zip(a.prefix(200), b.prefix(200)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        }
        let (first, second) = (distance(found[0], found[1]), distance(found[1], found[2]))
        #expect(first / second > 2.8 && second > 0, "\(first) \(second)")
        let start = transport(2, fits: 0).logarithms.values
        #expect(distance(start, found[2]) > 20 * second)
    }

    /// What is carried along without weight changes nothing for the others.
    @Test func carriedParticlesHaveNoInfluence() throws {
        let (with, without) = (transport(3), transport(3, carried: 0))
        for _ in 0..<3 {
            try with.step()
            try without.step()
        }
        for particle in 0..<200 {
            let (a, b) = (with.cloud.velocity(particle), without.cloud.velocity(particle))
            #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 })
        }
    }

    @Test(arguments: [0, 2], VelocitySymmetry.allCases)
    func aTransportGoesOnBitForBitOnAnyThreads(_ probes: Int, _ symmetry: VelocitySymmetry) throws {
        let whole = transport(3, probes: probes, symmetry: symmetry)
        for _ in 0..<5 { try whole.step() }
        let first = transport(3, probes: probes, symmetry: symmetry, threads: 2)
        for _ in 0..<3 { try first.step() }
        let second = transport(3, probes: probes, symmetry: symmetry, threads: 3)
        #expect(second.snapshot != first.snapshot)
        try second.restore(first.snapshot)
        for _ in 0..<2 { try second.step() }
        #expect(second.snapshot == whole.snapshot)
        #expect(throws: SnapshotError.self) { try self.transport(2).restore(first.snapshot) }
    }

    @Test(arguments: VelocitySymmetry.allCases) func warmStepsDoNotAllocate(_ symmetry: VelocitySymmetry) throws {
        for probes in [0, 2] {
            let transport = transport(3, probes: probes, symmetry: symmetry)
            for _ in 0..<2 { try transport.step() }
            let before = allocation_count()
            for _ in 0..<3 { try transport.step() }
            #expect(allocation_count() == before, "\(probes)")
        }
    }

    /// Moved particles keep their lengths, by each motion others, and signs of their own.
    @Test func symmetriesMoveParticles() {
        var stream = RandomStream(seed: 5, index: 0, purpose: "velocities of a test")
        let velocities = (0..<4 * 50).map { _ in Float(stream.normal()) }
        func moved(_ symmetry: VelocitySymmetry, _ step: Int) -> [Float] {
            var result = velocities.map { _ in Float(0) }
            symmetry.move(velocities, count: 50, stride: 50, dimensions: 4, seed: 1, step: step, into: &result)
            return result
        }
        func squares(_ v: [Float]) -> [Float] {
            (0..<50).map { i in (0..<4).reduce(0) { $0 + v[$1 * 50 + i] * v[$1 * 50 + i] } }
        }
        #expect(moved(.none, 3) == velocities)
        for symmetry in [VelocitySymmetry.reflections, .rotations] {
            let (first, second) = (moved(symmetry, 1), moved(symmetry, 2))
            #expect(first != second && first == moved(symmetry, 1))
            #expect(zip(squares(first), squares(velocities)).allSatisfy { abs($0 - $1) < 1e-5 * $1 })
        }
        let mirrored = zip(moved(.reflections, 1), velocities).map { $0 / $1 }
        #expect(mirrored.allSatisfy { abs($0) == 1 } && abs(mirrored.reduce(0, +)) < 60)
    }

    @Test func whatCannotBeFollowedIsSaid() throws {
        let long = transport(2, step: 50)
        let error = #expect(throws: LandauStepError.self) { try long.step() }
        #expect(error?.description.contains("unstable") == true)
        let few = transport(2, count: 4) { _ in nil }
        #expect(throws: Never.self) { try few.step() }
        // Particles in one place have no covariance to be seen by.
        let score = NetworkScore(
            ScoreFit(few.score.fit.matching.layers, parameters: few.score.fit.parameters.values), .init(), fitted: 3,
            strength: 1)
        let collapsed = NeuralTransport(
            ParticleCloud(count: 3, dimensions: 2) { _ in (1.0 / 3, [0.5, 0.5]) }, logDensity: { _ in 0 }, score: score,
            timeStep: 0.01, threads: 1)
        #expect(throws: LandauStepError.notFinite(time: 0)) { try collapsed.step() }
    }

    @Test func aScoreIsTrainedAndFollowed() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/score-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func training(_ name: String, epochs: Int) -> Training {
            let experiment = Experiment(
                "score", task: LandauScoreTask(dimensions: 3, particles: 100, width: 16, draws: 2048),
                model: NoNetwork(),
                optimizer: OptimizerSettings(learningRate: 1e-2), budget: Budget(epochs: epochs, batch: 256))
            return Training(
                experiment, dataset: "", folder: "\(folder)/\(name)", seed: 1, threads: 1, kinds: .hybrid)
        }
        var losses: [Double] = []
        _ = try training("whole", epochs: 16).run(
            observer: .init(validated: { record, _ in losses.append(record.validLoss) }))
        #expect(losses.last! < 0.55 * losses.first! && losses.last! < 0.26, "\(losses)")
        let run = try LandauScoreRun(folder: "\(folder)/whole")
        #expect(try LandauScoreRun.holds("\(folder)/whole") && run.description.task.dimensions == 3)
        let own = run.particles(seed: 1)
        let particles = run.witnessed(own, seed: 1)
        #expect(own.count == 100 && particles.count == 200 && abs(particles.mass - 1) < 1e-12 && particles.time == 5.5)
        let transport = run.transport(particles, fitted: 100, seed: 1, threads: 1)
        try transport.step()
        #expect(transport.cloud.isFinite)
    }
}
