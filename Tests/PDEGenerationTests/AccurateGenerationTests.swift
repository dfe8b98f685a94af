import PDEConfig
import PDEData
import PDEGeneration
import Testing

/// Samples that are each solved on a grid of their own, by the recipe's `accuracy`.
@Suite struct AccurateGenerationTests {
    private let folder = TemporaryFolder()

    /// Flow past a square at Reynolds numbers that ask for several grids.
    private func flow(_ changes: [String: String] = [:]) throws -> Recipe {
        let base = [
            "accuracy": "0.05", "resolution": "32", "frames.resolution": "16", "obstacles.count": "1",
            "equation.reynolds": #"{ "logUniform": [50, 2000] }"#, "frames.count": "3",
            "samples": #"{ "train": 12, "valid": 2, "test": 6, "perShard": 5 }"#,
        ]
        return try flowRecipe(base.merging(changes) { $1 })
    }

    private func manifest(_ recipe: Recipe, _ name: String, threads: Int = 2) throws -> Manifest {
        try #require(try Generation(recipe, in: folder(name)).run(threads: threads).manifest)
    }

    /// The relative error of a sample's first frame from that on four times its grid, by the families' own comparison.
    private func error(of record: SampleRecord, in recipe: Recipe) throws -> Double {
        let refinement = GridChoice.refinement(of: record, in: recipe)
        let (definition, watch) = (recipe.problem.definition, SampleWatch { _ in true })
        func difference(_ factor: Int) throws -> Double {
            try definition.accuracy(
                of: record, in: recipe.pilot.refined(by: refinement * factor), stepsOfAll: 0, watch
            ).firstFrame
        }
        // No further from four times the grid than by way of twice the grid.
        return try difference(1) + difference(2)
    }

    @Test("of twenty samples at least nineteen are as accurate as asked, against four times their grid")
    func target() throws {
        let recipe = try flow()
        let records = try manifest(recipe, "flow").shards.flatMap(\.samples)
        #expect(records.count == 20 && records.allSatisfy { $0.failure == nil && $0.rejections.isEmpty })
        let grids = Set(records.map { $0.health["solver_resolution"]! })
        #expect(grids.count > 1 && grids.isSubset(of: [32, 64, 128, 256]))
        #expect(records.allSatisfy { $0.health["estimated_error"]! <= 0.05 && $0.health["estimated_error"]! > 0 })
        let missed = try records.count { try error(of: $0, in: recipe) > 0.05 }
        #expect(missed <= 1)
        // On the next coarser grid each would have missed it.
        for record in records where record.health["solver_resolution"]! > 32 {
            let coarser = recipe.pilot.refined(by: GridChoice.refinement(of: record, in: recipe) / 2)
            let check = try recipe.problem.definition.accuracy(
                of: record, in: coarser, stepsOfAll: 0, SampleWatch { _ in true })
            #expect(GridChoice.remainder * check.firstFrame > 0.05)
        }
    }

    @Test("bytes repeat on any threads, and a sample alone is that of the whole, on the recipe's grid")
    func bytes() throws {
        let all = try manifest(flow(), "all")
        let again = try manifest(flow(), "again", threads: 1)
        #expect(all.shards.map(\.crc32) == again.shards.map(\.crc32))
        _ = try manifest(flow(["samples.only": #""train/7""#]), "one")
        func sample(_ name: String, _ position: Int) throws -> [Float] {
            let reader = try DatasetReader(path: folder(name), split: .train)
            #expect(reader.description.resolution == [16, 16] && reader.description.scalar("solver_resolution") != nil)
            return try reader.values(of: ["velocity", "pressure"], sample: position)
                + reader.values(of: ["mask", "sdf"], sample: position)
        }
        #expect(try sample("all", 7) == sample("one", 0))
        #expect(DatasetFolder(path: folder("all"), name: "flow").verify().findings.isEmpty)
    }

    @Test("grids, errors and cost stand in the card and in the plan, and in neither without an accuracy")
    func card() throws {
        let generation = try Generation(flow(), in: folder("flow"))
        let manifest = try #require(try generation.run(threads: 2).manifest)
        let card = try #require(String(validating: FileSystem.read(folder("flow/README.md")), as: UTF8.self))
        #expect(card.contains("below 0.05, estimated by a pilot on twice the points: "))
        #expect(card.contains("`solver_resolution`") && card.contains("`estimated_error`"))
        #expect(card.contains(GridChoice.summary(of: manifest.shards.flatMap(\.samples))!))
        let estimate = CostEstimate(generation)
        #expect(estimate.extent == .whole && estimate.failure == nil && estimate.seconds! > 0)
        #expect(try #require(estimate.grids).contains("estimated error at most"))
        let plain = try Generation(flow(["accuracy": "null"]), in: folder("plain"))
        #expect(CostEstimate(plain).grids == nil && plain.description.scalar("solver_resolution") == nil)
        #expect(plain.resolved["accuracy"] == nil && generation.resolved["accuracy"] == 0.05)
    }

    @Test("every family with a grid chooses one, and of spectral methods the coarsest will do")
    func families() throws {
        let open = ["accuracy": "0.02", "resolution": "16", "obstacles.count": "0"]
        let steady = try manifest(poissonRecipe(open), "poisson")
        let darcy = try manifest(darcyRecipe(["accuracy": "0.1"]), "darcy")
        let burgers = try manifest(recipe(["accuracy": "1e-3"]), "burgers")
        let landau = try manifest(landauRecipe(["accuracy": "0.01"]), "landau")
        for (found, target) in [(steady, 0.02), (darcy, 0.1), (burgers, 1e-3), (landau, 0.01)] {
            let records = found.shards.flatMap(\.samples)
            #expect(records.allSatisfy { $0.failure == nil && $0.health["solver_resolution"] != nil })
            #expect(records.allSatisfy { $0.health["estimated_error"]! > 0 && $0.health["estimated_error"]! <= target })
        }
        #expect(Set(burgers.shards.flatMap(\.samples).map { $0.health["solver_resolution"]! }) == [128])
        #expect(steady.shards.flatMap(\.samples).contains { $0.health["solver_resolution"]! > 16 })
    }

    @Test("a sample that no grid makes accurate enough fails by name, and no easier one takes its place")
    func unreached() throws {
        let recipe = try poissonRecipe(["accuracy": "1e-9", "samples": #"{ "train": 2 }"#])
        let outcome = try Generation(recipe, in: folder("poisson")).run(threads: 1)
        let records = try #require(outcome.manifest).shards.flatMap(\.samples)
        #expect(records.count == 2)
        for record in records {
            #expect(try #require(record.failure).contains("on 256, the finest grid, and 1e-09 is asked for"))
        }
        #expect(throws: ConfigurationError.self) { try multiscaleRecipe(["accuracy": "0.1"]) }
        #expect(throws: ConfigurationError.self) { try flow(["accuracy": "0"]) }
    }
}
