import PDECommand
import PDECore
import PDEStudies
import PDETraining

/// What `pdetrain --plan` prints.
struct StudyPlan {
    private let study: Study
    private let part: ShardSelection

    init(_ study: Study, _ part: ShardSelection) { (self.study, self.part) = (study, part) }

    /// - Throws: what looking at the runs' folders throws.
    func text() throws -> String {
        let forecast = study.runs.count > 1 ? try StudyForecast(study) : nil
        let experiment = study.runs[0].training.experiment
        var lines = ["experiment  \(experiment.name)"]
        var sources: [DatasetSource] = []
        for source in study.runs.flatMap(\.sources) where !sources.contains(source) {
            sources.append(source)
            lines.append(
                "dataset     \(source.folder)\(source.exists ? "" : ", which \(source.file ?? "") would make")")
        }
        if part != .all { lines.append("part        \(part)") }
        for (place, run) in study.runs.enumerated() where !part.isExplicit || part.contains(place) {
            lines.append(
                "run         \(run.training.folder), seed \(run.training.seed)\(words(forecast?.standings[place]))")
        }
        let budget = experiment.budget
        lines.append(
            "budget      \(formatCount(budget.epochs, "epoch")) of batches of \(budget.batch)"
                + (budget.steps.map { ", at most \(formatCount($0, "step"))" } ?? "")
                + (budget.seconds.map { ", as many steps as \(formatDuration($0)) hold" } ?? ""))
        if let forecast { lines += left(forecast) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func words(_ standing: Training.Standing?) -> String {
        switch standing {
        case .finished: ", finished"
        case .begun: ", begun"
        case .held(let holder): ", trained by \(holder)"
        case .new, nil: ""
        }
    }

    /// What is left, and how long it will take.
    private func left(_ forecast: StudyForecast) -> [String] {
        var lines: [String] = []
        if forecast.making > 0 {
            lines.append("making      about \(formatDuration(forecast.making)) for datasets that are missing")
        }
        let unknown = forecast.unknown == 0 ? "" : "; of \(forecast.unknown) it is known when their datasets are there"
        let time = forecast.training > 0 ? ", about \(formatDuration(forecast.training)) one after the other" : ""
        lines.append("left        \(forecast.left) of \(formatCount(study.runs.count, "run"))\(time)\(unknown)")
        return lines
    }
}
