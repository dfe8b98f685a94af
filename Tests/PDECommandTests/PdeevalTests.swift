import Foundation
import PDECommand
import PDETraining
import Testing
import pdeeval
import pdetrain

/// `pdeeval` as a user runs it.
@Suite(.serialized) struct PdeevalTests {
    @Test(arguments: ["compare", "doctor"]) func helpFitsAScreen(_ verb: String) throws {
        for help in [PdeevalProgram.program.helpText, try #require(PdeevalProgram.program.helpText(of: verb))] {
            let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count <= 40)
            #expect(lines.allSatisfy { displayWidth(String($0)) <= 80 })
        }
    }

    @Test func aRunIsEvaluatedAndReported() throws {
        let pdetrain = try Pdetrain()
        #expect(try pdetrain.train("--out", "run").status == 0)
        let result = try pdetrain.evaluate("run", "--steps", "40")
        #expect(result.status == 0, "\(result.errors)")
        for word in ["frames", "persistence", "training mean", "solver on", "classical solver", "report.html"] {
            #expect(result.output.contains(word), "\(word) in \(result.output)")
        }
        for file in ["metrics.json", "report.html", "rollout.png", "rollout-animated.png"] {
            #expect(pdetrain.exists("run/\(file)"), "\(file)")
        }
        let page = try pdetrain.text("run/report.html")
        #expect(page.contains("<html") && !page.contains("src=\"http") && !page.contains("url(http"))
    }

    @Test func whatCannotBeEvaluatedIsSaid() throws {
        let pdetrain = try Pdetrain()
        let none = try pdetrain.evaluate("nothing")
        #expect(none.status == 66 && none.errors.contains("no trained network") && none.errors.contains("pdetrain"))
        #expect(try pdetrain.train("--out", "run").status == 0)
        for out in ["/proc/pdeeval", "experiments/tiny.json"] {
            let barred = try pdetrain.evaluate("run", "--no-solver", "--steps", "1", "--out", out)
            #expect(barred.status == 73 && barred.errors.contains(out), "\(barred.status) \(barred.errors)")
        }
        let shard = "data/tiny/data/test/tiny_test_0000.hdf5"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(pdetrain.folder)/\(shard)"))
        try FileManager.default.removeItem(atPath: "\(pdetrain.folder)/\(shard)")
        for result in [try pdetrain.evaluate("run"), try pdetrain("test", "run")] {
            #expect(result.status == 65, "\(result.status)")
            #expect(
                result.errors.contains("\(shard): the shard is missing\n  Run the recipe again"), "\(result.errors)")
        }
        try bytes.write(to: URL(fileURLWithPath: "\(pdetrain.folder)/\(shard)"))
        let missing = try pdetrain.evaluate("run", "--data", "elsewhere")
        #expect(missing.status == 66, "\(missing.errors)")
        let level = try pdetrain.evaluate("run", "--level", "viscosity=5:6")
        #expect(level.status == 65 && level.errors.contains("--level"))
        #expect(level.errors.contains("viscosity goes from 0.0"), "\(level.errors)")
        let recipe = try pdetrain.evaluate("datasets/tiny.json")
        #expect(recipe.errors.contains("this is a recipe: pdegen datasets/tiny.json makes its dataset"))
        let experiment = try pdetrain.evaluate("experiments/tiny.json")
        #expect(experiment.errors.contains("this is an experiment: pdetrain experiments/tiny.json trains it"))
        let dataset = try pdetrain.evaluate("data/tiny")
        #expect(dataset.status == 66 && dataset.errors.contains("this is a dataset: pdegen inspect data/tiny shows it"))
        let unknown = try pdetrain.evaluate("run", "--level", "reynolds=5:6")
        #expect(unknown.status != 0 && unknown.errors.contains("no number 'reynolds'"))
        let malformed = try pdetrain.evaluate("run", "--level", "viscosity")
        #expect(malformed.status == 64 && malformed.errors.contains("KEY=LOW:HIGH"))
    }

    /// A network of the heat equation, on data that decay to nothing within a frame.
    private func heat(_ pdetrain: Pdetrain) throws {
        func recipe(_ name: String, _ diffusivity: String) throws {
            try pdetrain.write(
                """
                { "name": "\(name)", "equation": { "name": "advection-diffusion", "diffusivity": \(diffusivity) },
                  "resolution": 64, "initial": { "kind": "fourier", "modes": 3 },
                  "frames": { "count": 6, "interval": 0.4, "resolution": 32 },
                  "samples": { "train": 6, "valid": 2, "test": 2 } }
                """, to: "datasets/\(name).json")
        }
        try recipe("heat", #"{ "choice": [0.01, 0.5] }"#)
        try recipe("still", "0")
    }

    @Test func aNetworkFarOffIsJudgedAndReported() throws {
        let pdetrain = try Pdetrain()
        try heat(pdetrain)
        let settings = ["--set", "data.recipe=datasets/heat.json", "--set", #"data.parameters=["diffusivity"]"#]
        let trained = try pdetrain.wait(
            pdetrain.start(["experiments/tiny.json", "--threads", "1", "--out", "run"] + settings))
        #expect(trained.status == 0, "\(trained.errors)")
        let result = try pdetrain.evaluate("run", "--steps", "20")
        #expect(result.status == 0, "\(result.errors)")
        #expect(pdetrain.exists("run/report.html") && !result.output.contains("Stable"))
        // The network is told the logarithm, and 0 has none.
        try #require(try pdetrain.generate("datasets/still.json").status == 0)
        for wrong in [
            try pdetrain("test", "run", "--data", "data/still"), try pdetrain.evaluate("run", "--data", "data/still"),
        ] {
            #expect(wrong.status == 65, "\(wrong.errors)")
            #expect(wrong.errors.contains("diffusivity is 0") && wrong.errors.contains("logarithm"), "\(wrong.errors)")
        }
    }

    /// JSON has no number for an error that is none.
    @Test func anErrorThatIsNoNumberIsNull() {
        func text(_ loss: Double) -> String {
            TestVerb.line(
                experiment: "e", seed: 0, split: .test, measure: "h1",
                TestResult(loss: loss, count: 3, grid: [8], samples: 1, seen: 0, notes: []), seconds: 1
            ).serialized(pretty: false)
        }
        #expect(text(0.5).contains(#""value":0.5"#))
        for loss in [Double.nan, .infinity] { #expect(text(loss).contains(#""value":null"#)) }
    }
}
