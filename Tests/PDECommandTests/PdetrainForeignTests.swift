import Foundation
import PDEData
import Testing

/// The commands on data of others.
@Suite(.serialized) struct PdetrainForeignTests {
    /// A dataset of ours without its manifest is one in The Well's layout as others publish it; a network trained on either
    /// has the same numbers, and is evaluated on either.
    @Test func aFolderInTheWellsLayoutTrainsAndIsEvaluated() throws {
        let pdetrain = try Pdetrain()
        let ours = try pdetrain.train("--out", "ours", "--set", "data.recipe=null", "--set", "data.folder=data/tiny")
        #expect(ours.status == 66 && ours.errors.contains("data/{train,valid,test}/*.hdf5"), "\(ours.errors)")
        #expect(try pdetrain.train("--out", "ours").status == 0)
        let folder = pdetrain.folder + "/data/tiny"
        for name in ["manifest.json", "README.md", "preview.png"] {
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        let foreign = try pdetrain.train(
            "--out", "foreign", "--set", "data.recipe=null", "--set", "data.folder=data/tiny")
        #expect(
            foreign.status == 0 && foreign.output.contains("on 32 windows; whether it has seen them cannot be told"),
            "\(foreign.errors)")
        #expect(try pdetrain.numbers("foreign") == pdetrain.numbers("ours"))
        let resumed = try pdetrain.train(
            "--out", "foreign", "--resume", "--set", "data.recipe=null", "--set", "data.folder=data/tiny")
        #expect(resumed.status == 0, "\(resumed.errors)")
        let evaluated = try pdetrain.evaluate("foreign", "--steps", "8")
        #expect(evaluated.status == 0 && evaluated.output.contains("persistence"), "\(evaluated.errors)")
        #expect(!evaluated.output.contains("solver on"), "\(evaluated.output)")
    }

    @Test func aFolderInTheWellsLayoutIsShownAndChecked() throws {
        let pdegen = Pdegen()
        #expect(try pdegen(pdegen.recipe(), "--out", "set").status == 0)
        for name in ["manifest.json", "README.md"] {
            try FileManager.default.removeItem(atPath: "\(pdegen.folder.path)/set/\(name)")
        }
        let tree = try pdegen("inspect", "set", "--sample", "3")
        #expect(tree.status == 0, "\(tree.errors)")
        for text in [
            "set  The Well's layout, without a manifest", "├─ time      21 frames from 0 to 0.4",
            "├─ axis      x 256 points", "├─ field     u 21 × 256", "├─ boundary  x: periodic", "├─ samples   20, ",
            "│  ├─ train  12 samples in 6 files", "├─ stats     stats.yaml", "└─ numbers   viscosity",
            "\nsample 3, u from ", "; x to the right",
        ] { #expect(tree.output.contains(text), "\(text) in \(tree.output)") }
        let sound = try pdegen("verify", "set")
        #expect(
            sound.status == 0
                && sound.output
                    == "set: sound (The Well's layout, 20 samples, 420 frames; no manifest, so no checksums)\n"
                    + "to train on it: \"data\": { \"folder\": \"set\" } in an experiment; pdegen import set --out DIR makes a "
                    + "dataset with a manifest\n",
            "\(sound.output) \(sound.errors)")
        try FileManager.default.copyItem(
            atPath: "\(pdegen.folder.path)/set/data/train/small_train_0000.hdf5",
            toPath: "\(pdegen.folder.path)/set/data/test/more.hdf5")
        let leaked = try pdegen("verify", "set")
        #expect(leaked.status == 65 && leaked.output.contains("train leaks into test"), "\(leaked.output)")
        let file = try pdegen("inspect", "set/data/test/more.hdf5")
        #expect(file.status == 0 && file.output.contains("The Well's layout"), "\(file.errors)")
    }
}
