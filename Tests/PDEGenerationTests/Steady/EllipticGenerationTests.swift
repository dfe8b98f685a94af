import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDEGeometry
import PDESolvers
import Testing

/// Datasets of Poisson's and Darcy's equation.
@Suite struct EllipticGenerationTests {
    private let folder = TemporaryFolder()

    @discardableResult
    private func generate(_ recipe: Recipe, _ name: String, threads: Int = 2) throws -> Generation.Outcome {
        try Generation(recipe, in: folder(name)).run(threads: threads)
    }

    private func reader(_ set: String, _ split: Split, _ number: Int = 0, of name: String) throws -> ShardReader {
        try ShardReader(path: DatasetFolder(path: folder(set), name: name).shardPath(ShardID(split, number)))
    }

    @Test(arguments: ["float", "double"], ["poisson", "darcy"])
    func makesASoundDataset(_ precision: String, _ name: String) throws {
        let changes = ["solver": "{\"precision\": \"\(precision)\"}"]
        let outcome = try generate(name == "poisson" ? poissonRecipe(changes) : darcyRecipe(changes), "set")
        let manifest = try #require(outcome.manifest)
        let verification = DatasetFolder(path: folder("set"), name: name).verify()
        #expect(verification.findings.map(\.description) == [])
        for record in manifest.shards.flatMap(\.samples) {
            #expect(record.rejections == [] && record.steps > 0)
            #expect(record.health["residual"]! <= (precision == "double" ? 1e-9 : 1e-4))
            #expect(record.health["balance"]! <= (precision == "double" ? 1e-7 : 1e-2))
        }
        let accuracy = try #require(outcome.accuracy)
        #expect(accuracy.largest > 0 && accuracy.largest < 0.1 && accuracy.frames == 0)
    }

