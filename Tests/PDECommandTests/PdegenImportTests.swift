import Foundation
import Glibc
import PDEData
import Testing

/// `pdegen import` as a user runs it.
@Suite(.serialized) struct PdegenImportTests {
    private let pdegen = Pdegen()

    private func path(_ name: String) -> String { "\(pdegen.folder.path)/\(name)" }

    /// Writes float32 in C order as NumPy does.
    private func save(_ values: [Float], _ shape: [Int], to name: String, isFortran: Bool = false) throws {
        let extents = shape.map { "\($0)" }.joined(separator: ", ") + ","
        var text = "{'descr': '<f4', 'fortran_order': \(isFortran ? "True" : "False"), 'shape': (\(extents)), }"
        while (text.utf8.count + 11) % 64 != 0 { text += " " }
        text += "\n"
        var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
        data.append(contentsOf: [UInt8(text.utf8.count & 0xff), UInt8(text.utf8.count >> 8)])
        data.append(Data(text.utf8))
        values.withUnsafeBytes { data.append(contentsOf: $0) }
        try data.write(to: URL(fileURLWithPath: path(name)))
    }

    /// Travelling waves [sample][time][x], all different.
    private static func waves(_ samples: Int, frames: Int = 5, points: Int = 16) -> [Float] {
        (0..<samples * frames * points).map { place in
            let (sample, frame, x) = (place / (frames * points), place / points % frames, place % points)
            return sinf(2 * .pi * Float(x) / Float(points) - 0.3 * Float(frame) + Float(sample)) + 0.1 * Float(sample)
        }
    }

    private static let line = ["--axes", "sample,time,x", "--interval", "0.1", "--boundary", "periodic"]

    private func importing(_ arguments: String...) throws -> Pdegen.Result {
        try pdegen.wait(pdegen.start(["import"] + arguments + Self.line))
    }

