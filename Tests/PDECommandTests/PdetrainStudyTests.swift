import Foundation
import PDEData
import Testing

/// `pdetrain` on several runs: variants on datasets of their own, and runs divided among processes.
@Suite(.serialized) struct PdetrainStudyTests {
    private let pdetrain: Pdetrain

    init() throws { pdetrain = try Pdetrain() }

    /// A second recipe, and an experiment whose variants name one each.
    private func writeVariants() throws {
        try pdetrain.write(
            pdetrain.text("datasets/tiny.json").replacingOccurrences(of: "\"modes\": 3", with: "\"modes\": 2"),
            to: "datasets/other.json")
        let variants =
            "\"variants\": [{ \"name\": \"a\", \"set\": {} }, "
            + "{ \"name\": \"b\", \"set\": { \"data.recipe\": \"datasets/other.json\", \"budget.epochs\": 1 } }]"
        try pdetrain.write(
            pdetrain.text("experiments/tiny.json").replacingOccurrences(
                of: "\"task\":", with: variants + ", \"task\":"),
            to: "experiments/two.json")
    }

    @Test func variantsAreTrainedEachOnItsDataset() throws {
        try writeVariants()
        let plan = try pdetrain("two", "--plan")
        #expect(
            plan.output.hasPrefix(
                """
                experiment  two
                dataset     data/tiny, which datasets/tiny.json would make
                dataset     data/other, which datasets/other.json would make
                run         runs/two/a, seed 0
                run         runs/two/b, seed 0
                budget      2 epochs of batches of 8
                making      about 
                """), "\(plan.output)\(plan.errors)")
        #expect(plan.output.hasSuffix("left        2 of 2 runs; of 2 it is known when their datasets are there\n"))
        let both = try pdetrain("two", "--threads", "1")
        #expect(both.status == 0, "\(both.errors)")
        #expect(both.output.contains("runs/two/a: ") && both.output.contains("runs/two/b: "))
        #expect(pdetrain.exists("data/tiny/manifest.json") && pdetrain.exists("data/other/manifest.json"))
        let alone = try pdetrain.train(
            "--out", "alone", "--set", "data.recipe=datasets/other.json", "--set", "budget.epochs=1")
        #expect(alone.status == 0, "\(alone.errors)")
        #expect(try pdetrain.numbers("runs/two/b") == pdetrain.numbers("alone"))
        let one = try pdetrain("two", "--plan", "--variant", "b")
        #expect(one.status == 0 && one.output.contains("data/other") && !one.output.contains("data/tiny"))
    }

    /// What one run does is not done to a study's folder, whose runs are named.
    @Test func aStudysFolderIsNoRun() throws {
        try writeVariants()
        #expect(try pdetrain("two", "--threads", "1", "--set", "seeds=[3, 4]", "--set", "budget.epochs=1").status == 0)
        for result in [try pdetrain("test", "runs/two"), try pdetrain("runs/two", "--resume")] {
            #expect(result.status == 65, "\(result.status)")
            #expect(
                result.errors.contains(
                    """
                    runs/two: this folder is no run, it holds 4
                      name one: runs/two/a/seed-3, runs/two/a/seed-4, runs/two/b/seed-3, runs/two/b/seed-4
                      to go on with all of them, name their experiment: pdetrain EXPERIMENT --out runs/two --resume
                    """), "\(result.errors)")
        }
        #expect(try pdetrain("test", "runs/two/b/seed-4").status == 0)
    }

    /// Lists of variants are taken together: one of each, all combinations.
    @Test func listsOfVariantsAreCombined() throws {
        func write(_ variants: String) throws {
            try pdetrain.write(
                pdetrain.text("experiments/tiny.json").replacingOccurrences(
                    of: "\"task\":", with: "\"variants\": \(variants), \"task\":"),
                to: "experiments/all.json")
        }
        let rates = #"[{"name": "slow", "set": {"optimizer.learningRate": 1e-4}}, {"name": "fast", "set": {}}]"#
        let budgets =
            #"[{"name": "time", "set": {"budget.seconds": 5}}, {"name": "steps", "set": {"budget.steps": 7}}]"#
        try write("[\(rates), \(budgets)]")
        let plan = try pdetrain("all", "--plan")
        let folders = ["slow-time", "slow-steps", "fast-time", "fast-steps"].map { "runs/all/\($0), seed 0" }
        #expect(folders.allSatisfy(plan.output.contains), "\(plan.output) \(plan.errors)")
        #expect(plan.output.contains("2 epochs of batches of 8, as many steps as 5.00 s hold"), "\(plan.output)")
        let one = try pdetrain("all", "--plan", "--variant", "fast-steps")
        #expect(one.output.contains("at most 7 steps"), "\(one.output)")
        try write("[\(rates), {\"name\": \"a\", \"set\": {}}]")
        #expect(try pdetrain("all", "--plan").errors.contains("variants.1"))
        try write("[\(rates), [{\"name\": \"a\"}]]")
        #expect(try pdetrain("all", "--plan").errors.contains("variants.1.0"))
        try write(
            #"[[{"name": "a", "set": {}}, {"name": "a-b", "set": {}}], [{"name": "b", "set": {}}, {"name": "b-b", "set": {}}]]"#
        )
        #expect(try pdetrain("all", "--plan").errors.contains("names that tell all choices apart"))
    }

    /// A variant with variants of its own stands for these.
    @Test func variantsHaveVariants() throws {
        let variants = """
            "variants": [
              { "name": "a", "set": { "budget.epochs": 1 }, "variants": [
                { "name": "x", "set": {} }, { "name": "y", "set": { "budget.epochs": 3 } } ] },
              { "name": "b", "set": {}, "variants": [
                [{ "name": "p", "set": {} }], [{ "name": "q", "set": {} }, { "name": "r", "set": { "from": "a-x" } }] ] }
            ]
            """
        func write(_ variants: String) throws {
            try pdetrain.write(
                pdetrain.text("experiments/tiny.json").replacingOccurrences(
                    of: "\"task\":", with: variants + ", \"task\":"),
                to: "experiments/tree.json")
        }
        try write(variants)
        let plan = try pdetrain("tree", "--plan")
        for name in ["a-x", "a-y", "b-p-q", "b-p-r"] {
            #expect(plan.output.contains("runs/tree/\(name), seed 0"), "\(plan.output)\(plan.errors)")
        }
        let trained = try pdetrain("tree", "--threads", "1", "--set", "budget.epochs=1")
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(try pdetrain.text("runs/tree/b-p-r/experiment.json").contains("\"from\": \"runs/tree/a-x\""))
        let finished = try pdetrain("tree", "--plan", "--set", "budget.epochs=1")
        #expect(
            finished.output.contains("runs/tree/b-p-r, seed 0, finished")
                && finished.output.hasSuffix("left        0 of 4 runs\n"), "\(finished.output)")
        try write(variants.replacing("\"y\"", with: "\"x\""))
        #expect(try pdetrain("tree", "--plan").errors.contains("variants.0.variants.1"))
    }

    /// Two recipes for one folder are two datasets, and nothing is trained on the wrong one.
    @Test func twoRecipesForOneFolderAreRefused() throws {
        try writeVariants()
        let result = try pdetrain("two", "--set", "data.folder=data/same", "--threads", "1")
        #expect(result.status == 73 && result.errors.contains("data/same: "), "\(result.status) \(result.errors)")
        #expect(result.errors.contains("give the recipe's dataset a folder of its own"), "\(result.errors)")
        #expect(!pdetrain.exists("runs"))
    }

    private let three = [
        "experiments/tiny.json", "--threads", "1", "--set", "seeds=[0, 1, 2]", "--set", "budget.epochs=1",
    ]

    private func finished() throws -> [Int] {
        (0..<3).filter { pdetrain.exists("runs/tiny/seed-\($0)/loss.png") }
    }

    @Test func aPartIsTrainedAndWhatIsMissingIsNamed() throws {
        let plan = try pdetrain.wait(pdetrain.start(three + ["--shard", "0/2", "--plan"]))
        #expect(plan.output.contains("part        shard 0/2 (from --shard)\n"), "\(plan.output)\(plan.errors)")
        #expect(plan.output.contains("seed-2") && !plan.output.contains("seed-1"))
        let first = try pdetrain.wait(pdetrain.start(three + ["--shard", "0/2"]))
        #expect(first.status == 75, "\(first.status) \(first.errors)")
        #expect(
            first.output.hasSuffix(
                """
                runs/tiny: unfinished, 2 of 3 runs there
                  missing   1 run that nobody trains: run --shard 1/2 too, or once without --shard; --resume goes on with begun ones

                """), "\(first.output)")
        #expect(try finished() == [0, 2])
        let second = try pdetrain.wait(pdetrain.start(three + ["--shard", "1/2"]))
        #expect(second.status == 0 && !second.output.contains("unfinished"), "\(second.output)\(second.errors)")
        #expect(try finished() == [0, 1, 2])
        let wrong = try pdetrain.wait(pdetrain.start(three + ["--shard", "2/2"]))
        #expect(wrong.status == 64 && wrong.errors.contains("shards count from 0"), "\(wrong.errors)")
    }

    @Test func aProcessOfALauncherGoesOnWithWhatNobodyTrains() throws {
        let alone = try pdetrain.wait(pdetrain.start(three, environment: ["PMI_RANK": "1", "PMI_SIZE": "2"]))
        #expect(alone.status == 0, "\(alone.errors)")
        let order = try alone.output.split(separator: "\n").filter { $0.hasPrefix("runs/tiny/seed-") }.map {
            try #require($0.dropFirst("runs/tiny/seed-".count).first)
        }
        #expect(order == ["1", "2", "0"], "\(alone.output)")
        #expect(
            alone.errors.contains("shard 1/2 first, then what nobody else makes (from PMI_RANK)"), "\(alone.errors)")
        // Nothing is left to do, and nothing is touched.
        let before = try pdetrain.bytes(in: "runs/tiny")
        let again = try pdetrain.wait(pdetrain.start(three, environment: ["PMI_RANK": "0", "PMI_SIZE": "2"]))
        #expect(again.status == 0 && again.output.isEmpty, "\(again.output)\(again.errors)")
        #expect(try pdetrain.bytes(in: "runs/tiny") == before)
    }

    @Test func processesOfALauncherShareTheRuns() throws {
        let processes = try (0..<2).map {
            try pdetrain.start(three, environment: ["SLURM_PROCID": "\($0)", "SLURM_NTASKS": "2"])
        }
        let results = processes.map { pdetrain.wait($0) }
        for result in results { #expect(result.status == 0, "\(result.errors)") }
        let lines = results.flatMap { $0.output.split(separator: "\n").filter { $0.contains(" parameters, ") } }
        #expect(lines.count == 3, "each run once: \(lines)")
        #expect(try finished() == [0, 1, 2])
    }

    /// A run that was left half done is not taken for one that nobody has begun, and is gone on with where that was asked for.
    @Test func whatWasBegunIsGoneOnWith() throws {
        let long = three.dropLast() + ["budget.epochs=100"]
        let process = try pdetrain.start(long + ["--shard", "2/3"])
        while !pdetrain.exists("runs/tiny/seed-2/checkpoint/last.safetensors") && process.isRunning {
            Thread.sleep(forTimeInterval: 0.01)
        }
        kill(process.processIdentifier, SIGKILL)
        #expect(pdetrain.wait(process).wasKilled)
        let launched = ["PMI_RANK": "0", "PMI_SIZE": "3"]
        let rest = try pdetrain.wait(pdetrain.start(long + [], environment: launched))
        #expect(rest.status == 75, "\(rest.status) \(rest.errors)")
        #expect(rest.output.contains("missing   1 run that nobody trains: run --shard 2/3 too"), "\(rest.output)")
        let resumed = try pdetrain.wait(pdetrain.start(long + ["--resume"], environment: launched))
        #expect(resumed.status == 0 && resumed.output.contains("runs/tiny/seed-2: "), "\(resumed.errors)")
        #expect(!resumed.output.contains("seed-0: "))
    }

    /// A sweep of one seed a task has nothing to share, whatever the task's number.
    @Test func oneRunIsNoPartOfAnything() throws {
        for rank in 0..<2 {
            let result = try pdetrain.wait(
                pdetrain.start(
                    ["experiments/tiny.json", "--threads", "1", "--set", "budget.epochs=1", "--seed", "\(rank)"],
                    environment: ["SLURM_ARRAY_TASK_ID": "\(rank)", "SLURM_ARRAY_TASK_COUNT": "2"]))
            #expect(result.status == 0 && result.output.contains("runs/tiny/seed-\(rank): "), "\(result.errors)")
        }
    }
}
