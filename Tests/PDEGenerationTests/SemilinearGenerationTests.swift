import Foundation
import PDEConfig
import PDEData
import PDEGeneration
import Testing

/// Which samples of semilinear equations are kept.
@Suite struct SemilinearGenerationTests {
    private let folder = TemporaryFolder()

    private func generate(
        _ recipe: Recipe, _ name: String = "set", note: @escaping (String) -> Void = { _ in }
    ) throws -> Generation.Outcome {
        var observer = Generation.Observer()
        observer.note = note
        return try Generation(recipe, in: folder(name)).run(threads: 2, observer: observer)
    }

    private func records(_ changes: [String: String]) throws -> [SampleRecord] {
        try #require(generate(recipe(changes)).manifest).shards.flatMap(\.samples)
    }

    private func card() throws -> String { try String(contentsOfFile: folder("set/README.md"), encoding: .utf8) }

    /// Tall waves break up into fast solitons, for which the steps that suit the first state are too long; a flow nearly at rest
    /// is set in motion within a frame; small states grow by magnitudes in one.
    @Test(arguments: [
        [
            "equation": "{\"name\": \"korteweg-de-vries\"}", "length": "20",
            "initial.amplitude": "{\"uniform\": [1.7, 2]}", "frames.interval": "1",
            "samples": "{\"test\": 6, \"only\": \"test/4\"}",
        ],
        [
            "equation": "{\"name\": \"vorticity-transport\", \"viscosity\": 0.1, \"forcingWaves\": 2}",
            "length": "6.283185307179586", "resolution": "32", "frames.resolution": "32", "frames.interval": "5",
            "initial": "{\"kind\": \"vorticity\", \"wavenumber\": 1, \"energy\": 1e-6}", "samples": "{\"test\": 1}",
        ],
        [
            "equation": "{\"name\": \"kuramoto-sivashinsky\"}", "length": "24", "initial.amplitude": "0.001",
            "frames.interval": "60", "samples": "{\"test\": 1}",
        ],
    ])
    func noDrawIsRefusedForItsSteps(_ changes: [String: String]) throws {
        let found = try records(changes.merging(["frames.count": "3"]) { $1 })
        #expect(found.allSatisfy { $0.failure == nil && $0.rejections == [] })
        #expect(found.allSatisfy { $0.health["max_cfl"] ?? 2 <= 1 && $0.health["energy_balance"] ?? 1 <= 1e-4 })
    }

    /// Refusals that hang on a parameter change its distribution: card and comparison say so, and by how much.
    @Test func refusalsThatBiasAreTold() throws {
        let manifest = try #require(
            generate(
                recipe([
                    "equation.viscosity": "0.05", "resolution": "64", "frames.count": "2", "initial.modes": "1",
                    "initial.amplitude": "{\"uniform\": [0.5, 2]}", "solver": "{\"step\": 0.005}",
                    "health": "{\"cfl\": 0.4, \"attempts\": 30}", "samples": "{\"test\": 30}",
                ])
            ).manifest)
        let refused = manifest.shards.flatMap(\.samples).flatMap(\.rejections)
        #expect(refused.count > 10 && refused.allSatisfy { $0.reason.hasPrefix("CFL number") })
        let made = try StrictDecoder().decode(Recipe.self, from: manifest.recipe)
        let comparison = try #require(ParameterComparison.all(in: manifest, of: made).first)
        #expect(comparison.path == "initial.amplitude" && comparison.isShifted)
        #expect(comparison.stored.count == 30 && comparison.refused.count == refused.count)
        // A wave of amplitude a has a CFL number of 0.32 a.
        #expect(comparison.stored.last! <= 1.26 && comparison.refused.first! >= 1.24)
        let text = try card()
        #expect(text.contains("> **Warning: initial.amplitude is not stored as it was asked: \(refused.count) draws"))
        #expect(
            text.contains("100 % of the samples, asked were 5") || text.contains("100 % of the samples, asked were 4"))
        #expect(text.contains("| `initial.amplitude` | uniform in 0.5…2 | 0.5, 0.875, 1.25, 1.625, 2 | "))
    }

    @Test func chanceIsNoBias() throws {
        _ = try generate(recipe())
        let text = try card()
        #expect(text.contains("| `equation.viscosity` | log-uniform in 0.02…0.1 | 0.02, ") && !text.contains("Warning"))
    }

    /// One state with many viscosities is many problems.
    @Test func coefficientsTellSamplesApart() throws {
        let found = try records(["initial": "{\"kind\": \"sine\"}", "frames.count": "2"])
        #expect(Set(found.map(\.initialState)).count == 11)
        #expect(DatasetFolder(path: folder("set"), name: "small").verify().isSound)
    }

    /// What a rough state has at the cutoff is its own; what comes there on the way is refused.
    @Test func onlyAddedTailsAreRefused() throws {
        let rough = "{\"kind\": \"gaussian\", \"variance\": 1, \"shift\": 10, \"exponent\": 0.5, \"amplitude\": 0.1}"
        let found = try records(["initial": rough, "frames.count": "2", "samples": "{\"test\": 2}"])
        #expect(found.allSatisfy { $0.rejections == [] && $0.health["spectral_tail"]! > 1e-3 })
        var notes: [String] = []
        #expect(throws: GenerationError.self) {
            try generate(
                recipe([
                    "equation.viscosity": "0.02", "resolution": "128", "frames.interval": "0.1",
                    "health": "{\"spectralTail\": 1e-24, \"attempts\": 1}",
                ]), "steep"
            ) { notes.append($0) }
        }
        #expect(notes.contains { $0.contains("of the energy has come to the cutoff, allowed is 1e-24") })
    }

    /// Diffusion ends in a constant: refused with the key that stores it, and stored with it.
    @Test func steadyStatesAreStoredOnRequest() throws {
        let still = [
            "equation": "{\"name\": \"advection-diffusion\", \"speed\": 0, \"diffusivity\": 1}", "frames.interval": "1",
            "samples": "{\"test\": 2}", "frames.count": "5",
        ]
        var notes: [String] = []
        _ = try generate(recipe(still), "refused") { notes.append($0) }
        #expect(notes.contains { $0.contains("repeats the one before") && $0.contains("health.steady") })
        let found = try records(still.merging(["health": "{\"steady\": true}"]) { $1 })
        #expect(found.count == 2 && found.allSatisfy { $0.failure == nil })
        #expect(DatasetFolder(path: folder("set"), name: "small").verify().findings.map(\.description) == [])
    }
}
