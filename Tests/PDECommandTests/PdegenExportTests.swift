import Foundation
import Glibc
import PDEData
import Testing

/// `pdegen export` as a user runs it: what it writes is read back by `pdegen import`, with the command that it prints.
@Suite(.serialized) struct PdegenExportTests {
    private let pdegen = Pdegen()

    private func path(_ name: String) -> String { "\(pdegen.folder.path)/\(name)" }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    private static func values(_ count: Int, _ kind: Int) -> [Float] {
        (0..<count).map { sinf(Float($0 * 7 + kind * 1013)) + Float(kind) }
    }

    private func save(_ values: [Float], _ shape: [Int], to name: String) throws {
        let file = try NPYWriter(path: path(name), .float32, shape: shape)
        try file.append(values)
        try file.finish()
    }

    /// Makes the dataset `set` of random arrays on a grid of some axes.
    /// - Parameter fields: Names of fields that vary in time; `velocity` is a vector.
    private func makeDataset(
        axes: [String], frames: Int = 3, samples: Int = 7, fields: [String], constants: [String] = []
    ) throws {
        let shape = [samples, frames] + axes.indices.map { 5 + $0 }
        var arguments = ["--split", "4,2,1", "--axes"]
        for (kind, name) in (fields + constants).enumerated() {
            var extents = shape + (name == "velocity" ? [axes.count] : [])
            if constants.contains(name) { extents.remove(at: 1) }
            try save(Self.values(extents.reduce(1, *), kind), extents, to: "\(name).npy")
        }
        try save(Self.values(samples, 50), [samples], to: "nu.npy")
        let isVector = fields[0] == "velocity"
        arguments.append((["sample", "time"] + axes + (isVector ? ["channel"] : [])).joined(separator: ","))
        arguments += ["--fields", isVector ? axes.map { "velocity_\($0)" }.joined(separator: ",") : fields[0]]
        arguments += fields.dropFirst().flatMap { ["--field", "\($0)=\($0).npy"] }
        arguments += constants.flatMap { ["--constant", "\($0)=\($0).npy"] }
        arguments += ["--parameter", "viscosity=nu.npy", "--boundary", "periodic", "--out", "set"]
        if frames > 1 { arguments += ["--interval", "0.1"] }
        let run = try pdegen.wait(pdegen.start(["import", "\(fields[0]).npy"] + arguments))
        try #require(run.status == 0, "\(run.errors)")
    }

    /// All values of the samples of a split by the field's name, in order.
    private func contents(of dataset: String, _ split: Split) throws -> [String: [Float]] {
        let reader = try DatasetReader(path: path(dataset), split: split)
        var found: [String: [Float]] = [:]
        for field in reader.description.fields {
            for sample in 0..<reader.sampleCount {
                let (shard, place) = try reader.shard(of: sample)
                found["\(field.name) \(field.order) \(field.isTimeVarying)", default: []] +=
                    try shard.read(field: field.name, sample: place)
            }
        }
        found["viscosity"] = try reader.scalar("viscosity").map { Float($0) }
        return found
    }

    /// Exports `set`, makes a dataset of what was written by the command that was printed, and compares.
    /// - Returns: What `export` printed.
    private func roundTrip(_ layout: String, without: [String] = []) throws -> String {
        let run = try pdegen("export", "set", "--as", layout, "--out", "out-\(layout)")
        try #require(run.status == 0, "\(run.errors)")
        let line = run.output.split(separator: "\n").first { $0.contains("pdegen import ") }
        let command = try #require(line).drop { $0 == " " }.dropFirst("import    pdegen ".count)
        let words = command.split(separator: " ").map {
            String($0).replacingOccurrences(of: "'", with: "").replacingOccurrences(of: "DIR", with: layout)
        }
        let back = try pdegen.wait(pdegen.start(words))
        try #require(back.status == 0, "\(words): \(back.errors)")
        #expect(try pdegen("verify", layout).status == 0)
        for split in Split.allCases {
            let expected = try contents(of: "set", split).filter {
                !without.contains(String($0.key.prefix { $0 != " " }))
            }
            #expect(try contents(of: layout, split) == expected, "\(layout), \(split)")
        }
        let (old, new) = try (
            Manifest(path: path("set/manifest.json")), Manifest(path: path("\(layout)/manifest.json"))
        )
        #expect(new.description.boundaries == old.description.boundaries)
        for (axis, other) in zip(new.description.dimensions, old.description.dimensions) {
            #expect(abs(axis.extent - other.extent) < 1e-6)
        }
        #expect(new.splits == old.splits)
        return run.output
    }

