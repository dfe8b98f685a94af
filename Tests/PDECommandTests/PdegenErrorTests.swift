import Foundation
import Testing

/// What a user can get wrong: each ends in a clear error, the right exit code, and nothing written.
@Suite struct PdegenErrorTests {
    private let pdegen = Pdegen()

    @Test(arguments: [
        (["\"viscosity\"", "\"viscosty\""], 65, "equation.viscosity", "viscosty"),
        (["\"resolution\": 256", "\"resolution\": \"fine\""], 65, "small.json:4:17", "resolution"),
        (["[0.01, 0.05]", "[-0.01, 0.05]"], 65, "equation.viscosity.logUniform", "two positive numbers"),
        (["256", "7"], 65, "resolution", "between 8 and"),
        (["\"train\": 12, \"valid\": 4, \"test\": 4", "\"train\": 0"], 65, "samples", "at least one sample"),
        (["[0.01, 0.05]", "[0.00001, 0.05]"], 65, "fronts are", "use a resolution of 100000"),
        (["\"modes\": 3 },", "\"modes\": 3 },,"], 65, "small.json:5", "expected"),
    ])
    func recipesAreRefused(_ change: [String], _ status: Int32, _ first: String, _ second: String) throws {
        let recipe = try pdegen.recipe(replacing: [(change[0], change[1])])
        let result = try pdegen(recipe, "--out", "set")
        #expect(result.status == status)
        #expect(result.errors.contains(first))
        #expect(result.errors.contains(second))
        #expect(result.output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: pdegen.folder.path + "/set"))
    }

    @Test(arguments: [
        (["--resolutio", "128"], 64, "--resolution"),
        (["--resolution", "many"], 64, "a whole number"),
        (["--viscosity", "thick"], 64, "a range A:B"),
        (["--viscosity=-1"], 65, "--viscosity"),
        (["--shard", "4/4"], 64, "0 ≤ I < N"),
        (["--set", "initial"], 64, "KEY=VALUE"),
        (["--set", "initial.mods=4"], 65, "did you mean \"modes\"?"),
        (["--threads", "0"], 64, "--threads"),
    ])
    func flagsAreRefused(_ flags: [String], _ status: Int32, _ hint: String) throws {
        let recipe = try pdegen.recipe()
        let result = try pdegen.wait(pdegen.start([recipe, "--out", "set"] + flags))
        #expect(result.status == status)
        #expect(result.errors.contains(hint))
        #expect(!FileManager.default.fileExists(atPath: pdegen.folder.path + "/set"))
    }

    @Test func aMissingRecipeIsNamed() throws {
        let result = try pdegen("smal.json")
        #expect(result.status == 66)
        #expect(result.errors.contains("smal.json: no such recipe"))
        #expect(try pdegen("--seed", "3").status == 64)
        let experiment = try pdegen.recipe("other.json", replacing: [("\"equation\"", "\"data\"")])
        let wrong = try pdegen(experiment)
        #expect(wrong.status == 65, "\(wrong.errors)")
        #expect(wrong.errors.contains("other.json: this is an experiment, not a recipe: pdetrain other.json trains it"))
    }

    /// What is no regular file is not said to be missing.
    @Test func pipesAndDevicesAreNoFiles() throws {
        #expect(mkfifo(pdegen.folder.path + "/pipe.json", 0o600) == 0)
        for path in ["pipe.json", "/dev/null"] {
            let recipe = try pdegen(path)
            #expect(recipe.status == 65, "\(recipe.status)")
            #expect(recipe.errors.contains("\(path): this is no regular file, and recipes are read from files only"))
            let start = ("\"fourier\", \"modes\": 3", "\"file\", \"path\": \"\(path)\"")
            let state = try pdegen(pdegen.recipe("\(path.count).json", replacing: [start]))
            #expect(state.status == 65 && state.errors.contains("\(path): this is not a file"), "\(state.errors)")
        }
    }

    @Test func foldersThatAreNotDatasetsAreNamed() throws {
        #expect(try pdegen("verify", "nowhere").status == 66)
        #expect(try pdegen("inspect", "nowhere").status == 66)
        try FileManager.default.createDirectory(
            atPath: pdegen.folder.path + "/runs/a/checkpoint", withIntermediateDirectories: true)
        for path in ["runs", "runs/a"] {
            let run = try pdegen("inspect", path)
            #expect(run.status == 66 && run.errors.contains("\(path): not a dataset"), "\(run.errors)")
            #expect(run.errors.contains("pdeeval runs/a"), "\(run.errors)")
        }
        let other = try pdegen("inspect", ".streams")
        #expect(other.status == 66 && other.errors.contains("not a dataset"), "\(other.errors)")
        #expect(try pdegen("verify").status == 64)
        #expect(try pdegen("verfy", "x").errors.contains("verify"))
    }

    /// Places where nobody may write, not even the administrator: in a folder of the system's, in one that was removed, under a
    /// file, under a name that is too long.
    @Test func placesThatCannotBeWrittenAreNamed() throws {
        let recipe = try pdegen.recipe()
        for out in ["/proc/pdegen", "\(recipe)/set", String(repeating: "a", count: 300)] {
            let result = try pdegen(recipe, "--out", out)
            #expect(result.status == 73, "\(result.status) \(result.errors)")
            #expect(result.errors.contains(out), "\(result.errors)")
        }
        let line = "mkdir gone && cd gone && rmdir ../gone && $P \(pdegen.folder.path)/\(recipe) --out set"
        let removed = try pdegen.wait(
            pdegen.start(["-c", line], environment: ["P": Pdegen.program], program: "/bin/bash"))
        #expect(removed.status == 73, "\(removed.status) \(removed.errors)")
        #expect(removed.errors.contains("set: this folder cannot be made: the one above it is gone"))
    }

    @Test func anotherRecipesFolderIsRefused() throws {
        let recipe = try pdegen.recipe()
        #expect(try pdegen(recipe, "--out", "set").status == 0)
        let before = try pdegen.promisedBytes(in: "set")
        let result = try pdegen(recipe, "--out", "set", "--seed", "7")
        #expect(result.status == 73)
        #expect(result.errors.contains("seed is 0 there and 7 here"))
        #expect(try pdegen.promisedBytes(in: "set") == before)
    }

    @Test func aDamagedShardIsNamedAndRepaired() throws {
        let recipe = try pdegen.recipe()
        #expect(try pdegen(recipe, "--out", "set").status == 0)
        let before = try pdegen.promisedBytes(in: "set")
        let shard = "data/train/small_train_0002.hdf5"
        var bytes = before[shard]!
        bytes[bytes.count / 3] ^= 1
        try bytes.write(to: URL(fileURLWithPath: "\(pdegen.folder.path)/set/\(shard)"))
        let verification = try pdegen("verify", "set")
        #expect(verification.status == 65)
        #expect(verification.output.contains(shard))
        let repair = try pdegen(recipe, "--out", "set")
        #expect(repair.status == 0)
        #expect(repair.errors.contains(shard))
        #expect(try pdegen.promisedBytes(in: "set") == before)
        #expect(try pdegen("verify", "set").status == 0)
    }
}
