import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDESolvers
import Testing

@Suite struct LandauGenerationTests {
    private let folder = TemporaryFolder()

    @discardableResult
    private func generate(
        _ recipe: Recipe, _ name: String, threads: Int = 2, including: (Int) -> Bool = { _ in true },
        notes: ((String) -> Void)? = nil
    ) throws -> Generation.Outcome {
        var observer = Generation.Observer()
        if let notes { observer.note = notes }
        return try Generation(recipe, in: folder(name)).run(threads: threads, including: including, observer: observer)
    }

    private func reader(_ name: String, _ split: Split, _ number: Int = 0) throws -> ShardReader {
        try ShardReader(path: DatasetFolder(path: folder(name), name: "landau").shardPath(ShardID(split, number)))
    }

    @Test(arguments: ["blobs", "polynomial"])
    func makesASoundDataset(_ score: String) throws {
        let outcome = try generate(landauRecipe(["solver.particles.score": "\"\(score)\""]), score)
        let manifest = try #require(outcome.manifest)
        #expect(manifest.sampleCount == 9)
        let verification = DatasetFolder(path: folder(score), name: "landau").verify()
        #expect(verification.findings.map(\.description) == [])
        for record in manifest.shards.flatMap(\.samples) {
            #expect(record.rejections == [] && record.steps >= 3)
            #expect([0, -3].contains(record.difficulty["gamma"]!))
            #expect(record.difficulty["relative_entropy"]! > 0 && record.difficulty["coldest"]! < 1)
            #expect(record.health["mass_drift"]! < 1e-12 && record.health["energy_drift"]! < 1e-5)
            #expect(record.health["entropy_rise"] == 0 && record.health["negative_share"]! < 1e-4)
            #expect(record.health["particle_energy_drift"]! < 1e-12 && record.health["particle_momentum"]! < 1e-12)
            // What is known for Maxwell molecules is compared there and nowhere else.
            let isMaxwellian = record.difficulty["gamma"] == 0
            #expect((record.health["covariance_error"] != nil) == isMaxwellian)
            #expect((record.health["bkw_error"] != nil) == (isMaxwellian && record.difficulty["initial_kind"] == 0))
            #expect(record.health["covariance_error"] ?? 0 < 1e-5 && record.health["bkw_error"] ?? 0 < 1e-4)
        }
        let accuracy = try #require(outcome.accuracy)
        #expect(accuracy.largest > 0 && accuracy.largest < 1e-3 && accuracy.frames == 3)
    }

    /// Temperatures begin as they were given, and those of Maxwell molecules relax as they must.
    @Test func givenTemperaturesRelax() throws {
        let recipe = try landauRecipe([
            "equation": "{\"name\": \"landau\"}", "samples": "{\"test\": 1}",
            "initial": "{\"kind\": \"temperatures\", \"temperatures\": [0.6, 1.4]}",
        ])
        let manifest = try #require(generate(recipe, "given").manifest)
        let record = manifest.shards.flatMap(\.samples)[0]
        #expect(record.difficulty["initial_kind"] == 3 && record.difficulty["coldest"] == 0.6)
        #expect(record.health["covariance_error"]! < 1e-5)
        let shard = try reader("given", .test)
        let (x, y) = (try shard.scalar("covariance_xx"), try shard.scalar("covariance_yy"))
        #expect(abs(x[0] - 0.6) < 1e-6 && abs(y[0] - 1.4) < 1e-6 && x[3] > x[0] && y[3] < y[0])
        let kinds = manifest.description.scalars.first { $0.name == "initial_kind" }
        #expect(kinds?.summary.contains("3 Gaussian of given temperatures") == true)
    }

    /// For Maxwell molecules the cubic score keeps particles on the exact covariance, from which blobs stray a little.
    @Test func particlesRelaxWithTheDensity() throws {
        let maxwell = ["equation": "{\"name\": \"landau\"}", "solver.particles.scheme": "\"rungeKutta4\""]
        func differences(_ score: String) throws -> [Double] {
            let recipe = try landauRecipe(maxwell.merging(["solver.particles.score": "\"\(score)\""]) { $1 })
            return try generate(recipe, score).manifest!.shards.flatMap(\.samples).map {
                $0.health["particle_covariance_difference"]!
            }
        }
        let (fit, blobs) = (try differences("polynomial"), try differences("blobs"))
        #expect(fit.max()! < 1e-4 && blobs.max()! < 0.08 && fit.max()! < blobs.max()!, "\(fit) \(blobs)")
    }

