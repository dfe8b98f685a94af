import PDEConfig
import PDECore
import PDEData
import PDEEvaluation
import Testing

@Suite("metrics.json")
struct EvaluationFileTests {
    private func evaluation() throws -> Evaluation {
        let n = 32
        let truth = reference(line(n), frames: 9, cells: ["easy", "hard"]) { _, _, point in sine(point, of: n) }
        return try RolloutEvaluator(truth, options: EvaluationOptions(steps: 12, tracksFront: true), threads: 1)
            .evaluate([
                .closedForm("breaks", points: n) { step, _, point in step == 3 ? .nan : sine(point, of: n) },
                .closedForm("solver", kind: .solver, points: n) { _, _, point in 1.01 * sine(point, of: n) },
                .persistence(of: truth.description),
            ])
    }

    @Test("what is written is read back equal, with frames that are no number among it")
    func roundTrip() throws {
        let evaluation = try evaluation()
        let text = try evaluation.json()
        let back = try Evaluation(json: text, file: "metrics.json")
        #expect(back == evaluation)
        #expect(try back.json() == text)
    }

    @Test("files from before the error of all frames was measured are read, without it")
    func before() throws {
        let text = try evaluation().json()
        let old = text.replacing(/"stackedError": ?(\{[^}]*\}|[^,{}]*), ?/, with: "")
        #expect(old.count < text.count)
        let back = try Evaluation(json: old, file: "metrics.json")
        #expect(back.contestants.allSatisfy { $0.summary.stackedError == nil })
    }

    @Test("the file carries a checksum that its reader compares")
    func checksum() throws {
        let evaluation = try evaluation()
        let path = "/tmp/metrics-\(UInt64.random(in: 0 ... .max)).json"
        defer { try? FileSystem.remove(path) }
        try evaluation.write(to: path)
        #expect(try Evaluation(path: path) == evaluation)
        var bytes = try FileSystem.read(path)
        bytes[bytes.count / 2] ^= 1
        try AtomicFile.write(bytes, to: path)
        #expect(throws: DataError.self) { try Evaluation(path: path) }
    }

    @Test("an unknown key and another format are refused with their names")
    func strictness() throws {
        let text = try evaluation().json()
        let extra = text.replacing("\"trajectoryCount\"", with: "\"tractoryCount\": 1, \"trajectoryCount\"")
        #expect(throws: ConfigurationError.self) { try Evaluation(json: extra, file: "metrics.json") }
        let other = text.replacing(Evaluation.currentFormat, with: "pdekit-evaluation-0")
        let error = #expect(throws: ConfigurationError.self) { try Evaluation(json: other, file: "metrics.json") }
        #expect(error?.path == "format")
    }
}
