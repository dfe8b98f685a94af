import Foundation
import Testing

/// `pdeeval compare`: runs beside each other, each with what it expects and what it was trained on.
@Suite(.serialized) struct PdeevalCompareTests {
    private let pdetrain: Pdetrain

    init() throws { pdetrain = try Pdetrain() }

    private func lines(_ text: String, _ start: String) -> [Substring] {
        text.split(separator: "\n").filter { $0.hasPrefix(start) }
    }

    @Test func runsOnDifferentDataAreComparedOnWhatIsNamed() throws {
        #expect(try pdetrain.train("--out", "a").status == 0)
        #expect(try pdetrain.generate("tiny", "--seed", "5", "--out", "second").status == 0)
        #expect(
            try pdetrain.train("--out", "b", "--set", "data.recipe=null", "--set", "data.folder=second").status == 0)
        let vague = try pdetrain.evaluate("compare", "a", "b")
        #expect(vague.status == 65, "\(vague.output)")
        #expect(vague.errors.contains("the runs were trained on different data: a on data/tiny (fingerprint "))
        #expect(vague.errors.contains("b on second (") && vague.errors.contains("--data DIR"), "\(vague.errors)")
        let both = try pdetrain.evaluate("compare", "a", "b/", "a", "--data", "second", "--no-solver")
        #expect(both.status == 0, "\(both.errors)")
        // Each was trained on other samples, so there are two means, and each run stands there once.
        #expect(
            lines(both.output, "training mean of a").count == 1 && lines(both.output, "training mean of b").count == 1)
        #expect(lines(both.output, "a: ").count == 1 && lines(both.output, "b: ").count == 1, "\(both.output)")
        // The mean is of what a run was trained on, wherever it is scored.
        let alone = try pdetrain.evaluate("b", "--data", "second", "--no-solver")
        func error(_ text: String, _ name: String) -> Double? {
            lines(text, name).first?.dropFirst(name.count).split(separator: " ").first.flatMap { Double($0) }
        }
        let mean = try #require(error(both.output, "training mean of b"))
        #expect(error(alone.output, "training mean") == mean && error(both.output, "training mean of a") != mean)
    }

    @Test func aRunHidesNoneInItsFolder() throws {
        #expect(try pdetrain.train("--out", "all/narrow", "--set", "budget.epochs=1").status == 0)
        #expect(try pdetrain.train("--out", "all/narrow", "--set", "budget.epochs=1", "--seed", "1").status == 0)
        let all = try pdetrain.evaluate("compare", "all", "--no-solver")
        #expect(all.status == 0, "\(all.errors)")
        #expect(lines(all.output, "all narrow: ").count == 1 && lines(all.output, "narrow seed-1: ").count == 1)
        let one = try pdetrain.evaluate("all/narrow", "--no-solver")
        #expect(one.status == 0 && one.output.contains("look      all/narrow/report.html"), "\(one.output)")
    }

    /// Obstacles are told to the networks that were told them in training, and to no others, in either order.
    @Test func oneOfTwoRunsMayBeToldTheGeometry() throws {
        try pdetrain.write(
            """
            { "name": "flow",
              "equation": { "name": "navier-stokes", "family": "channel", "reynolds": { "uniform": [100, 400] } },
              "resolution": 32, "obstacles": { "count": 2 }, "frames": { "count": 3, "interval": 0.125 },
              "samples": { "train": 2, "valid": 1, "test": 1, "perShard": 2 } }
            """, to: "datasets/flow.json")
        try pdetrain.write(
            """
            { "name": "flow", "data": { "recipe": "datasets/flow.json", "geometry": true }, "task": { "kind": "step" },
              "model": { "kind": "fourier", "width": 4, "modes": 4, "layers": 2, "hidden": 8 },
              "optimizer": { "learningRate": 1e-3 }, "budget": { "epochs": 1, "batch": 3 } }
            """, to: "experiments/flow.json")
        #expect(try pdetrain("flow", "--out", "told").status == 0)
        #expect(try pdetrain("flow", "--out", "untold", "--set", "data.geometry=false").status == 0)
        var errors: [Set<Substring>] = []
        for order in [["told", "untold"], ["untold", "told"]] {
            let program = Pdetrain.program.replacingOccurrences(of: "pdetrain", with: "pdeeval")
            let result = try pdetrain.wait(
                pdetrain.start(["compare"] + order + ["--no-solver", "--out", "report"], program: program))
            #expect(result.status == 0, "\(result.status) \(result.errors)")
            errors.append(
                Set(["told ", "untold "].flatMap { lines(result.output, $0) }.map { $0.dropLast(12) }))
        }
        // A line with the errors of each, and one with what its frames come to.
        #expect(errors[0] == errors[1] && errors[0].count == 4, "\(errors)")
    }
}
