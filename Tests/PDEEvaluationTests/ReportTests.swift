import Foundation
import PDEConfig
import PDECore
import PDEEvaluation
import PDEPlot
import Testing

/// The reports of the samples are left in the folder that the environment's `PDEKIT_REPORTS` names, for
/// `Tests/Scripts/report_in_chromium.py` to open.
@Suite("report.html and its pictures")
struct ReportTests {
    private static let folder = ProcessInfo.processInfo.environment["PDEKIT_REPORTS"]

    private func check(
        _ name: String, _ sample: (evaluation: Evaluation, rollouts: [RecordedRollout]), outcome: Verdict.Outcome
    ) throws {
        let (evaluation, rollouts) = sample
        let page = Report(title: "Sample: \(name)", evaluation: evaluation, rollouts: rollouts).html()
        #expect(evaluation.judged[0].verdict.outcome == outcome)
        #expect(page.contains(#"class="card verdict \#(outcome.rawValue)""#))
        // Nothing is fetched: the only addresses are the SVG namespace and the empty icon.
        let bare = page.replacing("http://www.w3.org/2000/svg", with: "").replacing(#"href="data:,""#, with: "")
        for address in ["http://", "https://", "src=", "href=", "@import", "url("] {
            #expect(!bare.contains(address), "\(address)")
        }
        for result in evaluation.contestants { #expect(page.contains(Markup.escaped(result.name))) }
        #expect(page.utf8.count < 8_000_000)
        let picture = RolloutPicture(rollouts[0], evaluation: evaluation)
        #expect(picture.animation().frames.count == min(40, rollouts[0].steps.count))
        let still = picture.figure().raster()
        #expect(still.width > 500 && still.height > 300)
        guard let folder = Self.folder else { return }
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Report(title: "Sample: \(name)", evaluation: evaluation, rollouts: rollouts).write(
            to: "\(path)/report.html")
        try evaluation.write(to: "\(path)/metrics.json")
        try picture.write(to: "\(path)/rollout.png", animation: "\(path)/rollout-animated.png")
    }

    @Test("of a line: a surrogate that loses its phase, beyond the reference")
    func lineReport() throws {
        let sample = try SampleReports.line()
        #expect(sample.evaluation.comparisons.count == 1)
        #expect(sample.rollouts[0].truthCount < sample.rollouts[0].steps.count)
        try check("line", sample, outcome: .stable)
    }

    @Test("of a plane: a surrogate one of whose rollouts ends in what is no number")
    func planeReport() throws {
        let sample = try SampleReports.plane()
        #expect(sample.evaluation.judged[0].verdict.headline == "Blows up at frame 40")
        try check("plane", sample, outcome: .blowsUp)
    }

    @Test("names from outside cannot become markup")
    func escaping() throws {
        let n = 16
        let truth = reference(line(n), frames: 4, cells: ["<b>cell</b>", "</script><i>"]) { _, _, p in sine(p, of: n) }
        let evaluator = RolloutEvaluator(truth, threads: 1)
        let net = Contestant.amplifier("<script>alert(1)</script>", factor: 1.1, of: truth.description)
        let evaluation = try evaluator.evaluate([net])
        let rollouts = try evaluator.record([net], in: evaluation)
        let page = Report(title: "a <title>", evaluation: evaluation, rollouts: rollouts).html()
        #expect(!page.contains("<script>alert"))
        #expect(!page.contains("<b>cell"))
        #expect(!page.contains("</script><i>"))
        #expect(page.contains("a &lt;title&gt;"))
    }

    @Test("the pictures of a large field are its blocks' means, y upwards")
    func thinning() throws {
        let side = 256
        let grid = Grid.periodic(dimensions: 2, count: side, length: 1)
        let truth = reference(grid, frames: 3) { frame, _, point in
            Float(frame) + Float(point / side) + 1000 * Float(point % side)
        }
        let evaluator = RolloutEvaluator(truth, threads: 1)
        let persistence = Contestant.persistence(of: truth.description)
        let record = try evaluator.record([persistence], in: evaluator.evaluate([persistence]))[0]
        #expect(record.rows == 128 && record.columns == 128)
        #expect(record.steps == [1, 2])
        #expect(record.truthCount == 2)
        // The first row holds the largest y: 254.5 on average, the first column x = 0.5, frame 1.
        #expect(record.truth[0] == 1 + 0.5 + 1000 * 254.5)
        #expect(record.prediction[127] == 254.5 + 1000 * 254.5)
    }
}
