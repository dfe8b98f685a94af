import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import Testing

/// Datasets of boundary value problems with known solutions.
@Suite struct MultiscaleGenerationTests {
    private let folder = TemporaryFolder()

    @discardableResult
    private func generate(_ recipe: Recipe, _ name: String, threads: Int = 2) throws -> Generation.Outcome {
        try Generation(recipe, in: folder(name)).run(threads: threads)
    }

    @Test func makesASoundDataset() throws {
        let outcome = try generate(multiscaleRecipe(), "set")
        let manifest = try #require(outcome.manifest)
        #expect(manifest.sampleCount == 8)
        #expect(DatasetFolder(path: folder("set"), name: "multiscale").verify().findings.isEmpty)
        let records = manifest.shards.flatMap(\.samples).sorted { $0.index < $1.index }
        // Poisson's and the Allen–Cahn equation with both solutions at the published frequencies, then scaled ones.
        #expect(records.prefix(4).map { $0.difficulty["wavenumber"]! } == [100, 106, 100, 106])
        #expect(records.dropFirst(4).allSatisfy { $0.difficulty["wavenumber"]! < 96 })
        #expect(records.allSatisfy { $0.health["error"]! < 1e-9 })
        // Each split goes through the problems from the first one.
        let isNonlinear = [false, false, true, true] + [false] + [false, false, true]
        #expect(records.map { $0.health["newton_steps"]! > 0 } == isNonlinear)
        #expect(outcome.accuracy?.reference == .knownSolution)
    }

    @Test func bytesDoNotDependOnTheThreads() throws {
        try generate(multiscaleRecipe(), "one", threads: 1)
        try generate(multiscaleRecipe(), "three", threads: 3)
        #expect(try promisedBytes(in: folder("one")) == promisedBytes(in: folder("three")))
    }

    @Test func squaresAreThereToo() throws {
        let recipe = try multiscaleRecipe([
            "equation": "{\"name\": \"multiscale\", \"dimensions\": 2, \"solutions\": [\"modulated-sum\", \"wave\"]}",
            "resolution": "160", "frames.resolution": "101", "samples": "{\"test\": 3}",
        ])
        let manifest = try #require(try generate(recipe, "set").manifest)
        #expect(manifest.sampleCount == 3 && manifest.description.resolution == [101, 101])
        let records = manifest.shards.flatMap(\.samples)
        #expect(records.allSatisfy { $0.health["error"]! < 1e-8 })
        #expect(records.contains { $0.health["iterations"]! > 0 })
    }

    @Test(arguments: [
        (["resolution": "200", "frames.resolution": "200"], "resolution", "use a resolution of 407"),
        (["frames.resolution": "100"], "frames.resolution", "store 214 points"),
        (["equation.solutions": "[\"sine-product\"]"], "equation.solutions", "a function of x and y"),
        (["equation.problems": "[\"advection\"]"], "equation.problems", "advection takes the wave"),
        (["equation.problems": "[\"poison\"]"], "equation.problems", "poisson"),
        (
            [
                "equation":
                    "{\"name\": \"multiscale\", \"dimensions\": 2, \"problems\": [\"allen-cahn\"], \"solutions\": [\"mixed-product\"]}"
            ], "equation.solutions", "at the published frequencies only"
        ),
        (["equation.frequency": "1"], "equation.frequency", "samples would repeat"),
        (["equation.frequency": "0"], "equation.frequency", "more than 0"),
        (["equation.solutions": "[\"sine\", \"sine\"]"], "equation.solutions", "each name once"),
        (["source": "1"], "source", "unknown key"),
    ])
    func errorsNameTheKey(_ changes: [String: String], _ key: String, _ hint: String) throws {
        let message = try #require(complaint { try multiscaleRecipe(changes) })
        #expect(message.contains(key) && message.contains(hint), "\(message)")
    }
}
