import PDEConfig
import PDECore
import PDEData
import PDETraining
import Testing

/// Training asks for memory before it takes it.
@Suite(.serialized) struct MemoryDemandTests {
    private let small: SmallRun

    init() throws { small = try SmallRun() }

    private func error(_ settings: KeyValuePairs<String, JSON>, available: Int?) throws -> String? {
        var training = small.training(try small.experiment(settings), "run\(settings.count)\(available ?? 0)")
        training.availableMemory = { available }
        do {
            try small.run(training, stop: 1)
            return nil
        } catch {
            guard case .memory = error as? TrainingError else { throw error }
            #expect(!FileSystem.exists(training.folder))
            return "\(error)"
        }
    }

    @Test func parametersAreCountedBeforeTheyAreMade() throws {
        let huge: KeyValuePairs<String, JSON> = [
            "model.width": 4096, "model.layers": 64, "model.modes": 16, "optimizer.averaging": .null,
        ]
        let said = try #require(try error(huge, available: 1 << 36))
        #expect(
            said.hasPrefix("model: 35.4 G parameters with what training keeps of each take 1.4 TB, and 65.3 GB are"))
        #expect(said.contains("Lower model.width"))
    }

    @Test func pairsThatDoNotFitAreRefusedWithHowManyWould() throws {
        let process: KeyValuePairs<String, JSON> = [
            "model": .object([("kind", "gaussian-process")]), "precision": "double", "optimizer.averaging": .null,
        ]
        let said = try #require(try error(process, available: 300_000))
        let fits = try #require(
            said.firstMatch(of: #/(\d+) pairs would fit: set model.pairs to that/#).flatMap { Int($0.1) })
        #expect(said.contains("take ") && said.contains("285 kB are available") && fits > 1, "\(said)")
        func refuses(_ pairs: Int) throws -> Bool {
            let model = JSON.object([("kind", "gaussian-process"), ("pairs", .number(pairs))])
            do {
                return try error(
                    ["model": model, "precision": "double", "optimizer.averaging": .null], available: 300_000)
                    != nil
            } catch { return false }
        }
        #expect(try refuses(fits + 1) && !refuses(fits))
        #expect(try error(process, available: 3000)?.contains("No number of pairs fits on this grid") == true)
    }

    /// What is said to be needed is what a step takes, whatever the network and the task are.
    @Test(
        arguments: [
            "fourier", "u-net", "dilated-residual", "latent-spectral", "linear-attention", "spectral-generator",
        ], ["one-step", "unrolled"])
    func stepsAreMeasured(_ kind: String, _ mode: String) throws {
        let settings: KeyValuePairs<String, JSON> = [
            "model": .object(
                [("kind", .string(kind)), ("width", 16)]
                    + (["fourier", "spectral-generator"].contains(kind) ? [("modes", 6)] : [])
                    + (kind == "linear-attention" ? [("layers", 2), ("slices", 8)] : [])),
            "task.training": .string(mode), "task.steps": mode == "unrolled" ? 3 : 1, "budget.batch": 24,
        ]
        let training = small.training(try small.experiment(settings), "taken")
        let taken = Double(try small.run(training, stop: 2).outcome.peakBytes)
        var (low, high) = (0.0, 4 * taken)
        for _ in 0..<12 {
            let middle = 0.5 * (low + high)
            if try error(settings, available: Int(middle)) == nil { high = middle } else { low = middle }
        }
        #expect(high > 0.5 * taken && high < 2 * taken, "\(high) asked, \(taken) taken")
    }

    @Test func batchesAreNoLargerThanTheData() throws {
        let wide = small.training(try small.experiment(["budget.batch": 65536]), "wide")
        let all = small.training(try small.experiment(["budget.batch": 96]), "all")
        let (most, least) = (try small.run(wide).outcome.peakBytes, try small.run(all).outcome.peakBytes)
        #expect(most == least)
        #expect(try small.entries(wide) == small.entries(all))
        let data = try TrainingData<Float>(
            wide.experiment, path: small.dataset, split: .train, seed: 0, mixes: true)
        #expect(data.loader(batch: 65536, epochs: 1).batchSize == 96)
        #expect(data.orderedLoader(batch: 65536, limit: 10).batchSize == 10)
    }

    @Test func batchesThatDoNotFitAreRefused() throws {
        let said = try #require(try error(["budget.batch": 96], available: 200_000))
        #expect(said.hasPrefix("budget.batch: a step on 96 windows of 32 points takes about "), "\(said)")
        #expect(said.contains("190 kB are available"), "\(said)")
        #expect(said.contains("Lower budget.batch, or model.width"))
        #expect(try error(["budget.batch": 96], available: nil) == nil)
        #expect(try error(["budget.batch": 96], available: 1 << 30) == nil)
    }
}
