import PDEData
import PDEStudies
import PDETraining

/// Measured solver seconds of the samples that runs are trained on, from the manifests of their datasets.
struct SampleCosts {
    /// What a run takes of one dataset.
    struct Part {
        let folder, name: String
        let count: Int
        let seconds: Double
    }

    private var manifests: [String: Manifest] = [:]

    /// What an experiment takes of its dataset and of those of its levels: everything, so many samples, or so many of each level.
    /// - Throws: `StudyError.manifest` where a dataset has none.
    mutating func parts(of experiment: Experiment, _ target: String) throws -> [Part] {
        let levels = experiment.data.levels
        guard !levels.isEmpty else {
            return [try part(target, "all", within: [:], count: experiment.data.train)]
        }
        return try levels.map { level in
            // A level without a share is not drawn from.
            let count = level.weight.map { $0.most > 0 } ?? true ? level.count : 0
            return try part(level.folder ?? target, level.name, within: level.bounds, count: count)
        }
    }

    private mutating func part(
        _ folder: String, _ name: String, within bounds: [String: ClosedRange<Double>], count: Int?
    ) throws -> Part {
        if manifests[folder] == nil {
            guard let manifest = try DatasetFolder(path: folder, name: "").manifest() else {
                throw StudyError.manifest(
                    path: folder, problem: "it has no manifest, so that nobody knows what its samples cost")
            }
            manifests[folder] = manifest
        }
        let records = manifests[folder]!.shards.filter { $0.id.split == .train }.flatMap(\.samples).filter { record in
            record.failure == nil && bounds.allSatisfy { record.difficulty[$0].map($1.contains) ?? true }
        }
        let number = count ?? records.count
        let mean = records.reduce(0) { $0 + $1.wallTime } / Double(max(1, records.count))
        return Part(folder: folder, name: name, count: number, seconds: mean * Double(number))
    }
}
