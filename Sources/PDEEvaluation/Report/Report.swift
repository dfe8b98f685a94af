import PDECore
import PDEData
import PDEPlot

/// `report.html`: one file that opens without a network and says how long the rollouts hold.
public struct Report: Sendable {
    /// The headline: the run's name.
    public var title: String
    /// What was found out.
    public var evaluation: Evaluation
    /// What the player shows; without any there is no player. All of one size; one network after the other, each with the same
    /// trajectories, the first one at the start.
    public var rollouts: [RecordedRollout]

    /// A report.
    public init(title: String, evaluation: Evaluation, rollouts: [RecordedRollout] = []) {
        if let first = rollouts.first {
            precondition(
                rollouts.allSatisfy { $0.channels == first.channels && $0.pictureSize == first.pictureSize },
                "rollouts: expected rollouts of one dataset")
            let labels = rollouts.filter { $0.contestant == first.contestant }.map(\.label.index)
            precondition(
                rollouts.enumerated().allSatisfy { $1.label.index == labels[$0 % labels.count] },
                "rollouts: expected the same trajectories of every network")
        }
        self.title = title
        self.evaluation = evaluation
        self.rollouts = rollouts
    }

    /// The page.
    public func html() -> String {
        let charts = ReportCharts(evaluation: evaluation, shown: networks)
        let tables = ReportTables(evaluation: evaluation)
        let reference = evaluation.reference
        let plan = evaluation.plan
        let size = reference.grid.shape.map(String.init).joined(separator: " × ")
        let count = evaluation.trajectoryCount
        var body = """
            <header><h1>\(Markup.escaped(title))</h1><p class="eyebrow">\(Markup.escaped(reference.name)), \
            \(Markup.escaped(reference.split)) split: \(formatCount(count, "trajectory", plural: "trajectories")) of \(size) points, \
            \(formatCount(plan.steps, "frame")) forecast from \(plan.inputFrames), \(plan.scoredSteps) of them scored</p>\((reference.notes ?? []).map { "<p>Note: \(Markup.escaped($0)).</p>" }.joined())</header>
            """
        if let ranking = evaluation.ranking {
            body += ReportPage.ranking(ranking, secondsName: ReportWords.secondsPerFrame)
        }
        body += ReportPage.verdicts(evaluation.judged.map(verdict))
        if !rollouts.isEmpty { body += ReportPlayer(evaluation: evaluation, rollouts: rollouts).section() }
        body += "<h2>Along the rollout</h2>" + ReportPlayer.networkChoice(networks, part: nil) + grid(charts.all())
        if let cost = charts.cost() {
            let words = evaluation.comparisons.map { "<p>\(Markup.escaped($0.sentence()))</p>" }.joined()
            body += "<h2>Error against cost</h2>" + words + grid([cost])
        }
        body += "<h2>Side by side</h2>" + tables.contestants() + tables.details()
        if let marks = tables.marks() { body += "<h2>What the frames mean</h2>" + marks }
        if evaluation.judged.contains(where: { $0.cells.count > 1 }) {
            body +=
                "<h2>By difficulty</h2>" + ReportPage.verdicts(evaluation.judged.map { tables.cells(of: $0) }, "Each")
        }
        body += terms()
        return ReportPage.html("\(title) – rollout report", body: body, script: ReportScript.text)
    }

    /// Writes the page, with a checksum in its last comment.
    ///
    /// - Throws: what writing the file throws.
    public func write(to path: String) throws(DataError) {
        try AtomicFile.write(SealedText.sealed(html(), as: .page), to: path)
    }

    /// The networks that are looked at one after the other: those of the rollouts.
    private var networks: [String] {
        var names: [String] = []
        for rollout in rollouts where !names.contains(rollout.contestant) { names.append(rollout.contestant) }
        return names.isEmpty ? [evaluation.judged[0].name] : names
    }

    private func grid(_ items: [ReportCharts.Item]) -> String {
        let figures = items.map { item in
            """
            <figure class="card"\(item.followsPlayer ? " data-follows" : "")\
            \(item.network.map { " data-network=\"\(Markup.escaped($0))\"" } ?? "")><h3>\(Markup.escaped(item.title))</h3>\
            \(item.svg)\(item.legend)<p>\(Markup.escaped(item.note))</p></figure>
            """
        }
        return #"<div class="charts">"# + figures.joined() + "</div>"
    }