    @Test func aScalarOnALineComesBackFromAllLayouts() throws {
        try makeDataset(axes: ["x"], fields: ["height"])
        #expect(try roundTrip("npy").contains("  files     {split}/height.npy, {split}/scalars/viscosity.npy\n"))
        #expect(try roundTrip("pdebench").contains("  files     {split}.hdf5: tensor is height\n"))
    }

    @Test func vectorsScalarsAndMasksComeBack() throws {
        try makeDataset(axes: ["x", "y"], fields: ["velocity", "pressure"], constants: ["mask"])
        _ = try roundTrip("npy")
        let bench = try roundTrip("pdebench", without: ["mask"])
        #expect(bench.contains("{split}.h5: a group a sample, channels velocity_x, velocity_y, pressure\n"))
        #expect(bench.contains("  beside    {split}/mask.npy\n"))
        #expect(
            bench.contains(
                "  left out  boundary conditions (x periodic, y periodic); texts of samples (origin); recipe"))
        let mask = try NPYArray(path: path("out-pdebench/train/mask.npy"))
        #expect(mask.extents == [4, 5, 6])
        #expect(
            try mask.read(start: [0, 0, 0], count: mask.extents) == contents(of: "set", .train)["mask 0 false"])
    }

    @Test func variablesOfCompressibleFlowComeBack() throws {
        try makeDataset(axes: ["x", "y", "z"], fields: ["density", "pressure", "velocity"])
        #expect(try roundTrip("pdebench").contains("{split}.hdf5: density, pressure, Vx, Vy, Vz\n"))
    }

    @Test func aSteadySolutionAndItsCoefficientComeBack() throws {
        try makeDataset(axes: ["x", "y"], frames: 1, fields: ["pressure"], constants: ["permeability"])
        #expect(try roundTrip("pdebench").contains("{split}.hdf5: tensor is pressure, nu is permeability\n"))
        _ = try roundTrip("npy")
    }

    @Test func theWellsLayoutIsTheDatasetsFiles() throws {
        #expect(try pdegen(pdegen.recipe(), "--out", "set").status == 0)
        let run = try pdegen("export", "set", "--as", "well")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("  left out  manifest.json; README.md; preview.png; the shards' .xdmf\n"))
        let (here, there) = (try pdegen.promisedBytes(in: "set-well"), try pdegen.promisedBytes(in: "set"))
        #expect(here.count == 12 && here.allSatisfy { there[$0.key] == $0.value }, "\(here.keys)")
        for layout in ["npy", "pdebench"] {
            let run = try pdegen("export", "set-well", "--as", layout)
            #expect(run.status == 0, "\(run.errors)")
        }
        // A folder of others whose statistics nobody stored gets those of its training split.
        try FileManager.default.removeItem(atPath: path("set-well/stats.yaml"))
        #expect(try pdegen("export", "set-well", "--as", "well", "--out", "again").status == 0)
        let texts = try ["set", "again"].map { folder in
            try String(contentsOfFile: path("\(folder)/stats.yaml"), encoding: .utf8)
        }
        let numbers = texts.map { $0.split { " \n".contains($0) }.compactMap { Double($0) } }
        #expect(numbers[0].count == 6 && numbers[0].count == numbers[1].count)
        for (stored, found) in zip(numbers[0], numbers[1]) { #expect(abs(stored - found) < 1e-9) }
        // Keys are the same, to the letter.
        let keys = texts.map { $0.filter { $0.isLetter || $0 == "_" || $0 == ":" } }
        #expect(keys[0] == keys[1])
    }

    /// Flows at rest begin alike and differ in their Reynolds number, which files without a manifest have among their scalars.
    @Test func samplesThatDifferInAParameterAreNoLeak() throws {
        var values = Self.values(6 * 3 * 8, 0)
        for sample in 1..<6 {
            for point in 0..<8 { values[sample * 24 + point] = values[point] }
        }
        try save(values, [6, 3, 8], to: "u.npy")
        try save((0..<6).map { Float($0) }, [6], to: "reynolds.npy")
        let made = try pdegen(
            "import", "u.npy", "--axes", "sample,time,x", "--interval", "1", "--split", "2,2,2", "--parameter",
            "reynolds=reynolds.npy", "--out", "set")
        #expect(made.status == 0, "\(made.errors)")
        #expect(try pdegen("export", "set", "--as", "well", "--out", "plain").status == 0)
        #expect(try pdegen("verify", "plain").status == 0)
        let back = try pdegen("import", "plain", "--out", "back")
        #expect(back.status == 0, "\(back.errors)")
        #expect(try DatasetReader(path: path("back"), split: .test).scalar("reynolds").count == 2)
    }

    @Test func whatCannotBeExportedIsSaid() throws {
        try makeDataset(axes: ["x"], fields: ["u"])
        func refusal(_ status: Int32, _ arguments: String...) throws -> String {
            let run = try pdegen.wait(pdegen.start(["export"] + arguments))
            #expect(run.status == status, "\(arguments): \(run.status) \(run.errors)")
            return run.errors
        }
        #expect(try refusal(64, "set").contains("--as is missing"))
        #expect(try refusal(64, "set", "--as", "netcdf").contains("well"))
        #expect(try refusal(66, "nothing", "--as", "npy").contains("no such folder"))
        #expect(try refusal(66, "u.npy", "--as", "npy").contains("pdegen import makes a dataset of it"))
        try FileManager.default.createDirectory(atPath: path("there"), withIntermediateDirectories: false)
        #expect(try refusal(73, "set", "--as", "npy", "--out", "there").contains("something is there already"))
        #expect(try refusal(73, "set", "--as", "npy", "--out", "u.npy/inside").contains("u.npy"))
        // A flipped bit is found on the way, and nothing stays.
        let shard = path("set/data/valid/set_valid_0000.hdf5")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: shard))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: shard))
        for layout in ["well", "npy", "pdebench"] {
            #expect(try refusal(65, "set", "--as", layout, "--out", "new").contains("CRC-32"))
            let left = try FileManager.default.contentsOfDirectory(atPath: pdegen.folder.path)
            #expect(!left.contains { $0.contains("new") }, "\(left)")
        }
    }

    @Test func aFolderThatIsRemovedMeanwhileIsMissed() throws {
        try makeDataset(axes: ["x", "y"], frames: 200, samples: 700, fields: ["velocity"])
        for layout in ["npy", "pdebench"] {
            var isMet = false
            for round in 0..<20 where !isMet {
                let out = "\(layout)\(round)"
                let process = try pdegen.start(["export", "set", "--as", layout, "--out", out, "--quiet"])
                let begun = layout == "npy" ? ".\(out).partial/train/velocity.npy" : ".\(out).partial/train.h5"
                for _ in 0..<2000 where process.isRunning && !exists(begun) { usleep(1000) }
                try? FileManager.default.removeItem(atPath: path(".\(out).partial"))
                let result = pdegen.wait(process)
                guard result.status != 0 else { continue }
                isMet = true
                #expect(result.status == 73 && result.errors.contains("this folder is gone"), "\(result.errors)")
                #expect(!exists(out))
            }
            #expect(isMet)
        }
    }

    @Test func aStoppedExportLeavesNothingAndAKilledOneIsMadeAnew() throws {
        try makeDataset(axes: ["x", "y"], frames: 200, samples: 700, fields: ["velocity"])
        for (signal, status) in [(SIGTERM, Int32(130)), (SIGKILL, SIGKILL)] {
            var isMet = false
            for round in 0..<20 where !isMet {
                let process = try pdegen.start(["export", "set", "--as", "pdebench", "--out", "out\(round)", "--quiet"])
                for _ in 0..<2000 where process.isRunning && !exists(".out\(round).partial/train.h5") { usleep(1000) }
                kill(process.processIdentifier, signal)
                let result = pdegen.wait(process)
                guard result.status == status else { continue }
                isMet = true
                #expect(!exists("out\(round)"))
                if signal == SIGTERM { #expect(!exists(".out\(round).partial"), "\(result.errors)") }
                let again = try pdegen("export", "set", "--as", "pdebench", "--out", "out\(round)", "--quiet")
                #expect(again.status == 0, "\(again.errors)")
                #expect(!exists(".out\(round).partial") && !exists(".out\(round).partial.lock"))
            }
            #expect(isMet)
        }
    }
}