    /// The stored solution answers to the stored source, by the operator of the stored solids and sides.
    @Test func storedFieldsSatisfyTheEquation() throws {
        try generate(poissonRecipe(), "set")
        let grid = Grid(Array(repeating: Grid.Axis(count: 32, placement: .cells), count: 2))
        for split in Split.allCases {
            let shard = try reader("set", split, of: "poisson")
            #expect(shard.description.fields.map(\.name) == ["solution", "source", "mask", "sdf"])
            #expect(shard.description.fields.map(\.isTimeVarying) == [true, false, false, false])
            #expect(shard.description.times == [0])
            for sample in 0..<shard.sampleCount {
                func side(_ name: String) throws -> PoissonSide {
                    try shard.scalar("value_\(name)")[sample] == 1 ? .value : .flux
                }
                let sides = PoissonSides(
                    lower: [try side("x_low"), try side("y_low")], upper: [try side("x_high"), try side("y_high")])
                let mask = try shard.read(field: "mask", sample: sample).map { UInt8($0) }
                let system = try PoissonSystem<Double>(grid, sides: sides, solid: mask)
                let u = try shard.read(field: "solution", sample: sample).map { Double($0) }
                let f = try shard.read(field: "source", sample: sample).map { Double($0) }
                let largest = f.map(abs).max()!
                let outflow = system.applied(to: u)
                // u is rounded to single precision, and the operator multiplies by 1/h².
                #expect(zip(outflow, f).allSatisfy { abs($0 - $1) < 1e-2 * largest })
                for cell in mask.indices where mask[cell] == 1 { #expect(u[cell] == 0 && f[cell] == 0) }
                let text = try shard.provenance("obstacles")[sample]
                let bodies = try StrictDecoder().decode([Shape].self, from: JSON.parse(text, file: "note"))
                #expect(Geometry(bodies, on: grid).mask == mask)
            }
        }
    }

    /// The benchmark's medium: two values, in about equal parts, and a pressure that its operator gives back the source from.
    @Test func permeabilityHasTwoValues() throws {
        try generate(darcyRecipe(["samples.train": "12"]), "set")
        var share = 0.0
        for number in 0..<6 {
            let shard = try reader("set", .train, number, of: "darcy")
            for sample in 0..<shard.sampleCount {
                let a = try shard.read(field: "permeability", sample: sample)
                #expect(Set(a) == [3, 12])
                share += Double(a.count { $0 == 12 }) / Double(a.count) / 12
                let grid = Grid(Array(repeating: Grid.Axis(count: 33, placement: .cells), count: 2))
                let system = try PoissonSystem(grid, coefficient: a.map { Double($0) })
                let u = try shard.read(field: "pressure", sample: sample).map { Double($0) }
                #expect(u.allSatisfy { $0 > 0 } && system.applied(to: u).allSatisfy { abs($0 - 1) < 0.05 })
            }
        }
        #expect(share > 0.25 && share < 0.75)
    }

    @Test func logNormalMediaHaveTheirDeviation() throws {
        try generate(
            darcyRecipe([
                "equation.permeability":
                    "{\"kind\": \"log-normal\", \"deviation\": 0.5, \"exponent\": 3, \"shift\": 400}",
                "samples.train": "16",
            ]), "set")
        var (sum, count) = (0.0, 0)
        for number in 0..<8 {
            let shard = try reader("set", .train, number, of: "darcy")
            for sample in 0..<shard.sampleCount {
                let a = try shard.read(field: "permeability", sample: sample)
                sum += a.reduce(0) { $0 + pow(log(Double($1)), 2) }
                count += a.count
            }
        }
        let deviation = (sum / Double(count)).squareRoot()
        #expect(abs(deviation - 0.5) < 0.08)
    }

    /// On twice the grid it is the same medium and the same source.
    @Test func sourcesAndMediaDoNotDependOnTheGrid() throws {
        let changes = ["obstacles": "0", "equation.sides": "\"value\"", "samples": "{\"test\": 2}"]
        let coarse = try generate(poissonRecipe(changes), "coarse").accuracy
        let fine = try generate(poissonRecipe(changes.merging(["resolution": "64"]) { $1 }), "fine").accuracy
        let ratio = try #require(coarse).largest / #require(fine).largest
        // Second order between 32 and 64 cells and between 64 and 128.
        #expect(ratio > 3.4 && ratio < 4.6)
    }

    @Test(arguments: ["poisson", "darcy"])
    func bytesDoNotDependOnTheThreads(_ name: String) throws {
        let recipe = try name == "poisson" ? poissonRecipe() : darcyRecipe()
        try generate(recipe, "one", threads: 1)
        try generate(recipe, "three", threads: 3)
        let parts = try Generation(recipe, in: folder("parts")).run(threads: 2, including: { $0 % 2 == 0 })
        #expect(parts.manifest == nil)
        #expect(try generate(recipe, "parts").manifest != nil)
        let one = try promisedBytes(in: folder("one"))
        #expect(try one == promisedBytes(in: folder("three")))
        #expect(try one == promisedBytes(in: folder("parts")))
    }

    @Test func samplesDoNotDependOnOneAnother() throws {
        try generate(poissonRecipe(), "whole")
        try generate(poissonRecipe(["samples.only": "\"train/3\""]), "alone", threads: 1)
        let (alone, together) = (
            try reader("alone", .train, of: "poisson"), try reader("whole", .train, 1, of: "poisson")
        )
        for field in ["solution", "source", "mask", "sdf"] {
            #expect(try alone.read(field: field, sample: 0) == together.read(field: field, sample: 1))
        }
    }

    /// Without a given value the mean of the source is taken out, and the solution has none.
    @Test func allFluxSamplesHaveNoMean() throws {
        let outcome = try generate(poissonRecipe(["equation.sides": "\"flux\"", "obstacles": "0"]), "set")
        let records = try #require(outcome.manifest).shards.flatMap(\.samples)
        #expect(records.allSatisfy { $0.health["floating_regions"] == 1 })
        let shard = try reader("set", .test, of: "poisson")
        for field in ["solution", "source"] {
            let values = try shard.read(field: field, sample: 0)
            let largest = values.map(abs).max()!
            #expect(abs(values.reduce(0, +) / Float(values.count)) < 1e-5 * largest)
        }
    }

    @Test func cubesAreThereToo() throws {
        let outcome = try generate(
            poissonRecipe([
                "equation": "{\"name\": \"poisson\", \"dimensions\": 3, \"sides\": \"random\"}", "resolution": "16",
                "source": "{\"waves\": 2}", "obstacles": "0",
            ]), "set")
        let manifest = try #require(outcome.manifest)
        #expect(manifest.sampleCount == 9 && manifest.description.resolution == [16, 16, 16])
        #expect(try #require(outcome.accuracy).largest < 0.1)
        #expect(DatasetFolder(path: folder("set"), name: "poisson").verify().findings.isEmpty)
    }

    /// A constant source needs a value somewhere: sides without any are never drawn for one, and where only solids could hold
    /// it and there are none, the draw is refused.
    @Test func zeroSolutionsAreNotStored() throws {
        let open = try generate(
            darcyRecipe(["equation.sides": "\"random\"", "resolution": "16", "samples": "{\"test\": 60}"]), "random")
        let records = try #require(open.manifest).shards.flatMap(\.samples)
        #expect(records.count == 60 && records.allSatisfy { $0.failure == nil && $0.rejections == [] })
        #expect(records.allSatisfy { $0.difficulty["flux_sides"]! < 4 && $0.health["iterations"]! > 0 })
        #expect(records.contains { $0.difficulty["flux_sides"] == 3 })
        let card = try String(contentsOfFile: folder("random/README.md"), encoding: .utf8)
        #expect(card.contains("never without a value"))
        // There is no other split to load.
        #expect(card.contains(#"test = WellDataset(path=".", well_split_name="test", "#))
        var notes: [String] = []
        var observer = Generation.Observer()
        observer.note = { notes.append($0) }
        let closed = try poissonRecipe([
            "equation": "{\"name\": \"poisson\", \"sides\": \"flux\", \"solid\": \"value\"}", "source": "1",
            "obstacles": "{\"count\": [0, 1], \"size\": 0.2}", "health": "{\"attempts\": 20}",
        ])
        let outcome = try Generation(closed, in: folder("closed")).run(threads: 1, observer: observer)
        let found = try #require(outcome.manifest).shards.flatMap(\.samples)
        #expect(found.allSatisfy { $0.failure == nil && $0.difficulty["obstacles"] == 1 })
        #expect(notes.contains { $0.contains("without its mean nothing is left, and the solution is zero") })
    }

    /// What the solver cannot solve is refused with its words.
    @Test func samplesWithoutConvergenceSayWhy() throws {
        var notes: [String] = []
        var observer = Generation.Observer()
        observer.note = { notes.append($0) }
        let recipe = try darcyRecipe(["solver": "{\"iterationLimit\": 2}"])
        #expect(throws: GenerationError.self) {
            _ = try Generation(recipe, in: folder("set")).run(threads: 1, observer: observer)
        }
        #expect(notes.contains { $0.contains("iterationLimit after 2 iterations") })
    }

