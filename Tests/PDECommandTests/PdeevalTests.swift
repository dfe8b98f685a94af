import Foundation
import PDECommand
import Testing

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
        let missing = try pdetrain.evaluate("run", "--data", "elsewhere")
        #expect(missing.status == 66, "\(missing.errors)")
        let level = try pdetrain.evaluate("run", "--level", "viscosity=5:6")
        #expect(level.status == 65 && level.errors.contains("--level"))
        let unknown = try pdetrain.evaluate("run", "--level", "reynolds=5:6")
        #expect(unknown.status != 0 && unknown.errors.contains("no number 'reynolds'"))
        let malformed = try pdetrain.evaluate("run", "--level", "viscosity")
        #expect(malformed.status == 64 && malformed.errors.contains("KEY=LOW:HIGH"))
    }
}