    private func verdict(_ result: ContestantResult) -> String {
        let verdict = result.verdict
        let summary = result.summary
        var facts = summary.validTimes.map { time in
            let interval = time.shareWithoutCrossing == 1 ? "" : " " + ReportText.interval(time.frames)
            let name = "Valid time, error &lt;&nbsp;\(NumberText.short(time.threshold))"
            return ReportPage.fact(name, ReportText.time(time), "frames\(interval)")
        }
        facts.append(
            ReportPage.fact(
                "Error, geometric mean", ReportText.number(summary.error.value), ReportText.interval(summary.error)))
        if let step = summary.oneStepError {
            facts.append(
                ReportPage.fact("One step from the truth", ReportText.number(step.value), ReportText.interval(step)))
        }
        facts.append(ReportPage.fact("Time a frame", ReportText.seconds(result.cost.secondsPerFrame), ""))
        if let comparison = evaluation.comparisons.first(where: { $0.surrogate.name == result.name }) {
            facts.append(ReportPage.fact("Against the solver at equal error", ReportText.speedup(comparison), ""))
        }
        let text = verdict.sentences.map(Markup.escaped).joined(separator: " ")
        return """
            <section class="card verdict \(verdict.outcome.rawValue)">\(ReportPage.icon(verdict.outcome))<div>\
            <h2>\(Markup.escaped(verdict.headline)) <span class="who">\(Markup.escaped(result.name))</span></h2></div>\
            <p>\(text)</p><dl class="facts">\(facts.joined())</dl></section>
            """
    }

    private var energyChannels: String {
        let reference = evaluation.reference
        return reference.energyChannels.map { reference.channels[$0] }.joined(separator: ", ")
    }

    /// What the numbers mean.
    private func terms() -> String {
        let plan = evaluation.plan
        let quantity = evaluation.reference.energyName ?? "energy"
        let entries = [
            (
                "Frames",
                "Counted from 1 after the last of the \(plan.inputFrames) input frame"
                    + "\(plan.inputFrames == 1 ? "" : "s"), which no score contains. One frame is a time of "
                    + "\(NumberText.short(evaluation.reference.frameInterval))."
            ),
            (
                "Error",
                "The nRMSE: ‖prediction − truth‖ / ‖truth‖ over space and channels, each channel in units of its root mean square "
                    + "in training. Errors above \(NumberText.short(RolloutPlan.saturation)) and those after a state that is "
                    + "no number count as \(NumberText.short(RolloutPlan.saturation))."
            ),
            ("VRMSE", "sqrt(mean(error²) / (variance of the truth + 10⁻⁷)) for each channel, then the mean."),
            (
                "Valid time",
                "Until the error first exceeds the threshold, by a straight line between frames. A trajectory that "
                    + "never does counts with the length of the reference."
            ),
            ("Correlation", "Mean-centred over space, channel by channel."),
            (
                "Bands",
                "Thirds of the wavenumbers up to the smallest Nyquist wavenumber. Periodic boxes by Fourier "
                    + "transform, others by cosine transform, which mirrors the field at its walls."
            ),
            ("One step", "The error of single steps from the truth's own frames (teacher-forced)."),
            (
                "Blow-up",
                "The first frame that is no number, or whose norm exceeds "
                    + "\(NumberText.short(RolloutPlan.blowUpFactor)) times the truth's largest."
            ),
            (
                "Drift",
                "Without a blow-up: the \(quantity) over the last tenth of the scored frames off by a quarter, a channel's "
                    + "mean moved by a tenth of its scale, or the smallest scales' variance off tenfold."
            ),
            (
                "Intervals",
                "95 %, by bootstrap over initial states with 1000 replicas, and over seeds where several were "
                    + "trained."
            ),
            (
                "Verdict",
                "Stable: no blow-up, at most a tenth of the rollouts drift, and the error is below those of persistence "
                    + "and of the training mean beyond what other initial states could turn round."
            ),
            (
                "\(quantity.capitalizedFirst) ratio, mean drift",
                "Half the mean square of \(energyChannels) over the truth's at the last scored frame; the largest "
                    + "change of a channel's "
                    + "mean since the start, in the channel's scale."
            ),
        ]
        let list = entries.map { "<dt>\($0.0)</dt><dd>\(Markup.escaped($0.1))</dd>" }.joined()
        return #"<details><summary>What the numbers mean</summary><dl class="terms">\#(list)</dl></details>"#
    }
}
