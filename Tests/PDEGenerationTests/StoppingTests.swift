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
