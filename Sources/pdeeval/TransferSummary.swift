import PDECommand
import PDEComparisons
import PDECore
import PDEEvaluation

/// What a transfer study says at its end: a table for each target and network, and the mix that a budget favours.
struct TransferSummary {
    private let result: TransferResult
    private let study: TransferStudy
    private let budget: Double?

    init(_ result: TransferResult, _ study: TransferStudy, budget: Double?) {
        (self.result, self.study, self.budget) = (result, study, budget)
    }

    var text: String {
        var text = result.notes.map { "note: \($0)\n" }.joined()
        for panel in result.panels {
            text += "\(panel.target), \(panel.network)\n" + table(panel).rendered()
            if let budget { text += favoured(panel, budget) }
            text += "\n"
        }
        let seen = result.mixes.reduce(0) { $0 + $1.seen }
        let seconds = result.mixes.reduce(0) { $0 + $1.seconds }
        return text
            + "seen      \(seen == 0 ? "no scored trajectory was trained on" : "\(formatCount(seen)) scored trajectories were trained on: these are no errors on unseen data")\n"
            + "cost      the samples of all mixes together: \(formatDuration(seconds)) of solving, if each mix made its own; the published "
            + "study's took \(formatCount(Int(TransferResult.publishedCoreHours))) core-hours\n"
            + "look      \(study.reportPath), \(study.path)\n"
    }

    private func table(_ panel: TransferResult.Panel) -> TextTable {
        var table = TextTable([
            "", "hard", "others", ReportWords.solverTime, ReportWords.error, ReportWords.oneStep,
            ReportWords.valid(RolloutPlan.errorThresholds[0]), ReportWords.highBand, "factor",
        ])
        for mix in panel.mixes {
            table.append([
                mix.name, "\(mix.hard)", "\(mix.others)", formatDuration(mix.seconds), Self.text(mix.error),
                mix.oneStepError.map { formatSignificant($0.value, digits: 3) } ?? "–",
                formatSignificant(mix.validFrames.value, digits: 3),
                mix.highBandDecades.map { formatSignificant($0.value, digits: 2) } ?? "–",
                panel.factor(of: mix)?.text ?? "–",
            ])
        }
        return table
    }

    private static func text(_ estimate: Estimate) -> String {
        func short(_ value: Double) -> String { formatSignificant(value, digits: 3) }
        guard let lower = estimate.lower, let upper = estimate.upper else { return short(estimate.value) }
        return "\(short(estimate.value)) [\(short(lower)), \(short(upper))]"
    }

    private func favoured(_ panel: TransferResult.Panel, _ budget: Double) -> String {
        guard let mix = panel.favoured(within: budget) else {
            let least = panel.mixes.first.map { formatDuration($0.seconds) } ?? ""
            return "budget    no mix was measured for \(formatDuration(budget)): the cheapest took \(least)\n"
        }
        let others = mix.others > 0 ? " and \(mix.others) of \(mix.filler)" : ""
        let origin = mix.between.count > 1 ? ", expected between \(mix.between.joined(separator: " and "))" : ""
        return "budget    of \(formatDuration(budget)): \(mix.hard) hard samples\(others) (\(mix.way.rawValue)), "
            + "\(formatDuration(mix.seconds)), error \(Self.text(mix.error))\(origin)\n"
    }
}
