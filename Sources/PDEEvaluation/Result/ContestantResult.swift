/// What a contestant's rollouts took.
public struct RolloutCost: Codable, Equatable, Sendable {
    /// Seconds of wall clock that the contestant took for a frame, the mean over all rollouts.
    public var secondsPerFrame: Double
    /// Seconds of wall clock that scoring a frame took on top; reading the reference is not counted.
    public var scoringSecondsPerFrame: Double
    /// How many frames were forecast.
    public var frames: Int
    /// How many rollouts ran at once.
    public var threads: Int

    /// Times.
    public init(secondsPerFrame: Double, scoringSecondsPerFrame: Double, frames: Int, threads: Int) {
        self.secondsPerFrame = secondsPerFrame
        self.scoringSecondsPerFrame = scoringSecondsPerFrame
        self.frames = frames
        self.threads = threads
    }
}

/// All that was found out about one contestant.
public struct ContestantResult: Codable, Equatable, Sendable {
    /// Its name.
    public var name: String
    /// What kind of thing it is.
    public var kind: Contestant.Kind
    /// The name shared by surrogates that differ in their seed only.
    public var group: String?
    /// What it comes to.
    public var verdict: Verdict
    /// What it took.
    public var cost: RolloutCost
    /// The marks of all trajectories together.
    public var summary: Summary
    /// The marks by cell of difficulty, in the order of the numbers in the cells' names.
    public var cells: [CellSummary]
    /// Quantities along the rollout.
    public var curves: CurveSet
    /// Spectra at a few steps.
    public var spectra: [SpectrumSnapshot]
    /// The marks of every trajectory.
    public var trajectories: [TrajectoryScore]

    init(
        _ contestant: Contestant, traces: [RolloutTrace], labels: [TrajectoryLabel], plan: RolloutPlan,
        shells: SpectralShells, reference: ReferenceDescription, threads: Int
    ) {
        let bootstrap = Bootstrap(seed: plan.seed)
        let scores = zip(traces, labels).map { TrajectoryScore($0, label: $1) }
        name = contestant.name
        kind = contestant.kind
        group = contestant.group
        trajectories = scores
        let summary = Summary(scores, bootstrap: bootstrap)
        self.summary = summary
        cells = TrajectoryLabel.cells(of: labels).map { name in
            CellSummary(
                cell: name, summary: Summary(scores.filter { $0.label.cell == name }, bootstrap: bootstrap))
        }
        curves = CurveSet(traces, plan: plan)
        spectra = SpectrumSnapshot.all(traces, plan: plan, shells: shells)
        verdict = Verdict(scores, summary: summary, against: [], plan: plan, reference: reference)
        let frames = traces.reduce(0) { $0 + $1.forecastFrames }
        cost = RolloutCost(
            secondsPerFrame: traces.reduce(0) { $0 + $1.forecastSeconds } / Double(frames),
            scoringSecondsPerFrame: traces.reduce(0) { $0 + $1.scoringSeconds } / Double(frames),
            frames: frames, threads: threads)
    }

    /// Judges again, beside baselines.
    mutating func judge(beside baselines: [ContestantResult], plan: RolloutPlan, reference: ReferenceDescription) {
        let bootstrap = Bootstrap(seed: plan.seed)
        verdict = Verdict(
            trajectories, summary: summary,
            against: baselines.map { BaselineComparison(self, $0, bootstrap: bootstrap) }, plan: plan,
            reference: reference)
    }
}
