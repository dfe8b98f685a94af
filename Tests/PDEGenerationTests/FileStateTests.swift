import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDESolvers
import Testing

/// Initial states from files.
@Suite struct FileStateTests {
    private let folder = TemporaryFolder()

    /// sin(2π(x + 2y)) + 0.3 cos(2π·3x) in component 0, and as much more as the number of the others.
    private func value(_ component: Int, _ x: Double, _ y: Double) -> Double {
        sin(2 * .pi * (x + 2 * y)) + 0.3 * cos(2 * .pi * 3 * x) + Double(component)
    }

    /// A NumPy file of the function on a grid.
    private func save(_ shape: [Int], as name: String, components: Int? = nil, scale: Double = 1) throws -> String {
        let values = (0..<(components ?? 1) * shape[0] * shape[1]).map { place -> Double in
            let point = place % (shape[0] * shape[1])
            return scale
                * value(
                    place / (shape[0] * shape[1]), Double(point / shape[1]) / Double(shape[0]),
                    Double(point % shape[1]) / Double(shape[1]))
        }
        let extents = ((components.map { [$0] } ?? []) + shape).map { "\($0)" }.joined(separator: ", ")
        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(extents)), }"
        header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0])
        data += Data(header.utf8)
        values.withUnsafeBytes { data += Data($0) }
        try data.write(to: URL(fileURLWithPath: folder(name)))
        return folder(name)
    }

    private func recipe(_ path: String, _ changes: [String: String] = [:]) throws -> Recipe {
        try changed(
            """
            {
              "name": "file",
              "equation": { "name": "advection-diffusion", "dimensions": 2, "speed": { "uniform": [1, 2] }, "diffusivity": 0.01 },
              "resolution": [32, 48], "initial": { "kind": "file", "path": "\(path)" },
              "frames": { "count": 2, "interval": 0.1 }, "samples": { "test": 2 }
            }
            """, changes)
    }

    /// An HDF5 file with several arrays.
    private func sampleDataset() throws -> String {
        _ = try Generation(PDEGenerationTests.recipe(), in: folder("other")).run(threads: 1)
        return DatasetFolder(path: folder("other"), name: "small").shardPath(ShardID(.train, 0))
    }

    private func firstFrame(_ recipe: Recipe, _ name: String, _ field: String = "u") throws -> [Float] {
        let manifest = try #require(Generation(recipe, in: folder(name)).run(threads: 1).manifest)
        #expect(try Recipe(stored: manifest.recipe).problem == recipe.problem)
        let shard = try ShardReader(
            path: DatasetFolder(path: folder(name), name: "file").shardPath(ShardID(.test, 0)))
        return Array(try shard.read(field: field, sample: 1).prefix(manifest.description.resolution.reduce(1, *)))
    }

    /// On the array's grid, on a coarser one and on a finer one it is the same function.
    @Test(arguments: [[32, 48], [16, 24], [64, 36]])
    func statesAreWhatTheFileHolds(_ shape: [Int]) throws {
        let path = try save(shape, as: "start.npy")
        let values = try firstFrame(try recipe(path, ["initial.amplitude": "2"]), "set")
        for (point, found) in values.enumerated() {
            #expect(abs(Double(found) - 2 * value(0, Double(point / 48) / 32, Double(point % 48) / 48)) < 1e-6)
        }
    }

    @Test func componentsComeBeforeTheAxes() throws {
        let path = try save([32, 48], as: "velocity.npy", components: 2)
        let state = try FileState(path: path)
        let grid = Grid([Grid.Axis(count: 32), Grid.Axis(count: 48)])
        let field = state.field(on: grid, components: 2) { RandomStream(seed: 1, index: $0, purpose: "none") }
        for point in 0..<grid.count {
            #expect(field[1, point] == field[0, point] + 1 || abs(field[1, point] - field[0, point] - 1) < 1e-15)
        }
        #expect(state.objection(dimensions: 2, components: 2) == nil)
        // Nor is it a box of two points along x.
        #expect(state.objection(dimensions: 3, components: 1) != nil)
        // For one component it is two states, and a third component is missing.
        #expect(state.objection(dimensions: 2, components: 1) == nil)
        #expect(state.objection(dimensions: 2, components: 3) != nil)
    }

    /// With an axis of states before all others each sample has its own, in the order of test, valid and train.
    @Test func everySampleHasAStateOfItsOwn() throws {
        let path = try save([32, 48], as: "states.npy", components: 5)
        let changes = ["equation.speed": "1", "samples": "{\"train\": 2, \"valid\": 1, \"test\": 2}"]
        let manifest = try #require(Generation(try recipe(path, changes), in: folder("set")).run(threads: 2).manifest)
        let dataset = DatasetFolder(path: folder("set"), name: "file")
        var place = 0
        for (split, count) in [(Split.test, 2), (.valid, 1), (.train, 2)] {
            let shard = try ShardReader(path: dataset.shardPath(ShardID(split, 0)))
            for sample in 0..<count {
                let found = Double(try shard.read(field: "u", sample: sample)[0])
                #expect(abs(found - value(0, 0, 0) - Double(place)) < 1e-6, "\(split) \(sample)")
                place += 1
            }
        }
        #expect(manifest.sampleCount == 5)
        let state = try FileState(path: path)
        #expect(state.stateCount(dimensions: 2, components: 1) == 5)
        #expect(state.stateCount(dimensions: 2, components: 5) == nil)
        let error = #expect(throws: ConfigurationError.self) {
            try recipe(path, changes.merging(["samples.train": "3"]) { $1 })
        }
        #expect(try #require(error?.description).contains("6 samples from 5 states"), "\(error!)")
    }

    /// An array in Fortran order is the same array.
    @Test func theOrderInTheFileDoesNotMatter() throws {
        let (shape, values) = ([8, 10], (0..<80).map { Double($0 * $0 % 17) })
        for (name, isFortran) in [("c.npy", false), ("fortran.npy", true)] {
            let stored = isFortran ? (0..<80).map { values[$0 % 8 * 10 + $0 / 8] } : values
            let header = "{'descr': '<f8', 'fortran_order': \(isFortran ? "True" : "False"), 'shape': (8, 10), }\n"
            var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0])
            data += Data(header.utf8)
            stored.withUnsafeBytes { data += Data($0) }
            try data.write(to: URL(fileURLWithPath: folder(name)))
        }
        let grid = Grid(shape.map { Grid.Axis(count: $0) })
        let stream = RandomStream(seed: 1, index: 0, purpose: "none")
        for name in ["c.npy", "fortran.npy"] {
            let field = try FileState(path: folder(name)).field(on: grid, component: 0, from: stream)
            #expect((0..<80).map { field[0, $0] } == values, "\(name)")
        }
    }

    /// Arrays of no or of an odd number of rows are no boxes.
    @Test(arguments: [[0, 32], [33, 32], [3, 32]])
    func everyAxisHasPoints(_ shape: [Int]) throws {
        let path = try save(shape, as: "rows.npy")
        let error = #expect(throws: ConfigurationError.self) { try recipe(path) }
        #expect(try #require(error?.description).contains("array"), "\(String(describing: error))")
    }

    /// A dataset is of the values that it was begun with.
    @Test func aFileThatHasChangedIsRefused() throws {
        let path = try save([32, 48], as: "start.npy")
        let first = try recipe(path)
        let stored = try StrictEncoder().encode(first)
        #expect(stored["initial"]?["checksum"]?.string?.count == 16)
        #expect(try Recipe(stored: stored).problem == first.problem)
        _ = try save([32, 48], as: "start.npy", scale: 1.5)
        let error = #expect(throws: ConfigurationError.self) { try Recipe(stored: stored) }
        #expect(try #require(error?.description).contains("the file has changed since"), "\(error!)")
        #expect(try recipe(path) != first)
    }

    @Test func filesThatHoldNoStateAreRefused() throws {
        func text(_ path: String, _ changes: [String: String] = [:]) throws -> String {
            try #require(#expect(throws: ConfigurationError.self) { try recipe(path, changes) }).description
        }
        #expect(try text(folder("none.npy")).contains("no such file"))
        #expect(try text(save([31, 33], as: "odd.npy")).contains("an even number of points"))
        #expect(try text(save([32, 48], as: "nan.npy", scale: .nan)).contains("numbers of at most 1e12"))
        let three = try save([32, 48], as: "three.npy", components: 3)
        let burgers = ["equation": "{\"name\": \"burgers\", \"dimensions\": 2, \"viscosity\": 0.1}"]
        #expect(try text(three, burgers).contains("its array has shape [3, 32, 48]"))
        // Three waves along x and two along y.
        let fine = try save([32, 48], as: "fine.npy")
        #expect(try text(fine, ["resolution": "8"]).contains("3 waves on 8 points"))
        try Data("this is certainly no array of numbers".utf8).write(to: URL(fileURLWithPath: folder("text.npy")))
        #expect(try text(folder("text.npy")).contains("this is no NumPy array file"))
        let file = try sampleDataset()
        let said = try text(file, ["initial.dataset": "\"t0_fields/w\""])
        #expect(said.contains("it has no array of numbers 't0_fields/w'") && said.contains("'t0_fields/u'"), "\(said)")
        #expect(try text(fine, ["initial.kind": "\"flie\""]).contains("did you mean \"file\"?"))
    }
}
