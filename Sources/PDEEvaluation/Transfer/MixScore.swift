import Glibc

/// What networks that were trained on one mix of samples came to: the mix, what its samples cost, and the marks on hard trajectories.
public struct MixScore: Codable, Equatable, Sendable {
    /// Its name among the runs, without the seed.
    public var name: String
    /// The dataset of hard samples that it is scored on, and the network.
    public var target, network: String
    /// The levels that fill up, joined by `+`; empty where there are hard samples only.
    public var filler: String
    /// How samples are mixed.
    public var way: Way
    /// Samples of the target's training split, and of others.
    public var hard, others: Int
    /// Measured solver seconds of all of them: the mean of their dataset's training split, times their number.
    public var seconds: Double
    /// Its runs, one a seed.
    public var runs: [RunScore]

    /// How easier samples come into training.
    public enum Way: String, Codable, Sendable {
        /// All together.
        case joint
        /// One after the other: the network of another run is trained further.
        case fineTuned = "fine-tuned"
        /// With shares that change from epoch to epoch.
        case curriculum
    }

    /// A mix and its runs.
    public init(
        name: String, target: String, network: String, filler: String, way: Way, hard: Int, others: Int,
        seconds: Double, runs: [RunScore]
    ) {
        (self.name, self.target, self.network) = (name, target, network)
        (self.filler, self.way, self.hard, self.others) = (filler, way, hard, others)
        (self.seconds, self.runs) = (seconds, runs)
    }

    /// All samples.
    public var samples: Int { hard + others }
    /// The part of hard ones.
    public var fraction: Double { Double(hard) / Double(max(1, samples)) }

    /// The geometric mean of the rollouts' errors over seeds and trajectories.
    public var error: Estimate { mean { log(max($0.error, 1e-12)) }!.mapped { exp($0) } }
    /// The same after one step.
    public var oneStepError: Estimate? { mean { $0.oneStepError.map { log(max($0, 1e-12)) } }?.mapped { exp($0) } }
    /// The mean of the frames with an error below 0.2.
    public var validFrames: Estimate { mean { $0.validFrames }! }
    /// The mean of |log10(E_prediction/E_truth)| in the high third of the wavenumbers.
    public var highBandDecades: Estimate? { mean { $0.highBandDecades } }
    /// Rollouts that blew up.
    public var blowUps: Int { runs.reduce(0) { $0 + $1.marks.count { $0.hasBlownUp } } }
    /// Scored trajectories that runs had been trained on, and all.
    public var seen: Int { runs.reduce(0) { $0 + $1.seen } }

    private func mean(_ value: (TrajectoryMarks) -> Double?) -> Estimate? {
        let values = runs.map { $0.marks.map(value) }
        guard !values.isEmpty, !values.joined().contains(where: { $0 == nil }) else { return nil }
        let numbers = values.map { $0.map { $0! } }
        return numbers.count > 1 ? Bootstrap().mean(ofSeeds: numbers) : Bootstrap().mean(of: numbers[0])
    }
}

/// The marks of one run on all trajectories.
public struct RunScore: Codable, Equatable, Sendable {
    /// Its folder.
    public var folder: String
    /// The CRC-32 of its best state, by which it is known whether it has changed since.
    public var checkpoint: UInt32
    /// Trajectories that it had been trained on.
    public var seen: Int
    /// The marks, trajectory by trajectory: the same ones in all runs.
    public var marks: [TrajectoryMarks]

    /// Marks.
    public init(folder: String, checkpoint: UInt32, seen: Int, marks: [TrajectoryMarks]) {
        (self.folder, self.checkpoint, self.seen, self.marks) = (folder, checkpoint, seen, marks)
    }
}

/// What of a rollout's score a study keeps.
public struct TrajectoryMarks: Codable, Equatable, Sendable {
    /// The geometric mean of the nRMSE over the frames, and of single steps from the truth.
    public var error: Double
    /// The same of single steps from the truth.
    public var oneStepError: Double?
    /// Frames with an nRMSE below 0.2.
    public var validFrames: Double
    /// |log10(E_prediction/E_truth)| in the high third of the wavenumbers.
    public var highBandDecades: Double?
    /// Whether it blew up.
    public var hasBlownUp: Bool

    /// Marks.
    public init(
        error: Double, oneStepError: Double? = nil, validFrames: Double = 0, highBandDecades: Double? = nil,
        hasBlownUp: Bool = false
    ) {
        (self.error, self.oneStepError, self.validFrames) = (error, oneStepError, validFrames)
        (self.highBandDecades, self.hasBlownUp) = (highBandDecades, hasBlownUp)
    }

    /// Of a rollout's score.
    public init(_ score: TrajectoryScore) {
        self.init(
            error: score.error, oneStepError: score.oneStepError, validFrames: score.validTimes[0].frames,
            highBandDecades: score.highBandDecades, hasBlownUp: score.blowUp != nil)
    }
}
