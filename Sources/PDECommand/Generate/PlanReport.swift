import PDEConfig
import PDECore
import PDEData
import PDEGeneration

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

    func text() -> String {
        let description = generation.description
        let shards = generation.plan.enumerated().filter { selection.contains($0.offset) }.map(\.element)
        let samples = shards.reduce(0) { $0 + $1.indices.count }
        let largest = shards.map(\.indices.count).max() ?? 0
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
        // The window of finished samples, and a shard as it is assembled and copied.
        let workers = max(1, min(threads, samples))
        let memory =
            (min(4 * workers, samples) + 2 * largest) * description.bytesPerSample + workers * estimate.workspaceBytes
        var table = TextTable(["", ""], alignments: [.left, .left], rule: false)
        table.append(["dataset", "\(generation.folder.path): \(description.title)"])
        table.append(["equation", generation.recipe.problem.formula])
        table.append([
            "samples",
            "\(samples) (\(splits.joined(separator: ", "))) in \(formatCount(shards.count, "shard")); \(selection)",
        ])
        table.append([
            "a sample",
            "\((fields + clouds).joined(separator: ", ")), float32, \(formatBytes(description.bytesPerSample))",
        ])
        table.append([
            "solver",
            generation.gridText
                + (estimate.failure == nil
                    ? ", \(formatCount(estimate.steps)) \(generation.recipe.problem.stepsName) a sample" : ""),
        ])
        if let failure = estimate.failure {
            table.append(["warning", "the first sample was refused in every draw: \(failure)"])
        }
        table.append([
            "time",
            formatDuration(estimate.seconds(samples: samples, workers: min(workers, Processor.usableCoreCount)))
                + " on \(formatCount(workers, "thread")) (one sample took \(formatDuration(estimate.seconds)))",
        ])
        table.append(["memory", formatBytes(memory)])
        table.append(["disk", formatBytes(samples * description.bytesPerSample)])
        let recipe = generation.resolved.serialized()
        return table.rendered() + "\nThe resolved recipe:\n\(recipe)\n"
    }
}
