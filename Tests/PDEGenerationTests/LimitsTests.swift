import Foundation
import PDEData
import PDEGeneration
import Testing

/// Bounds of memory, time and numbers.
@Suite struct LimitsTests {
    private let folder = TemporaryFolder()

    @Test func memoryThatIsShortLowersTheWindowThenTheThreadsAndThenRefuses() throws {
        let generation = try Generation(recipe(), in: folder("set"))
        let plenty = try MemoryPlan(generation, threads: 2, samples: 11, available: nil)
        #expect(plenty.threads == 2 && plenty.window == 8)
        #expect(try MemoryPlan(generation, threads: 8, samples: 3, available: nil).threads == 3)
        let narrow = try MemoryPlan(generation, threads: 2, samples: 11, available: plenty.bytes)
        #expect(narrow.threads == 2 && narrow.window < 8 && narrow.window >= 2)
        var (available, last) = (plenty.bytes, narrow)
        while last.threads == 2 {
            available -= 1000
            last = try MemoryPlan(generation, threads: 2, samples: 11, available: available)
            #expect(Double(last.bytes) <= 0.9 * Double(available))
        }
        #expect(last.threads == 1)
        #expect(throws: GenerationError.self) {
            try MemoryPlan(generation, threads: 2, samples: 11, available: last.bytes / 4)
        }
    }

    @Test func aRecipeThatDoesNotFitIsRefusedWithItsNumbers() throws {
        let generation = try Generation(
            recipe(["frames": "{\"count\": 400000, \"interval\": 0.02}", "samples": "{\"train\": 3}"]),
            in: folder("set"))
        let error = #expect(throws: GenerationError.self) {
            try MemoryPlan(generation, threads: 2, samples: 3, available: 300_000_000)
        }
        let text = "\(try #require(error))"
        #expect(text.contains("about 0.615 GB of memory, and 0.3 GB are free"), "\(text)")
        #expect(text.contains("samples.perShard"))
    }

    @Test func aHundredMillionSamplesArePlannedInNoMemory() throws {
        let large = try recipe(["samples": "{\"train\": 100000000, \"valid\": 7, \"test\": 3, \"perShard\": 2}"])
        let plan = try Generation(large, in: folder("set")).plan
        #expect(plan.count == 2 + 4 + 50_000_000)
        #expect(plan.last == PlannedShard(ShardID(.train, 49_999_999), indices: 2_099_999_998..<2_100_000_000))
        #expect(plan.share(1, of: 3).shards + plan.share(0, of: 3).shards + plan.share(2, of: 3).shards == plan.count)
    }

    @Test func sharesOfAPlanAreWhatTheirShardsHold() throws {
        let plan = try Generation(recipe(["samples.train": "7"]), in: folder("set")).plan
        let (valid, train) = (1_000_000_000, 2_000_000_000)
        #expect(
            plan.map(\.indices) == [
                0..<2, 2..<3, valid..<valid + 2, train..<train + 2, train + 2..<train + 4, train + 4..<train + 6,
                train + 6..<train + 7,
            ])
        #expect(plan.largest == 2)
        #expect(plan.share(1, of: .max) == (1, 1) && plan.share(.max - 1, of: .max) == (0, 0))
        for count in 1...9 {
            for index in 0..<count {
                let mine = plan.enumerated().filter { $0.offset % count == index }.map(\.element)
                let share = plan.share(index, of: count)
                #expect(share.shards == mine.count && share.samples == mine.reduce(0) { $0 + $1.indices.count })
            }
        }
    }

    @Test func anEstimateMakesAWholeSampleAPartOrNone() throws {
        let whole = CostEstimate(try Generation(recipe(), in: folder("set")))
        #expect(whole.extent == .whole && whole.failure == nil)
        #expect(try #require(whole.steps) >= 20)
        // The last round of three keeps one of two workers.
        #expect(whole.seconds(samples: 3, workers: 2) == whole.seconds.map { 2 * $0 })
        let vast = try recipe([
            "equation": "{\"name\": \"burgers\", \"dimensions\": 3, \"viscosity\": 0.1}", "resolution": "512",
            "frames.resolution": "8",
        ])
        let none = CostEstimate(try Generation(vast, in: folder("set")))
        #expect(none.extent == .none && none.seconds == nil)
        let start = ContinuousClock.now
        let long = CostEstimate(
            try Generation(recipe(["frames.interval": "50", "solver.step": "1e-5"]), in: folder("set")))
        #expect(ContinuousClock.now - start < .seconds(10))
        guard case .part(let share, let seconds) = long.extent else {
            Issue.record("expected a part, got \(long.extent)")
            return
        }
        #expect(share > 0 && share < 0.5 && seconds <= 6)
        #expect(try #require(long.seconds) > 2 * seconds)
    }

    /// An accuracy check of 256³ points would take tens of gigabytes: it is left out.
    @Test func aCheckThatCostsTooMuchIsLeftOut() throws {
        let box = try recipe([
            "equation": "{\"name\": \"burgers\", \"dimensions\": 3, \"viscosity\": 0.1}", "resolution": "256",
            "frames.resolution": "8",
        ])
        guard let problem = box.problem.as(SemilinearProblem.self) else { throw CancellationError() }
        let record = SampleRecord(index: 0, steps: 40)
        let error = #expect(throws: AccuracyOmission.self) {
            try problem.accuracy(of: record, in: box, stepsOfAll: 40, SampleWatch { _ in true })
        }
        #expect(try #require(error).reason.contains("points times steps, and 10⁹ are spared for it"))
        let memory = #expect(throws: AccuracyOmission.self) { try AccuracyEffort.requireMemory(64 << 30) }
        #expect(try #require(memory).reason.contains("would take about 68.8 GB of memory, and "))
        func frames(work: Double, budget: Double = 1e7, frameBytes: Int = 8) throws -> Int {
            try AccuracyEffort.frames(in: recipe(), work: work, budget: budget, limit: 1e8, frameBytes: frameBytes)
        }
        #expect(try frames(work: 1) == 11)
        #expect(try frames(work: 2e6) == 6)
        #expect(try frames(work: 9e7) == 2)
        #expect(try frames(work: 1, frameBytes: 1 << 26) == 4)
        #expect(throws: AccuracyOmission.self) { try frames(work: 1.1e8) }
    }

    @Test func theCardSaysWhyACheckWasLeftOut() throws {
        let outcome = try Generation(
            recipe(["samples": "{\"train\": 1}", "health": "{\"spectralTail\": 1e-300, \"attempts\": 1}"]),
            in: folder("set")
        ).run(threads: 1)
        #expect(outcome.manifest?.sampleCount == 0 && outcome.accuracy == nil)
        #expect(outcome.accuracyOmission?.reason == "no sample passed its health check")
        let card = try String(contentsOfFile: folder("set/README.md"), encoding: .utf8)
        #expect(card.contains("hardest sample: not measured: no sample passed its health check"))
    }

    @Test(arguments: [
        ("equation.viscosity", "1e-308"), ("equation.viscosity", "5e-324"), ("equation.viscosity", "1e308"),
        ("length", "1e-308"), ("length", "1e308"), ("frames.interval", "1e-308"), ("frames.interval", "1e308"),
        ("frames.count", "9223372036854775807"), ("frames.count", "1000001"), ("solver.step", "5e-324"),
        ("resolution", "9223372036854775807"), ("samples.train", "9223372036854775807"),
        ("initial", "{\"kind\": \"gaussian\", \"variance\": 1e-308, \"shift\": 1, \"exponent\": 2}"),
    ])
    func absurdNumbersAreRefusedWithTheirRange(_ key: String, _ value: String) throws {
        let text = try #require(complaint([key: value]))
        #expect(text.contains(key) && text.contains("allowed is between"), "\(text)")
    }

    /// Steps that would never end are refused where it is known how fast a state is, and told by their limit where it is not.
    @Test func stepsThatNeverEndAreNoBlowUp() throws {
        for changes in [
            ["solver": "{\"cfl\": 1e-9}"], ["solver": "{\"cfl\": 1e-9}", "initial.mean": "-7"],
            ["equation": "{\"name\": \"advection-diffusion\", \"speed\": -1e6}", "frames.interval": "1000"],
        ] {
            let text = try #require(complaint(changes))
            #expect(text.contains("a frame would take more than 10 million steps"), "\(text)")
            #expect(text.contains("use a larger CFL number or a shorter interval"), "\(text)")
        }
        // The mean may cancel the amplitude.
        #expect(complaint(["solver": "{\"cfl\": 1e-9}", "initial.mean": "0.75"]) == nil)
        let chaos = ["equation": "{\"name\": \"kuramoto-sivashinsky\"}", "samples": "{\"train\": 1}"]
        let outcome = try Generation(
            recipe(chaos.merging(["solver": "{\"cfl\": 1e-11}"]) { $1 }), in: folder("set")
        ).run(threads: 1)
        let failure = outcome.manifest?.shards.first?.samples.first?.failure
        #expect(failure == "frame 1 takes more than 1000000000 time steps")
    }

    /// Advice names the smallest fast size without looking at every number on the way there.
    @Test func adviceForVastBoxesComesAtOnce() throws {
        let text = try #require(complaint(["equation": "{\"name\": \"kuramoto-sivashinsky\"}", "length": "1e12"]))
        #expect(text.contains("4 is needed"), "\(text)")
    }

    /// One step of so many particles sums over 10¹⁰ pairs.
    @Test(arguments: ["null", "100000"]) func aStepOfMinutesIsLeftInTheMiddle(_ batch: String) throws {
        let recipe = try landauRecipe([
            "equation.gamma": "-3", "frames.interval": "1e-3", "samples": "{\"train\": 1}",
            "solver":
                "{\"particles\": {\"count\": 100000, \"step\": 1, \"batch\": \(batch), \"score\": \"polynomial\"}}",
        ])
        let start = ContinuousClock.now
        let estimate = CostEstimate(try Generation(recipe, in: folder("set")))
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(estimate.extent != .whole && estimate.steps == nil)
    }

    @Test func namesFitIntoFileNames() throws {
        let long = "\"\(String(repeating: "a", count: 201))\""
        #expect(complaint(["name": long])?.contains("a name of 201 bytes, allowed is at most 200") == true)
    }

    /// A random vorticity is drawn on a grid of its own, which would take terabytes.
    @Test func wavesThatNoGridCarriesAreRefused() throws {
        let changes = [
            "equation": "{\"name\": \"vorticity-transport\", \"viscosity\": 0.01}",
            "initial": "{\"kind\": \"vorticity\", \"wavenumber\": 2}", "length": "6.283185307179586",
        ]
        #expect(complaint(changes) == nil)
        let text = try #require(complaint(changes.merging(["length": "65536"]) { $1 }))
        #expect(
            text.contains("initial.wavenumber, length and resolution") && text.contains("keeps 42 waves"), "\(text)")
    }
}
