import PDECommand
import PDECore
import PDEStudies

/// The last words on a study of which runs are open: how many, who has them, and what to do; none where all are finished.
struct StudySummary {
    private let study: Study
    private let outcome: Study.Outcome
    private let part: ShardSelection

    init(_ study: Study, _ outcome: Study.Outcome, _ part: ShardSelection) {
        (self.study, self.outcome, self.part) = (study, outcome, part)
    }

    var text: String {
        let (elsewhere, missing, total) = (outcome.elsewhere, outcome.missing, study.runs.count)
        let open = elsewhere.count + missing.count + outcome.failed.count
        guard open > 0 else { return "" }
        var lines = ["\(study.folder): unfinished, \(total - open) of \(formatCount(total, "run")) there"]
        if let notice = part.notice { lines.append("  part      \(notice)") }
        if !elsewhere.isEmpty {
            let holders = Set(elsewhere.values).sorted().joined(separator: ", ")
            lines.append("  elsewhere \(formatCount(elsewhere.count, "run")) trained by \(holders)")
        }
        if !missing.isEmpty {
            lines.append(
                "  missing   \(formatCount(missing.count, "run")) that nobody trains: \(part.wayOut(missing)); "
                    + "--resume goes on with begun ones")
        }
        for (place, error) in outcome.failed {
            let reason = "\(error)".split(separator: "\n").first.map(String.init) ?? "an error"
            lines.append("  failed    \(study.runs[place].training.folder): \(reason)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
