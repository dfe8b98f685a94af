import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDESolvers
import Testing

/// Boxes with their own number of points and length along every axis.
@Suite struct BoxTests {
    private let folder = TemporaryFolder()

    private func advection(_ changes: [String: String] = [:]) throws -> Recipe {
        try changed(
            """
            {
              "name": "box",
              "equation": {
                "name": "advection-diffusion", "dimensions": 2, "speed": { "uniform": [1, 2] }, "direction": [2, 1],
                "diffusivity": 0.01
              },
              "resolution": [64, 32], "length": [2, 0.5],
              "initial": { "kind": "modes", "modes": [{ "wave": [3, -1] }, { "wave": [1, 2], "phase": 1 }] },
              "frames": { "count": 3, "interval": 0.25, "resolution": [16, 32] },
              "samples": { "train": 2, "test": 1 }
            }
            """, changes)
    }

    /// One spelling of places in lists, from the document's root, and the line on which the element stands.
    @Test(arguments: [
        ("\"resolution\": [16, 32]", "\"resolution\": [16,\n 128]", "box.json:5:2: frames.resolution.1 is 128"),
        ("\"length\": [2, 0.5]", "\"length\": [2,\n -1]", "box.json:3:2: length.1 is -1"),
        (
            "{ \"wave\": [3, 1] }", "{ \"wave\": [3, 1] },\n { \"wave\": [3] }",
            "box.json:4:12: initial.modes.1.wave is [3]"
        ),
        ("\"count\": 3", "\"count\":\n 1", "box.json:5:2: frames.count is 1"),
    ])
    func placesInListsAreNamed(_ old: String, _ new: String, _ expected: String) throws {
        let text = """
            { "name": "box", "equation": { "name": "burgers", "dimensions": 2, "viscosity": 0.1 },
            "resolution": [64, 32], "length": [2, 0.5],
            "initial": { "kind": "modes", "modes": [{ "wave": [3, 1] }] },
            "frames": { "count": 3, "interval": 0.25, "resolution": [16, 32] },
            "samples": { "train": 1 } }
            """
        #expect(text.contains(old))
        let changed = text.replacing(old, with: new)
        let error = #expect(throws: ConfigurationError.self) {
            try StrictDecoder().decode(Recipe.self, from: JSON.parse(changed, file: "box.json"))
        }
        #expect(try #require(error?.description).hasPrefix(expected), "\(error!)")
    }

    @Test func everyAxisIsItsOwn() throws {
        let recipe = try advection()
        let manifest = try #require(Generation(recipe, in: folder("set")).run(threads: 1).manifest)
        #expect(DatasetFolder(path: folder("set"), name: "box").verify().findings.map(\.description) == [])
        let path = DatasetFolder(path: folder("set"), name: "box").shardPath(ShardID(.train, 0))
        let shard = try ShardReader(path: path)
        #expect(shard.description.resolution == [16, 32])
        #expect(shard.description.dimensions.map(\.length) == [2, 0.5])
        #expect(shard.description.dimensions[0].coordinates == (0..<16).map { Double($0) / 8 })
        #expect(shard.description.dimensions[1].coordinates == (0..<32).map { Double($0) / 64 })
        for sample in 0..<2 {
            let speed = try shard.scalar("speed")[sample]
            let values = try shard.read(field: "u", sample: sample)
            let c = [speed * 2 / 5.0.squareRoot(), speed / 5.0.squareRoot()]
            for frame in 0..<3 {
                let t = 0.25 * Double(frame)
                for point in 0..<512 {
                    let x = [Double(point / 32) / 8 - c[0] * t, Double(point % 32) / 64 - c[1] * t]
                    let exact = [([3, -1], 0.0), ([1.0, 2], 1)].reduce(0.0) { sum, mode in
                        let k = [2 * Double.pi * mode.0[0] / 2, 2 * Double.pi * mode.0[1] / 0.5]
                        return sum + exp(-0.01 * (k[0] * k[0] + k[1] * k[1]) * t)
                            * cos(k[0] * x[0] + k[1] * x[1] + mode.1)
                    }
                    #expect(abs(Double(values[frame * 512 + point]) - exact) < 1e-6)
                }
            }
        }
        let card = try String(contentsOfFile: folder("set/README.md"), encoding: .utf8)
        #expect(
            card.contains("a periodic box of 2 × 0.5") && card.contains("64 × 32 points of which 16 × 32 are stored"))
        // Its solver as a stepper, on half as many points along each axis as are stored.
        let solver = try #require(FrameSolver<Double>(recipe, resolution: 16))
        #expect(solver.grid.shape == [8, 16] && solver.grid.axes.map(\.length) == [2, 0.5])
        #expect(FrameSolver<Double>(recipe, resolution: 9) == nil && FrameSolver<Double>(recipe, resolution: 6) == nil)
        #expect(manifest.sampleCount == 3)
    }

    /// A flow in a long box: what is drawn has its energy, and the finer grid agrees.
    @Test func flowsFillLongBoxes() throws {
        let recipe = try advection([
            "equation":
                #"{"name": "vorticity-transport", "viscosity": 0.02, "drag": 0.1, "forcingModes": [{"wave": [2, 1]}, {"wave": [0, -1], "amplitude": 2}]}"#,
            "length": "[12.566370614359172, 6.283185307179586]", "resolution": "[192, 96]",
            "frames": #"{"count": 3, "interval": 0.25}"#,
            "initial": #"{"kind": "vorticity", "wavenumber": 2, "energy": 0.5}"#,
        ])
        let outcome = try Generation(recipe, in: folder("flow")).run(threads: 1)
        let accuracy = try #require(outcome.accuracy)
        #expect(accuracy.largest < 1e-3, "\(accuracy.largest)")
        let path = DatasetFolder(path: folder("flow"), name: "box").shardPath(ShardID(.test, 0))
        let values = try ShardReader(path: path).read(field: "vorticity", sample: 0).prefix(192 * 96)
        let grid = Grid([
            Grid.Axis(count: 192, to: 12.566370614359172), Grid.Axis(count: 96, to: 6.283185307179586),
        ])
        var field = Field<Double>(on: grid)
        for (point, value) in values.enumerated() { field[0, point] = Double(value) }
        let space = SpectralSpace<Double>(grid)
        let energy = VorticityTransport.kineticEnergy(of: SpectralField(field, in: space), in: space)
        #expect(abs(energy - 0.5) < 1e-3, "\(energy)")
        #expect(
            outcome.manifest?.description.parameters.last?.summary.hasPrefix("A, the factor of the forced modes")
                == true)
    }

    /// One number for all axes is one number, however it was said, and stands so in files.
    @Test func equalAxesAreOneNumber() throws {
        let equal = try advection(["resolution": "[64, 64]", "length": "[2, 2]", "frames.resolution": "[16, 16]"])
        #expect(try equal == advection(["resolution": "64", "length": "2", "frames.resolution": "16"]))
        let json = try StrictEncoder().encode(equal)
        #expect(json["resolution"] == 64 && json["length"] == 2.0)
        let own = try StrictEncoder().encode(advection())
        #expect(own["resolution"] == [64, 32] && own["length"] == [2.0, 0.5])
        #expect(try StrictDecoder().decode(Recipe.self, from: own) == advection())
    }

    @Test(arguments: [
        (["resolution": "[64, 32, 32]"], "resolution is 3 numbers", "one for each of the 2 axes"),
        // Equal numbers are counted, too.
        (["resolution": "[64, 64, 64]"], "resolution is 3 numbers", "one for each of the 2 axes"),
        (["length": "[2, 2, 2]"], "length is 3 numbers", "one for each of the 2 axes"),
        (
            ["initial": #"{"kind": "modes", "modes": [{"wave": [-9223372036854775808, 0]}]}"#], "wave", "at most 1000"
        ),
        (["resolution": "[64, 7]"], "resolution.1", "between 8 and"),
        (["resolution": "[64, 33]", "frames.resolution": "[16, 33]"], "resolution is 33", "an even number of points"),
        (["length": "[2, 0]"], "length.1", "between 1e-12 and 1e12"),
        (["length": "[]"], "length", "a number, or one for each axis"),
        (["frames.resolution": "[16, 24]"], "24 of 32", "16 would do"),
        (["resolution": "[64, 8]", "frames.resolution": "[16, 8]"], "initial.modes", "dealiasing keeps 2 waves"),
        (
            ["initial.modes": #"[{"wave": [1, 0], "component": 1}]"#], "initial and equation",
            "the equation has 1 component"
        ),
        (["equation.direction": "[1, 1, 1]"], "equation.direction", "at most 2 numbers in 2 dimensions"),
        (["initial.modes": #"[{"wave": [1]}]"#], "initial.kind", "this state has 1 dimension"),
    ])
    func errorsNameTheAxis(_ changes: [String: String], _ place: String, _ hint: String) throws {
        var changes = changes
        if changes["resolution"] == "[64, 8]" {
            changes["initial.modes"] = #"[{"wave": [0, 3]}]"#
        }
        let error = #expect(throws: ConfigurationError.self) { try advection(changes) }
        let text = try #require(error?.description)
        #expect(text.contains(place) && text.contains(hint), "\(text)")
    }

    @Test func otherProblemsHaveOneNumber() throws {
        let error = #expect(throws: ConfigurationError.self) { try flowRecipe(["resolution": "[32, 16]"]) }
        #expect(try #require(error?.description).contains("allowed is one number"), "\(error!)")
    }
}
