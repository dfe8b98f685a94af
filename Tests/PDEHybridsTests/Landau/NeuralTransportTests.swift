import CAllocationCounter
import Foundation
import PDEConfig
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
        probes: Int = 0, symmetry: VelocitySymmetry = .none, gamma: Double = 0, batch: Int? = nil, threads: Int = 1,
        shift: (Int) -> [Double]? = { _ in nil }
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
            .init(whitens: whitens, fits: fits, learningRate: 1e-3, probes: probes, symmetry: symmetry), fitted: count)
        return NeuralTransport(
            cloud, logDensity: { Foundation.log(density.value(at: $0)) },
            kernel: LandauKernel(strength: 0.2, exponent: gamma), score: score,
            interaction: batch.map { .randomBatches(size: $0, seed: 4) }, timeStep: step, threads: threads)
    }

    @Test(arguments: [2, 3, 5], [0.0, -3]) func massMomentumAndEnergyAreKept(_ d: Int, _ gamma: Double) throws {
        let drifts = try [0.1, 0.05].map { step -> Double in
            let transport = transport(d, fits: 2, step: step, whitens: d != 3, gamma: gamma)
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
    @Test(arguments: [2, 3, 6], [0.0, -3, -1.5]) func theDivergenceIsThatOfTheVelocity(_ d: Int, _ gamma: Double) {
        func rates(_ axis: Int, _ shift: Double) -> [Double] {
            // In few dimensions there are particles near by, which a shift must not come near to.
            let moved = transport(d, whitens: d != 3, gamma: gamma) { place in
                place < 200 ? nil : (0..<d).map { 2.5 + ($0 == axis ? shift : 0) }
            }
            return moved.rates().map { $0[205] }
        }
        let base = transport(d, whitens: d != 3, gamma: gamma) { $0 < 200 ? nil : (0..<d).map { _ in 2.5 } }
        let divergence = (0..<d).reduce(0.0) {
            $0 + (rates($1, 0.02)[$1] - rates($1, -0.02)[$1]) / 0.04
        }
        #expect(abs(divergence - base.divergences()[205]) < 5e-3 * max(0.02, abs(divergence)), "\(divergence)")
        #expect(abs(divergence) > 5e-4)
    }

    /// Sums over pairs are those by moments, and the mean over random batches is that over all pairs.
    @Test func theDivergenceIsThatOfAllPairs() throws {
        let moments = transport(4).divergences()
        let score = transport(4).score
        let cloud = transport(4).cloud
        let pairs = ParticleStepper(
            .maxwell(strength: 0.2), score: score, count: cloud.count, dimensions: 4, timeStep: 0.1,
            interaction: .allPairs, threads: 2)
        let largest = moments.map(abs).max()!
        #expect(zip(moments, pairs.divergences(of: cloud)).allSatisfy { abs($0 - $1) < 1e-11 * largest })
        let all = transport(3, gamma: -3).divergences()
        let batches = transport(3, gamma: -3, batch: 30)
        var (mean, state) = (all.map { _ in 0.0 }, batches.cloud)
        let stepper = ParticleStepper(
            .coulomb(strength: 0.2), score: batches.score, count: state.count, dimensions: 3, timeStep: 0.1,
            interaction: .randomBatches(size: 30, seed: 4))
        for draw in 0..<2000 {
            state.steps = draw
            for (place, value) in stepper.divergences(of: state).enumerated() { mean[place] += value / 2000 }
        }
        let norm = all.reduce(0) { $0 + $1 * $1 }
        #expect(zip(mean, all).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } < 0.01 * norm)
        #expect(batches.divergences() != all)
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
        for (probes, gamma, batch) in [(0, 0.0, nil), (2, 0, nil), (0, -3, nil), (0, -3, 50)] as [(Int, Double, Int?)] {
            let transport = transport(3, probes: probes, symmetry: symmetry, gamma: gamma, batch: batch)
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
            ScoreFit(few.score.fit.matching.layers, parameters: few.score.fit.parameters.values), .init(), fitted: 3)
        let collapsed = NeuralTransport(
            ParticleCloud(count: 3, dimensions: 2) { _ in (1.0 / 3, [0.5, 0.5]) }, logDensity: { _ in 0 },
            kernel: .maxwell(strength: 1), score: score, timeStep: 0.01, threads: 1)
        #expect(throws: LandauStepError.notFinite(time: 0)) { try collapsed.step() }
    }

    /// Some of the particles in one place, for kernels as singular as are allowed.
    @Test(arguments: [-3.0, -3.9]) func coincidingParticlesAreFollowed(_ gamma: Double) throws {
        let transport = transport(2, step: 0.01, whitens: true, gamma: gamma) { place in
            place < 20 ? [0, 0] : nil
        }
        let cloud = transport.cloud
        let doubled = ParticleCloud(count: cloud.count, dimensions: 2) { place in
            (cloud.weight(place), cloud.velocity(place < 40 ? place / 2 : place))
        }
        let stepper = ParticleStepper(
            LandauKernel(strength: 0.2, exponent: gamma), score: transport.score, count: cloud.count, dimensions: 2,
            timeStep: 0.01, scheme: .midpoint)
        #expect(stepper.rates(of: doubled).joined().allSatisfy { $0.isFinite })
        #expect(stepper.divergences(of: doubled).allSatisfy { $0.isFinite })
    }

    @Test(arguments: [
        (#""gamma": -5, "dimensions": 3"#, "gamma", "more than -2 - dimensions"),
        (#""gamma": 1.5"#, "gamma", "at most 1"),
        (#""gamma": -3, "batch": 1"#, "batch", "0, or 2 to 2500"),
        (#""batch": 10"#, "batch", "a gamma of 0"),
        (#""beams": 4, "dimensions": 3"#, "beams", "3.37"),
        (#""beams": 1, "temperatures": [1, 1]"#, "temperatures", "leave one of them out"),
        (#""beams": 1, "symmetry": "rotations""#, "symmetry", "there are beams"),
        (#""beams": 1, "equivariant": true"#, "equivariant", "there are beams"),
        (#""temperatures": [1.5, 0.5], "equivariant": true"#, "equivariant", "temperatures differ"),
    ])
    func whatCannotBeIsRefused(_ keys: String, _ path: String, _ hint: String) throws {
        func task(_ keys: String) throws -> LandauScoreTask {
            let text = #"""
                { "name": "a", "task": { "kind": "landau-score", \#(keys) }, "model": "none",
                  "optimizer": { "kind": "adam", "learningRate": 1e-3 }, "budget": { "epochs": 1, "batch": 64 } }
                """#
            let json = try JSON.parse(text, file: "a.json")
            return try #require(
                try StrictDecoder(kinds: .hybrid).decode(Experiment.self, from: json).task as? LandauScoreTask)
        }
        let error = #expect(throws: ConfigurationError.self) { _ = try task(keys) }
        let said = error?.description ?? ""
        #expect(said.contains(path) && said.contains(hint), "\(said)")
        let sound = try task(#""beams": 2, "gamma": -4.9, "batch": 10, "dimensions": 3"#).system
        #expect(sound.solution == nil && sound.start == 0 && sound.density.beamDistance == 2)
        #expect(sound.interaction(seed: 1) == .randomBatches(size: 10, seed: 1) && sound.kernel.exponent == -4.9)
    }

    @Test func whatTrainingTakesIsCountedWithEveryPartsGradient() throws {
        let experiment = Experiment(
            "score", task: LandauScoreTask(LandauParticles(dimensions: 3), width: 4096), model: NoNetwork(),
            optimizer: OptimizerSettings(learningRate: 1e-2), budget: Budget(epochs: 1, batch: 256))
        var training = Training(
            experiment, dataset: "",
            folder: FileManager.default.temporaryDirectory.path + "/score-\(UUID().uuidString)",
            seed: 1, threads: 1, kinds: .hybrid)
        training.availableMemory = { 1_700_000_000 }
        // 16.8 million parameters of four bytes: three times what Adam has, and nineteen gradients.
        let error = #expect(throws: TrainingError.self) { _ = try training.run() }
        #expect(error?.description.contains("16.8 M parameters with what training keeps of each take 1.9 GB") == true)
        #expect(error?.description.contains("Lower task.width") == true, "\(error?.description ?? "")")
    }

    @Test func aScoreIsTrainedAndFollowed() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/score-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func training(_ name: String, epochs: Int) -> Training {
            let experiment = Experiment(
                "score",
                task: LandauScoreTask(
                    LandauParticles(dimensions: 3, particles: 100), width: 16, draws: 2048),
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
        #expect(try LandauScoreRun.holds("\(folder)/whole") && run.system.dimensions == 3)
        let own = run.system.cloud(seed: 1)
        let particles = run.system.witnessed(own, seed: 1)
        #expect(own.count == 100 && particles.count == 200 && abs(particles.mass - 1) < 1e-12 && particles.time == 5.5)
        let path = run.path(particles, fitted: 100, seed: 1, threads: 1)
        try path.advance(to: 2)
        #expect(path.cloud.isFinite && path.cloud.steps == 2 && !path.isGlobal)
    }
}
