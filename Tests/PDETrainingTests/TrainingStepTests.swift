import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor
import PDETraining
import Testing

/// What steps of training cost beside arithmetic, and what is kept of them.
@Suite(.serialized) struct TrainingStepTests {
    /// After a few steps the pool has every block that a step needs.
    @Test(arguments: ["one-step", "unrolled", "pushforward"], ["none", "jaws"])
    func warmStepsTakeNoFreshMemory(_ mode: String, _ penalty: String) throws {
        let small = try SmallRun()
        let experiment = try small.experiment([
            "task.training": .string(mode), "task.steps": mode == "one-step" ? 1 : 3, "task.noise": 0.01,
            "regularizer": .string(penalty),
            "budget.batch": 4,
        ])
        for threads in 1...2 {
            let training = small.training(experiment, "run", threads: threads)
            let setting = try training.setting(Float.self)
            let trainer = try Trainer(EvolutionProblem<Float>(setting), of: training, setting)
            let batches = trainer.problem.batches(size: 4, from: BatchPosition(), epochs: 2)
            // Chains of pushforward have random lengths: all of them have been seen after some steps.
            var (steps, fresh) = (0, 0)
            while steps < 18, let batch = try batches.next() {
                if steps == 12 { fresh = trainer.backend.pool.usage.freshBlocks }
                _ = trainer.step(batch, number: steps)
                steps += 1
            }
            #expect(steps == 18 && fresh > 0)
            #expect(trainer.backend.pool.usage.freshBlocks == fresh, "\(mode), \(penalty), \(threads) threads")
        }
    }

    /// A network's numbers survive a file bit for bit, and a network that was made otherwise takes them.
    @Test func networksSurviveFiles() throws {
        let cpu = CPUBackend(threads: 1)
        func network(_ seed: UInt64) -> FourierOperator<Float> {
            FourierOperator(
                FourierArchitecture(width: 5, modes: [3, 4], layers: 2, hidden: 7),
                OperatorShape(inputs: 2, outputs: 1, axes: 2), Initialization(seed: seed, backend: cpu))
        }
        let first = network(1)
        let path = (try SmallRun()).folder + ".safetensors"
        let entries = first.parameters.map { SafetensorsEntry($0.name, shape: $0.value.shape, .float($0.value.values)) }
        _ = try SafetensorsFile(entries).write(to: path)
        defer { try? FileSystem.remove(path) }
        let file = try SafetensorsFile(path: path)
        let second = network(2).mappingParameters { name, parameter in
            guard case .float(let values) = file[name]?.values else { return parameter.zeros }
            return Tensor(values, shape: file[name]!.shape, on: cpu)
        }
        var stream = RandomStream(seed: 1, index: 0, purpose: "input")
        let x = Tensor<Float>(shape: [2, 8, 8, 2], on: cpu) { stream.fillNormal($0) }
        #expect(first(x).values == second(x).values && first(x).values != network(2)(x).values)
        #expect(zip(first.parameters, second.parameters).allSatisfy { $0.value.values == $1.value.values })
    }
}