    /// Axes, moments, particles and the initial state are what they say.
    @Test func filesHoldTheWholeStory() throws {
        try generate(landauRecipe(["frames.resolution": "16"]), "set")
        let shard = try reader("set", .train)
        let description = shard.description
        #expect(description.resolution == [16, 16] && description.dimensions.map(\.name) == ["vx", "vy"])
        let axis = description.dimensions[0]
        #expect(axis.coordinates[0] == Double(Float(-axis.length! / 2)) && abs(axis.coordinates[8]) < 1e-6)
        #expect(description.boundaries == [Boundary(.open, dimension: "vx"), Boundary(.open, dimension: "vy")])
        #expect(description.particles.map(\.name) == ["velocity"] && description.particles[0].count == 200)
        let covariance = try shard.scalar("covariance_xx")
        let (mass, entropy) = (try shard.scalar("mass"), try shard.scalar("entropy"))
        let dissipation = try shard.scalar("entropy_dissipation")
        for sample in 0..<shard.sampleCount {
            #expect(mass[4 * sample..<4 * sample + 4].allSatisfy { abs($0 - 1) < 1e-5 })
            #expect((1..<4).allSatisfy { entropy[4 * sample + $0] < entropy[4 * sample + $0 - 1] })
            #expect(dissipation[4 * sample..<4 * sample + 4].allSatisfy { $0 > 0 })
            // Particles start with the density's covariance, to single precision.
            let particles = try shard.read(particles: "velocity", sample: sample, frames: 0..<1).map(Double.init)
            let variance = stride(from: 0, to: 400, by: 2).reduce(0) { $0 + particles[$1] * particles[$1] } / 200
            #expect(abs(variance - covariance[4 * sample]) < 1e-5)
            let density = try shard.read(field: "density", sample: sample, frames: 3..<4)
            #expect(density.max()! > 0.08 && density.min()! > -1e-5)
            let note = try JSON.parse(shard.provenance("initial")[sample], file: "note")
            #expect(["bkw", "two-beam", "gaussian"].contains(note["kind"]?.string))
        }
    }

    @Test func bytesDoNotDependOnTheThreads() throws {
        try generate(landauRecipe(), "one", threads: 1)
        try generate(landauRecipe(), "three", threads: 3)
        #expect(try promisedBytes(in: folder("one")) == promisedBytes(in: folder("three")))
    }

    /// A run that made some shards, and one that goes on, end in the bytes of a run that was never cut short.
    @Test func partsMakeTheWhole() throws {
        try generate(landauRecipe(), "whole")
        let first = try generate(landauRecipe(), "parts", including: { $0 % 2 == 0 })
        #expect(first.manifest == nil && !first.missing.isEmpty)
        let second = try generate(landauRecipe(), "parts", threads: 1)
        #expect(second.manifest != nil && second.kept == first.made.count)
        #expect(try promisedBytes(in: folder("whole")) == promisedBytes(in: folder("parts")))
    }

    /// A sample made alone has the bytes that it has in the whole run; random batches belong to the sample too.
    @Test(arguments: [[:], ["solver.particles.batch": "20"], ["equation.gamma": "{\"uniform\": [-2, 0]}"]])
    func samplesDoNotDependOnOneAnother(_ changes: [String: String]) throws {
        try generate(landauRecipe(changes), "whole")
        try generate(landauRecipe(changes.merging(["samples.only": "\"train/3\""]) { $1 }), "alone", threads: 1)
        let (alone, together) = (try reader("alone", .train), try reader("whole", .train, 1))
        #expect(try alone.scalar("index") == [2_000_000_003] && together.scalar("index")[1] == 2_000_000_003)
        #expect(try alone.read(field: "density", sample: 0) == together.read(field: "density", sample: 1))
        #expect(try alone.read(particles: "velocity", sample: 0) == together.read(particles: "velocity", sample: 1))
        #expect(try alone.scalar("gamma")[0] == together.scalar("gamma")[1])
        #expect(try alone.provenance("initial")[0] == together.provenance("initial")[1])
    }

    @Test func seedsAndNumbersMatter() throws {
        let manifests = try ["0", "1"].map { try generate(landauRecipe(["seed": $0]), "seed\($0)").manifest! }
        #expect(Set(manifests.flatMap { $0.shards.flatMap(\.samples).map(\.initialState) }).count == 18)
    }

