import PDECore
import PDEStudies

/// What `pdetrain --plan` prints.
struct StudyPlan {
    private let study: Study
    private let part: ShardSelection

    init(_ study: Study, _ part: ShardSelection) { (self.study, self.part) = (study, part) }

    var text: String {
        let experiment = study.runs[0].training.experiment
        var lines = ["experiment  \(experiment.name)"]
        var sources: [DatasetSource] = []
        for source in study.runs.compactMap(\.source) where !sources.contains(source) {
            sources.append(source)
            lines.append(
                "dataset     \(source.folder)\(source.exists ? "" : ", which \(source.file ?? "") would make")")
        }
        if part != .all { lines.append("part        \(part)") }
        for (place, run) in study.runs.enumerated() where !part.isExplicit || part.contains(place) {
            lines.append("run         \(run.training.folder), seed \(run.training.seed)")
        }
        let budget = experiment.budget
        lines.append(
            "budget      \(formatCount(budget.epochs, "epoch")) of batches of \(budget.batch)"
                + (budget.steps.map { ", at most \(formatCount($0, "step"))" } ?? "")
                + (budget.seconds.map { ", as many steps as \(formatDuration($0)) hold" } ?? ""))
        return lines.joined(separator: "\n") + "\n"
    }
}
