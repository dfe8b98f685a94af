import Foundation
import PDEData
import PDEGeneration
import Synchronization
import Testing

/// Who asks a run to stop does not wait for the end of a sample, and loses nothing but the sample.
@Suite struct StoppingTests {
    private let folder = TemporaryFolder()

    /// Says no from the `limit`-th question on, and counts the questions.
    private final class Question: Sendable {
        let limit: Int
        private let asked = Atomic(0)
        var count: Int { asked.load(ordering: .relaxed) }

        init(limit: Int) { self.limit = limit }

        func answer() -> Bool { asked.add(1, ordering: .relaxed).newValue >= limit }
    }

    private static let one = ["samples": "{\"train\": 1}"]

    private static func families() throws -> [Recipe] {
        [
            try recipe(one), try recipe(one.merging(["solver": "{\"cfl\": 0.5, \"firstStep\": 1e-4}"]) { $1 }),
            try flowRecipe(one), try poissonRecipe(one), try darcyRecipe(one),
            try multiscaleRecipe(["equation.problems": "[\"allen-cahn\"]", "samples": "{\"test\": 1}"]),
            try landauRecipe(one), try landauRecipe(one.merging(["solver.step": "0.01"]) { $1 }),
        ]
    }

    @Test(arguments: 0..<8) func samplesAreGivenUpHalfDone(_ family: Int) throws {
        let recipe = try Self.families()[family]
        let generation = try Generation(recipe, in: folder("set"))
        let patient = Question(limit: .max)
        let whole = try Generation(recipe, in: folder("whole")).run(threads: 1, shouldStop: patient.answer)
        let record = try #require(whole.manifest?.shards.first?.samples.first)
        // Each step is preceded by a question, whatever asks besides.
        #expect(patient.count > record.steps)
        let question = Question(limit: 4)
        let outcome = try generation.run(threads: 1, shouldStop: question.answer)
        #expect(outcome.isInterrupted && outcome.made.isEmpty && outcome.manifest == nil)
        #expect(question.count < 10)
        #expect(try generation.run(threads: 1).manifest != nil)
        let bytes = try promisedBytes(in: folder("set"))
        #expect(try bytes == promisedBytes(in: folder("whole")))
    }

    /// Drawing a source or a medium asks row by row, a step in two dimensions within its terms.
    @Test func longStagesOfASampleAskToo() throws {
        func questions(_ recipe: Recipe, _ name: String) throws -> (count: Int, steps: Int) {
            let question = Question(limit: .max)
            let outcome = try Generation(recipe, in: folder(name)).run(threads: 1, shouldStop: question.answer)
            return (question.count, try #require(outcome.manifest?.shards.first?.samples.first).steps)
        }
        let darcy = try questions(darcyRecipe(Self.one), "darcy")
        #expect(darcy.count > 33 + darcy.steps, "\(darcy)")
        let poisson = try questions(poissonRecipe(Self.one), "poisson")
        #expect(poisson.count > 32 + poisson.steps, "\(poisson)")
        let plane = Self.one.merging(["resolution": "32", "frames.resolution": "16", "frames.count": "2"]) { $1 }
        let burgers = "{\"name\": \"burgers\", \"dimensions\": 2, \"viscosity\": 0.3}"
        let box = try questions(recipe(plane.merging(["equation": burgers]) { $1 }), "burgers")
        #expect(box.count > 16 * box.steps, "\(box)")
        let vorticity = try questions(
            recipe(
                plane.merging([
                    "equation": "{\"name\": \"vorticity-transport\", \"viscosity\": 0.01}",
                    "initial": "{\"kind\": \"vorticity\", \"wavenumber\": 2}", "length": "6.283185307179586",
                ]) { $1 }), "vorticity")
        #expect(vorticity.count > 4 * vorticity.steps, "\(vorticity)")
    }

    /// A question that is answered no in the middle of a draw or of a step ends the sample there.
    @Test(arguments: [3, 17, 30]) func samplesAreGivenUpWithinTheirStages(_ limit: Int) throws {
        for recipe in [
            try darcyRecipe(Self.one), try poissonRecipe(Self.one),
            try recipe(
                Self.one.merging([
                    "equation": "{\"name\": \"burgers\", \"dimensions\": 2, \"viscosity\": 0.3}", "resolution": "32",
                    "frames.resolution": "16",
                ]) { $1 }),
        ] {
            let question = Question(limit: limit)
            let name = "\(recipe.name)-\(limit)"
            let outcome = try Generation(recipe, in: folder(name)).run(threads: 1, shouldStop: question.answer)
            #expect(outcome.isInterrupted && outcome.made.isEmpty)
            // What is left of a step or of a draw asks on its way out.
            #expect(question.count < limit + 30, "\(name): \(question.count)")
        }
    }

    @Test func theReportsThatAStopPreventedAreMadeByTheNextRun() throws {
        _ = try Generation(recipe(), in: folder("whole")).run(threads: 1)
        let generation = try Generation(recipe(), in: folder("set"))
        let dataset = DatasetFolder(path: folder("set"), name: "small")
        // Who asks once the manifest is there is the accuracy check.
        let manifestPath = dataset.path + "/manifest.json"
        let outcome = try generation.run(
            threads: 1, shouldStop: { FileManager.default.fileExists(atPath: manifestPath) })
        #expect(outcome.isInterrupted && outcome.missing.isEmpty)
        let manifest = try #require(try dataset.manifest())
        #expect(manifest.sampleCount == 11 && manifest.files["README.md"] == nil)
        #expect(dataset.verify().isSound, "\(dataset.verify().findings)")
        let second = try generation.run(threads: 1)
        #expect(second.made.isEmpty && second.kept == 6 && second.isAssembled && second.accuracy != nil)
        let files = try #require(second.manifest?.files)
        #expect(files["README.md"] != nil && files["preview.png"] != nil)
        #expect(dataset.verify().isSound, "\(dataset.verify().findings)")
        #expect(!FileManager.default.fileExists(atPath: folder("set/.shards")))
        #expect(try promisedBytes(in: folder("set")) == promisedBytes(in: folder("whole")))
    }
}
