import PDECommand
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDEStudies

/// What `--plan` prints: what would be made, and its cost in time, memory and disk.
struct PlanReport {
    private let generation: Generation
    private let threads: Int
    private let selection: ShardSelection

    init(_ generation: Generation, threads: Int, selection: ShardSelection) {
        self.generation = generation
        self.threads = threads
        self.selection = selection
    }

    /// - Throws: `GenerationError` when there is not the memory for one sample at a time.
    func text() throws -> String {
        let description = generation.description
        let share = selection.count.map { (selection.index, $0) } ?? (0, 1)
        let (shards, samples) = generation.plan.share(share.0, of: share.1)
        let memory = try MemoryPlan(generation, threads: threads, samples: samples)
        let estimate = CostEstimate(generation)
        let splits = generation.recipe.splits.sorted { $0.split < $1.split }.map {
            "\($0.indices.count) \($0.split.rawValue)"
        }
        let fields = description.fields.map { field in
            "\(field.name) " + description.shape(of: field).map { "\($0)" }.joined(separator: " × ")
        }
        let clouds = description.particles.map { cloud in
            "particles \(cloud.name) " + description.shape(of: cloud).map { "\($0)" }.joined(separator: " × ")
        }
        var table = TextTable(["", ""], alignments: [.left, .left], rule: false)
        table.append(["dataset", "\(generation.folder.path): \(description.title)"])
        table.append(["equation", generation.recipe.problem.profile.formula])
        table.append([
            "samples",
            "\(samples) (\(splits.joined(separator: ", "))) in \(formatCount(shards, "shard")); \(selection)",
        ])
        table.append([
            "a sample",
            "\((fields + clouds).joined(separator: ", ")), float32, \(formatBytes(description.bytesPerSample))",
        ])
        table.append([
            "solver",
            generation.gridText
                + (estimate.failure == nil ? estimate.steps.map(steps) ?? "" : ""),
        ])
        if let failure = estimate.failure {
            table.append(["warning", "a sample was refused in every draw: \(failure)"])
        }
        if let grids = estimate.grids { table.append(["accuracy", "of some samples, \(grids)"]) }
        table.append(["time", time(estimate, samples, memory.threads) + basis(estimate)])
        let largest = generation.plan.largest
        table.append([
            "a shard",
            "\(formatCount(largest, "sample")), \(formatBytes(largest * description.bytesPerSample)), "
                + "\(time(estimate, largest, min(memory.threads, largest))); a run that is ended keeps its finished samples",
        ])
        table.append(["memory", formatBytes(memory.bytes)])
        table.append(["disk", formatBytes(samples * description.bytesPerSample)])
        let recipe = generation.resolved.serialized()
        return table.rendered() + "\nThe resolved recipe:\n\(recipe)\n"
    }

    private func steps(_ count: Int) -> String {
        ", \(formatCount(count, generation.recipe.problem.profile.stepName)) a sample"
    }

    private func time(_ estimate: CostEstimate, _ samples: Int, _ threads: Int) -> String {
        guard let seconds = estimate.seconds(samples: samples, workers: min(threads, Processor.usableCoreCount)) else {
            return "not measured: the solver of one sample takes more memory than a plan may"
        }
        let total = "\(formatDuration(seconds)) on \(formatCount(threads, "thread"))"
        guard case .part(let share, _) = estimate.extent else { return total }
        return "\(share > 0 ? "about" : "at least") \(total)"
    }

    /// What an estimate of time comes from.
    private func basis(_ estimate: CostEstimate) -> String {
        switch estimate.extent {
        case .none: ""
        case .whole: " (one sample took \(formatDuration(estimate.seconds ?? 0)))"
        case .part(let share, let spent):
            share > 0
                ? " (\(formatDuration(spent)) made \(formatSignificant(100 * share, digits: 2)) % of one sample)"
                : " (\(formatDuration(spent)) were too short for a measurable part of one sample)"
        }
    }
}
