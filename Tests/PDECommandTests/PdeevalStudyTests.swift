import Foundation
import PDECommand
import Testing
import pdeeval

/// The small transfer study of the repository as a user runs it, with a few steps.
@Suite(.serialized) struct PdeevalStudyTests {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    @Test func helpFitsAScreen() throws {
        let lines = try #require(PdeevalProgram.program.helpText(of: "study")).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 40 && lines.allSatisfy { displayWidth(String($0)) <= 80 })
    }

    @Test func theSmallStudySaysWhatEasierSamplesSave() throws {
        let pdetrain = try Pdetrain()
        let file = "\(root)/experiments/difficulty-transfer-small.json"
        let few = ["--threads", "1", "--set", "budget.steps=3", "--set", "seeds=[0]"]
        func train(_ more: String...) throws -> Pdegen.Result {
            try pdetrain.wait(pdetrain.start([file] + few + more))
        }
        let plan = try train("--plan")
        #expect(plan.status == 0 && plan.output.contains("left        10 of 10 runs"), "\(plan.output)\(plan.errors)")
        #expect(plan.output.contains("making      about"))
        // Two processes, one after the other here, train each run once.
        let first = try train("--shard", "0/2")
        #expect(first.status == 75, "\(first.errors)")
        let rest = try train()
        #expect(rest.status == 0, "\(rest.errors)")
        func trained(_ result: Pdegen.Result) -> [Substring] {
            result.output.split(separator: "\n").filter { $0.contains(" parameters, ") }
        }
        let all = trained(first) + trained(rest)
        #expect(all.count == 10 && Set(all).count == 10, "\(all)")
        #expect(try trained(train()).isEmpty)
        let study = try pdetrain.evaluate(
            "study", "runs/difficulty-transfer-small", "--samples", "4", "--budget", "1e6")
        #expect(study.status == 0, "\(study.errors)")
        for word in [
            "transfer-small-hard, fourier", "easy-3-21", "easy-first", "easy-to-hard", "factor", "budget    of",
        ] {
            #expect(study.output.contains(word), "\(word) in \(study.output)")
        }
        #expect(
            study.output.contains("no scored trajectory was trained on") && study.output.contains("14,000 core-hours"))
        #expect(pdetrain.exists("runs/difficulty-transfer-small/report.html"))
        let poor = try pdetrain.evaluate(
            "study", "runs/difficulty-transfer-small", "--samples", "4", "--budget", "1e-9")
        #expect(poor.output.contains("no mix was measured for"), "\(poor.output)")
        #expect(try pdetrain.evaluate("study", "runs/nothing").status == 66)
    }
}
