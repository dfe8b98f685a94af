import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import Testing

/// The Navier–Stokes operator benchmark, on a coarser grid and over less time.
@Suite struct OperatorBenchmarkTests {
    private let folder = TemporaryFolder()

    private func benchmark(_ changes: [String: String] = [:]) throws -> Recipe {
        let root = #filePath.components(separatedBy: "/Tests/")[0]
        let text = try String(
            contentsOfFile: "\(root)/datasets/navier-stokes-operator-1e-4.json", encoding: .utf8)
        let small = [
            "resolution": "64", "frames.resolution": "32", "frames.count": "3", "frames.interval": "0.25",
            "solver.precision": "\"double\"", "samples": "{\"test\": 2}",
        ]
        return try changed(text, small.merging(changes) { $1 })
    }

    private func generated(_ recipe: Recipe, _ name: String) throws -> (values: [Float], records: [SampleRecord]) {
        let outcome = try Generation(recipe, in: folder(name)).run(threads: 2)
        let reader = try DatasetReader(path: folder(name), split: .test)
        #expect(reader.description.times == recipe.frames.times)
        let values = try (0..<reader.sampleCount).flatMap { try reader.values(of: ["vorticity"], sample: $0) }
        return (values, try #require(outcome.manifest).shards.flatMap(\.samples))
    }

    /// The first frame is one unit of time in, as of the published samples.
    @Test func shippedFramesBeginAtOne() throws {
        for (name, end) in [("1e-3", 50), ("1e-4", 30), ("1e-5", 20)] {
            let root = #filePath.components(separatedBy: "/Tests/")[0]
            let path = "\(root)/datasets/navier-stokes-operator-\(name).json"
            let recipe = try changed(String(contentsOfFile: path, encoding: .utf8), [:])
            #expect(recipe.frames.times == (1...end).map(Double.init))
        }
    }

    /// Frames that are skipped are solved all the same, and the others are what they would be.
    @Test func skippedFramesChangeNoOther() throws {
        let all = try generated(benchmark(["frames.skip": "0", "frames.count": "5"]), "all")
        let later = try generated(benchmark(["frames.skip": "2"]), "later")
        let (frame, frames) = (32 * 32, 5)
        for sample in 0..<2 {
            let whole = all.values[sample * frames * frame..<(sample + 1) * frames * frame]
            let part = later.values[sample * 3 * frame..<(sample + 1) * 3 * frame]
            #expect(Array(whole.dropFirst(2 * frame)) == Array(part))
        }
        #expect(later.records.map(\.steps) == all.records.map(\.steps))
        #expect(later.records.map(\.health) == all.records.map(\.health))
        let recipe = try benchmark(["frames.skip": "2"])
        #expect(try StrictDecoder().decode(Recipe.self, from: StrictEncoder().encode(recipe)) == recipe)
        #expect(try StrictEncoder().encode(benchmark(["frames.skip": "0"])).value(at: "frames.skip") == nil)
    }

    /// Particles are told from the start on.
    @Test func landauSkipsNoFrames() {
        #expect(landauComplaint(["frames.skip": "1"])?.contains("unknown key frames.skip") == true)
    }

    /// The slow decay of the initial field's spectrum reaches the cutoff and refuses no sample; what the flow brings there does.
    @Test func roughnessOfTheInitialFieldRefusesNoSample() throws {
        let found = try generated(
            benchmark(["frames.skip": "0", "health": "{\"spectralTail\": 1e-9, \"attempts\": 1}"]), "rough")
        #expect(found.records.allSatisfy { $0.rejections == [] && $0.health["spectral_tail"]! > 1e-5 })
        let sharp = try benchmark([
            "equation.viscosity": "1e-6", "initial.amplitude": "400", "frames.interval": "0.1",
            "health": "{\"spectralTail\": 1e-4, \"attempts\": 1}",
        ])
        let outcome = try Generation(sharp, in: folder("sharp")).run(threads: 2)
        let records = try #require(outcome.manifest).shards.flatMap(\.samples)
        #expect(records.count == 2 && records.allSatisfy { $0.failure?.contains("has come to the cutoff") == true })
    }
}
