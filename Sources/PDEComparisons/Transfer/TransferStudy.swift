import PDEConfig
import PDEData
import PDEEvaluation
import PDEHybrids
import PDEStudies
import PDETraining

/// Runs of one folder on mixes of hard and easier samples, scored on hard trajectories and held against what their samples cost.
///
///     let result = try TransferStudy(in: "runs/difficulty-transfer").run()
///
/// Hard is the dataset of `data`; levels with datasets of their own are what fills up. Errors are in the units of the data, and what a network
/// normalises by comes from its training samples. A result that is there is gone on with: runs that have not changed are not scored again.
public struct TransferStudy: Sendable {
    /// The folder.
    public let folder: String
    /// The split of the trajectories.
    public let split: Split
    private let samples, steps: Int?
    private let threads: Int
    private let kinds: Kinds

    /// A study.
    ///
    /// - Parameters:
    ///   - split: of the test split what no run has seen. Of the training split the hard samples that a run's own training takes first: the
    ///     fault of splitting after mixing, on purpose.
    ///   - samples: at most so many trajectories.
    ///   - steps: steps of a rollout; all frames of the data if left out.
    ///   - threads: rollouts at once.
    /// - Throws: `StudyError.noNetwork` where the folder has no runs.
    public init(
        in folder: String, split: Split = .test, samples: Int? = nil, steps: Int? = nil, threads: Int = 1,
        kinds: Kinds = .hybrid
    ) throws(StudyError) {
        _ = try RunFolders.trained(in: folder)
        (self.folder, self.split, self.samples, self.steps) = (folder, split, samples, steps)
        (self.threads, self.kinds) = (threads, kinds)
    }

    /// Where the result is kept.
    public var path: String { "\(folder)/study\(suffix).json" }
    /// Where the report is.
    public var reportPath: String { "\(folder)/report\(suffix).html" }
    private var suffix: String { split == .test ? "" : "-\(split.rawValue)" }

    /// Scores the runs that have not been, and writes `study.json` and `report.html` into the folder.
    ///
    /// - Parameter progress: is told of runs scored, and of all.
    /// - Throws: `EvaluationError.interrupted` after `shouldStop`; what writing throws. A run that cannot be scored stands in the notes.
    public func run(
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> TransferResult {
        let folders = try RunFolders.trained(in: folder)
        let known = knownScores()
        var (mixes, notes): ([MixScore], [String]) = ([], [])
        var costs = SampleCosts()
        for (place, run) in folders.enumerated() {
            progress(place, folders.count)
            do {
                var mix = try mix(of: run, &costs)
                mix.runs = [try score(run, known, shouldStop)]
                if let there = mixes.firstIndex(where: { $0.name == mix.name }) {
                    mixes[there].runs += mix.runs
                } else {
                    mixes.append(mix)
                }
            } catch let error as EvaluationError where error == .interrupted {
                throw error
            } catch {
                notes.append(
                    "\(run): \("\(error)".split(separator: "\n").first.map(String.init) ?? "it cannot be scored")")
            }
        }
        progress(folders.count, folders.count)
        let result = TransferResult(split: split, samples: samples, steps: steps, mixes: mixes, notes: notes)
        try result.write(to: path)
        try TransferReport(title: name(of: folder), result, numbers: name(of: path)).write(to: reportPath)
        return result
    }

    private func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The scores of a result that is there, by checkpoint; none of other trajectories or steps.
    private func knownScores() -> [String: RunScore] {
        guard FileSystem.exists(path), let result = try? TransferResult(path: path),
            (result.samples, result.steps) == (samples, steps), result.format == TransferResult.currentFormat
        else { return [:] }
        return Dictionary(
            result.mixes.flatMap(\.runs).map { ("\($0.folder) \($0.checkpoint)", $0) }, uniquingKeysWith: { $1 })
    }

    /// What a run was trained on, without scores.
    private func mix(of run: String, _ costs: inout SampleCosts) throws -> MixScore {
        try RunFolders.requireNetwork(in: run)
        let trained = try TrainedRun(folder: run, kinds: kinds)
        let (experiment, target) = (trained.model.experiment, trained.model.dataset)
        var parts = try costs.parts(of: experiment, target)
        var way =
            experiment.data.levels.contains { $0.weight.map { $0.from != $0.to } ?? false }
            ? MixScore.Way.curriculum : .joint
        var origin = experiment.from
        while let from = origin {
            let before = try TrainedRun(folder: from, kinds: kinds)
            for part in try costs.parts(of: before.model.experiment, before.model.dataset) {
                if let there = parts.firstIndex(where: { $0.folder == part.folder }) {
                    // Of one dataset the smaller number is among the larger.
                    if part.count > parts[there].count { parts[there] = part }
                } else {
                    parts.append(part)
                }
            }
            (way, origin) = (.fineTuned, before.model.experiment.from)
        }
        let others = parts.filter { $0.folder != target && $0.count > 0 }
        let top = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let parent =
            run.split(separator: "/").last?.hasPrefix("seed-") == true
            ? run.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") : run
        return MixScore(
            name: parent.hasPrefix(top + "/") ? String(parent.dropFirst(top.count + 1)) : name(of: parent),
            target: name(of: target), network: experiment.model.kindName,
            filler: others.map(\.name).joined(separator: "+"), way: way,
            hard: parts.filter { $0.folder == target }.reduce(0) { $0 + $1.count },
            others: others.reduce(0) { $0 + $1.count }, seconds: parts.reduce(0) { $0 + $1.seconds }, runs: [])
    }

    private func score(
        _ run: String, _ known: [String: RunScore], _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> RunScore {
        let trained = try TrainedRun(folder: run, kinds: kinds)
        let checkpoint = try FileSystem.checksum(of: "\(run)/checkpoint/best.safetensors")
        if let score = known["\(run) \(checkpoint)"] { return score }
        let reader = try DatasetReader(path: trained.model.dataset, split: split)
        let chosen = try positions(in: reader, of: run)
        let evaluation = try RunsEvaluation(
            of: [run], on: trained.model.dataset, split: split, positions: chosen, samples: samples, steps: steps,
            hasSolvers: false, inDataUnits: true, threads: threads, kinds: kinds)
        guard case .rollouts(let found, _, _) = try evaluation.run(shouldStop: shouldStop) else {
            throw StudyError.noFrames(run: run)
        }
        let network = found.contestants.first { $0.kind == .surrogate }!
        let seen = Set(trained.record?.trained ?? [])
        let states = Dictionary(uniqueKeysWithValues: zip(reader.sampleNumbers, reader.initialStates))
        return RunScore(
            folder: run, checkpoint: checkpoint,
            seen: network.trajectories.count { (states[$0.label.index] ?? nil).map(seen.contains) ?? false },
            marks: network.trajectories.map { TrajectoryMarks($0) })
    }

    /// The samples of the training split that mixes of the run's seed take first; nil of another split for all.
    private func positions(in reader: DatasetReader, of run: String) throws -> [Int]? {
        guard split == .train, let begun = try Training.begun(in: run, kinds: kinds) else { return nil }
        let most = min(samples ?? .max, reader.sampleCount)
        return try WindowSampler(
            reader, shape: WindowShape(frames: 1), mix: .counts([(SampleLevel("hard"), most)]), seed: begun.seed
        ).samples
    }
}