    @Test func threeDimensionsAreSound() throws {
        let outcome = try generate(
            landauRecipe([
                "equation": "{\"name\": \"landau\", \"dimensions\": 3}", "resolution": "20", "frames.count": "2",
                "initial": "{\"kind\": \"gaussian\", \"anisotropy\": {\"uniform\": [1.2, 1.6]}}",
                "samples": "{\"train\": 2, \"test\": 1}",
            ]), "set")
        let records = try #require(outcome.manifest).shards.flatMap(\.samples)
        #expect(records.allSatisfy { $0.failure == nil && $0.health["covariance_error"]! < 1e-3 })
        #expect(DatasetFolder(path: folder("set"), name: "landau").verify().findings.map(\.description) == [])
        let shard = try reader("set", .train)
        #expect(shard.description.resolution == [20, 20, 20] && shard.description.particles[0].components.count == 3)
        #expect(try shard.scalar("covariance_yz").count == 4)
    }

    /// A step that the particles' scheme is not stable for is refused in clear words.
    @Test func unstableStepsAreNamed() throws {
        let recipe = try landauRecipe([
            "equation": "{\"name\": \"landau\"}", "solver.particles": "{\"count\": 200, \"step\": 5}",
            "frames.interval": "5", "health": "{\"attempts\": 1}",
            "samples": "{\"test\": 4}",
        ])
        var notes: [String] = []
        let error = #expect(throws: GenerationError.self) { try generate(recipe, "set", notes: { notes.append($0) }) }
        #expect("\(try #require(error))".contains("where a step is unstable: a shorter one"))
        #expect(notes.contains { $0.contains("particles after frame 0: the time step 5.0 is unstable at time 0.0") })
    }

    /// Densities that have come to equilibrium repeat, and the run says what would help.
    @Test func equilibriumIsGivenUp() throws {
        let recipe = try landauRecipe([
            "equation": "{\"name\": \"landau\", \"strength\": 1}", "frames": "{\"count\": 60, \"interval\": 1}",
            "health": "{\"attempts\": 1}", "samples": "{\"test\": 4}", "resolution": "24",
        ])
        var notes: [String] = []
        #expect(throws: GenerationError.self) { try generate(recipe, "set", notes: { notes.append($0) }) }
        #expect(notes.contains { $0.contains("the density has come to equilibrium; ask for fewer frames") })
    }

    /// Draws beyond a limit are drawn again under the same number, others stay as they are.
    @Test func refusedDrawsAreDrawnAgain() throws {
        let free = try generate(landauRecipe(), "free").manifest!.shards.flatMap(\.samples)
        let shares = free.map { $0.health["negative_share"]! }.sorted()
        let limit = (shares[5] + shares[6]) / 2
        let strict = try landauRecipe(["health": "{\"negativeShare\": \(limit), \"attempts\": 30}"])
        let found = try generate(strict, "strict").manifest!.shards.flatMap(\.samples)
        for (a, b) in zip(free, found) {
            let isSound = a.health["negative_share"]! <= limit
            #expect((a.initialState == b.initialState) == isSound && (b.attempt == 0) == isSound)
            #expect(b.rejections.allSatisfy { $0.reason.contains("share of negative density") })
        }
    }

    @Test func damagedParticlesAreFoundAndRepaired() throws {
        try generate(landauRecipe(), "set")
        let before = try promisedBytes(in: folder("set"))
        let shard = folder("set/data/test/landau_test_0000.hdf5")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: shard))
        let particles = try reader("set", .test).read(particles: "velocity", sample: 0, frames: 2..<3)
        let pattern = particles.prefix(4).withUnsafeBytes { Data($0) }
        let place = try #require(bytes.range(of: pattern))
        bytes[place.lowerBound] ^= 4
        try bytes.write(to: URL(fileURLWithPath: shard))
        let data = DatasetFolder(path: folder("set"), name: "landau")
        #expect(data.verify().findings.map(\.path).contains("data/test/landau_test_0000.hdf5"))
        try generate(landauRecipe(), "set")
        #expect(data.verify().isSound)
        #expect(try promisedBytes(in: folder("set")) == before)
    }

    @Test func cardsExplainTheirNumbers() throws {
        try generate(landauRecipe(["samples": "{\"train\": 3}", "frames.count": "2"]), "set")
        let card = try String(contentsOfFile: folder("set/README.md"), encoding: .utf8)
        #expect(card.contains("- particles `velocity`, float32, 2 × 200 × 2 a sample"))
        #expect(card.contains("provenance/initial") && card.contains("covariance exactly the density's"))
        let rows = card.split(separator: "\n").filter { $0.hasPrefix("| health |") || $0.hasPrefix("| difficulty |") }
        #expect(rows.count >= 15 && rows.allSatisfy { $0.split(separator: "|").count == 6 })
    }
}