    @Test(arguments: [
        (["resolution": "9000"], "resolution", "at most 8192"),
        (["source": "0"], "source", "a number other than 0"),
        (["source.waves": "20"], "source.waves", "at most 8 half waves"),
        (["frames": "{\"count\": 3}"], "frames.count", "exactly 1"),
        (["frames": "{\"interval\": 3}"], "frames.interval", "unknown key"),
        (["equation.dimensions": "3"], "obstacles", "two dimensions only"),
        (["equation.sides": "\"fluxes\""], "equation.sides", "did you mean \"flux\"?"),
        (["solver": "{\"tolerance\": 1e-15}"], "solver.tolerance", "round-off"),
        (["source": "1", "obstacles": "0"], "samples", "may be equal"),
        (["source": "1", "equation.sides": "\"flux\""], "equation.sides", "every solution is zero"),
        (["equation.permeability": "{\"kind\": \"binary\"}"], "equation.permeability", "unknown key"),
        (["length": "1.01"], "length", "must be whole"),
        (["initial": "{}"], "initial", "unknown key"),
    ])
    func poissonErrorsNameTheKey(_ changes: [String: String], _ key: String, _ hint: String) throws {
        let message = try #require(complaint { try poissonRecipe(changes) })
        #expect(message.contains(key) && message.contains(hint), "\(message)")
    }

    @Test(arguments: [
        (["equation.permeability": "{\"kind\": \"binary\", \"low\": 0}"], "low", "between 1e-9 and"),
        (["equation.permeability": "{\"kind\": \"binary\", \"deviation\": 1}"], "deviation", "unknown key"),
        (["equation.permeability": "{\"kind\": \"binry\"}"], "kind", "binary"),
        (["equation.permeability.low": "-3"], "low", "between 1e-9 and"),
        (["equation.sides": "\"flux\""], "equation.sides", "every solution is zero"),
        (
            ["equation.permeability.high": "30000", "solver": "{\"precision\": \"float\"}"], "permeability",
            "double precision"
        ),
    ])
    func darcyErrorsNameTheKey(_ changes: [String: String], _ key: String, _ hint: String) throws {
        let message = try #require(complaint { try darcyRecipe(changes) })
        #expect(message.contains(key) && message.contains(hint), "\(message)")
    }

    @Test func recipesSurviveARoundTrip() throws {
        for original in [try poissonRecipe(), try darcyRecipe(), try multiscaleRecipe()] {
            let resolved = try StrictEncoder().encode(original)
            let again = try StrictDecoder().decode(
                Recipe.self, from: JSON.parse(resolved.serialized(), file: "again"))
            #expect(again == original)
        }
    }
}