    @Test func anArrayBecomesADatasetThatVerifies() throws {
        let values = Self.waves(20)
        try save(values, [20, 5, 16], to: "u.npy")
        try save((0..<20).map { Float($0) / 20 }, [20], to: "nu.npy")
        let run = try importing(
            "u.npy", "--out", "set", "--parameter", "viscosity=nu.npy", "--length", "2", "--fields", "height")
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n")
        #expect(lines[0].hasPrefix("set: 20 samples (16 train, 2 valid, 2 test), "), "\(run.output)")
        #expect(lines.contains("  axes      x of length 2, periodic"), "\(run.output)")
        #expect(try pdegen("verify", "set").status == 0)
        // Every sample is there once, with its parameter, in the split that its number says.
        var origins: Set<Int> = []
        for split in Split.allCases {
            let reader = try DatasetReader(path: path("set"), split: split)
            let viscosities = try reader.scalar("viscosity")
            let selection = try reader.select(["height"])
            for sample in 0..<reader.sampleCount {
                let row = Int((viscosities[sample] * 20).rounded())
                origins.insert(row)
                var found = [Float](repeating: 0, count: 80)
                try reader.read(sample: sample, frames: 0..<5, selection, into: &found)
                #expect(found == Array(values[row * 80..<row * 80 + 80]))
                let (shard, place) = try reader.shard(of: sample)
                #expect(try shard.provenance("origin")[place] == "u.npy, sample \(row)")
                #expect(try Int(shard.scalar("index")[place]) == split.firstNumber + sample)
            }
        }
        #expect(origins.count == 20)
        // Run again, nothing is left to do; with another seed it is another dataset.
        let bytes = try pdegen.promisedBytes(in: "set")
        let again = try importing(
            "u.npy", "--out", "set", "--parameter", "viscosity=nu.npy", "--length", "2", "--fields", "height")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try pdegen.promisedBytes(in: "set") == bytes)
        #expect(try importing("u.npy", "--out", "set", "--seed", "1").status == 73)
        let card = try String(contentsOfFile: path("set/README.md"), encoding: .utf8)
        #expect(card.contains("`u.npy`") && card.contains("- parameter `viscosity`: 0 to 0.95, median 0.5"))
    }

    @Test func allOrdersOfAxesGiveTheSameDataset() throws {
        let (samples, frames, nx, ny) = (6, 3, 4, 5)
        func value(_ s: Int, _ t: Int, _ x: Int, _ y: Int, _ c: Int) -> Float {
            Float((((s * 3 + t) * 4 + x) * 5 + y) * 2 + c + s * s)
        }
        func array(_ extents: [Int], _ at: ([Int]) -> Float) -> [Float] {
            (0..<extents.reduce(1, *)).map { place in
                var (remainder, index) = (place, extents)
                for axis in extents.indices.reversed() {
                    index[axis] = remainder % extents[axis]
                    remainder /= extents[axis]
                }
                return at(index)
            }
        }
        let straight = array([samples, frames, nx, ny, 2]) { value($0[0], $0[1], $0[2], $0[3], $0[4]) }
        try save(straight, [samples, frames, nx, ny, 2], to: "c.npy")
        // The order of MATLAB, and the same bytes under the name of Fortran's order.
        let reversed = array([2, frames, ny, nx, samples]) { value($0[4], $0[1], $0[3], $0[2], $0[0]) }
        try save(reversed, [2, frames, ny, nx, samples], to: "matlab.npy")
        try save(reversed, [samples, nx, ny, frames, 2], to: "fortran.npy", isFortran: true)
        let common = ["--fields", "w_x,w_y", "--interval", "1", "--grid", "x,y", "--split", "4,1,1"]
        for (file, axes) in [
            ("c", "sample,time,x,y,channel"), ("matlab", "channel,time,y,x,sample"),
            ("fortran", "sample,x,y,time,channel"),
        ] {
            let run = try pdegen.wait(
                pdegen.start(["import", "\(file).npy", "--axes", axes, "--out", file, "--title", "t"] + common))
            #expect(run.status == 0, "\(run.errors)")
            let reader = try DatasetReader(path: path(file), split: .train)
            #expect(reader.description.fields.map(\.order) == [1] && reader.description.resolution == [4, 5])
            var found: [[Float]] = []
            for split in Split.allCases {
                let reader = try DatasetReader(path: path(file), split: split)
                let selection = try reader.select(["w"])
                for sample in 0..<reader.sampleCount {
                    var values = [Float](repeating: 0, count: 120)
                    try reader.read(sample: sample, frames: 0..<3, selection, into: &values)
                    found.append(values)
                }
            }
            #expect(Set(found) == Set((0..<6).map { Array(straight[$0 * 120..<$0 * 120 + 120]) }), "\(file)")
        }
    }

    @Test func whatIsWrongIsSaidBeforeAnythingIsWritten() throws {
        var values = Self.waves(20)
        values[3 * 80 + 17] = .nan
        for place in 0..<16 { values[5 * 80 + 32 + place] = values[5 * 80 + 16 + place] }
        for place in 0..<80 { values[7 * 80 + place] = values[2 * 80 + place] }
        try save(values, [20, 5, 16], to: "u.npy")
        let bad = try importing("u.npy", "--out", "set")
        #expect(bad.status == 65)
        for text in [
            "u.npy: 3 findings in 20 samples; nothing was written", "u holds NaN or infinity in frame 1 of sample 3",
            "u repeats frame 1 in frame 2 of sample 5", "sample 7 begins as sample 2 of u.npy does",
            "leave 3 samples out with --leave-out bad",
        ] { #expect(bad.errors.contains(text), "\(text) in \(bad.errors)") }
        #expect(!FileManager.default.fileExists(atPath: path("set")))
        let left = try importing("u.npy", "--out", "set", "--leave-out", "bad")
        #expect(
            left.status == 0 && left.output.hasPrefix("set: 17 samples (13 train, 2 valid, 2 test)"), "\(left.errors)")
        let same = try importing("u.npy", "--out", "set", "--leave-out", "7,3,5")
        #expect(same.status == 0, "\(same.errors)")
        #expect(
            try String(contentsOfFile: path("set/README.md"), encoding: .utf8).contains(
                "left out of the source, counted from 0: 3, 5, 7"))
    }

    @Test func whatDoesNotFitIsSaid() throws {
        try save(Self.waves(4), [4, 5, 16], to: "u.npy")
        try save((0..<17).map { Float($0) }, [17], to: "edges.npy")
        try save([0, 1, 2, 3.5, 4], [5], to: "uneven.npy")
        func refusal(_ arguments: String...) throws -> String {
            let run = try pdegen.wait(pdegen.start(["import", "u.npy", "--out", "set"] + arguments))
            #expect(run.status == 65, "\(arguments): \(run.status) \(run.errors)")
            return run.errors
        }
        #expect(try refusal().contains("u.npy has shape [4, 5, 16], and its axes are not known"))
        #expect(try refusal("--axes", "sample,x").contains("--axes names 2: sample,x"))
        #expect(try refusal("--axes", "sample,time,x").contains("Give it with --interval"))
        #expect(
            try refusal("--axes", "sample,time,channel", "--interval", "1").contains(
                "axes sample,time,channel and a grid of none do not fit together"))
        #expect(try refusal("--axes", "time,y,x", "--interval", "1").contains("it has no axis of samples"))
        let edges = try refusal("--axes", "sample,time,x", "--interval", "1", "--coordinates", "x=edges.npy")
        #expect(edges.contains("17 coordinates, and axis 'x' 16 points") && edges.contains("one longer than the data"))
        #expect(
            try refusal("--axes", "sample,time,x", "--times", "uneven.npy").contains(
                "5 times, expected 5 that are uniform and increasing"))
        let line = ["--axes", "sample,time,x", "--interval", "1"]
        #expect(
            try pdegen.wait(pdegen.start(["import", "u.npy", "--fields", "a,b"] + line)).errors.contains(
                "2 names of fields for 1 channel"))
        #expect(
            try pdegen.wait(pdegen.start(["import", "u.npy", "--split", "3,1,1"] + line)).errors.contains(
                "the split asks for 5 samples of 4"))
        #expect(try pdegen.wait(pdegen.start(["import", "nothing.npy"] + line)).status == 66)
        #expect(try pdegen.wait(pdegen.start(["import", "{split}.npy"] + line)).status == 66)
        try save([], [0, 5, 16], to: "none.npy")
        #expect(
            try pdegen.wait(pdegen.start(["import", "none.npy"] + line)).errors.contains(
                "it has no samples; its shape is [0, 5, 16]"))
        #expect(
            try pdegen.wait(pdegen.start(["import", "u.npy", "--field", "v=edges.npy"] + line)).errors.contains(
                "edges.npy has shape [17]"))
        #expect(try pdegen.wait(pdegen.start(["import", "u.npy", "--length", "-1"] + line)).status == 64)
    }

    @Test func whatIsThereIsSaidWithWhatToDoNext() throws {
        try save(Self.waves(20), [20, 5, 16], to: "u.npy")
        #expect(try importing("u.npy", "--out", "set").status == 0)
        #expect(try pdegen("export", "set", "--as", "pdebench", "--out", "bench").status == 0)
        #expect(try pdegen("export", "set", "--as", "well", "--out", "well").status == 0)
        try FileManager.default.createDirectory(atPath: path("empty"), withIntermediateDirectories: false)
        let expected: [(path: String, status: Int32, verified: Int32, texts: [String])] = [
            ("u.npy", 0, 65, ["pdegen import u.npy --axes sample,time,x --out DIR"]),
            ("bench/train.hdf5", 0, 0, ["to train on it: pdegen import bench/train.hdf5 --out DIR"]),
            ("bench", 65, 65, ["test.hdf5, train.hdf5, valid.hdf5", "pdegen import 'bench/{split}.hdf5'"]),
            ("well", 0, 0, ["to train on it: \"data\": { \"folder\": \"well\" } in an experiment"]),
            (
                "well/data/train/set_train_0000.hdf5", 0, 0,
                ["pdegen import well/data/train/set_train_0000.hdf5 --out DIR"]
            ),
            ("well/data", 66, 66, ["well/data: not a dataset", "did you mean well?"]),
            ("set", 0, 0, ["set"]), ("empty", 66, 66, ["empty: not a dataset", "pdegen import FILE --out empty"]),
            ("nothing", 66, 66, ["nothing: no such file or folder"]),
        ]
        for (path, status, verified, texts) in expected {
            for (verb, status) in [("inspect", status), ("verify", verified)] {
                let run = try pdegen(verb, path)
                #expect(run.status == status, "\(verb) \(path): \(run.errors)")
                for text in texts {
                    #expect((run.output + run.errors).contains(text), "\(verb) \(path): \(run.output) \(run.errors)")
                }
            }
        }
        #expect(try pdegen("inspect", "set").output.contains("└─ imported  from u.npy\n"))
        // What is lost or not finished is made by the same import.
        try FileManager.default.removeItem(atPath: path("set/data/valid/set_valid_0000.hdf5"))
        let lost = try pdegen("verify", "set")
        #expect(
            lost.status == 65
                && lost.output.contains(
                    "the shard is missing. Run the same `pdegen import` again: it makes this file anew.")
        )
        #expect(try importing("u.npy", "--out", "set").status == 0)
        #expect(try pdegen("verify", "set").status == 0)
        try FileManager.default.createDirectory(atPath: path("set/.shards"), withIntermediateDirectories: false)
        let recipe = try Manifest(path: path("set/manifest.json")).recipe
        try recipe.serialized().write(toFile: path("set/.shards/recipe.json"), atomically: true, encoding: .utf8)
        try FileManager.default.removeItem(atPath: path("set/manifest.json"))
        #expect(
            try pdegen("inspect", "set").errors.contains("Run the same `pdegen import` again; finished shards are kept")
        )
        #expect(
            try pdegen("verify", "set").output.contains("Run the same `pdegen import` again; finished shards are kept"))
    }

    @Test func aKilledImportContinues() throws {
        try save(Self.waves(400, frames: 20, points: 64), [400, 20, 64], to: "u.npy")
        let arguments = ["import", "u.npy", "--quiet"] + Self.line
        #expect(try pdegen.wait(pdegen.start(arguments + ["--out", "whole/set"])).status == 0)
        var kills = 0
        for round in 0..<40 where kills < 4 {
            let process = try pdegen.start(arguments + ["--out", "killed/set"])
            Thread.sleep(forTimeInterval: .random(in: 0.02...0.6))
            kill(process.processIdentifier, SIGKILL)
            if pdegen.wait(process).wasKilled { kills += 1 } else if round > 4 { break }
        }
        #expect(try pdegen.wait(pdegen.start(arguments + ["--out", "killed/set"])).status == 0)
        #expect(try pdegen.promisedBytes(in: "killed/set") == pdegen.promisedBytes(in: "whole/set"))
        #expect(try pdegen("verify", "killed/set").status == 0)
    }
}
