/// How rollouts are made and scored.
public struct EvaluationOptions: Codable, Equatable, Sendable {
    /// Frames that are forecast; those beyond the reference are followed, not scored. Nil ends with the reference.
    public var steps: Int?
    /// Frames given to every contestant and scored for none; nil takes what the most demanding contestant wants, so that
    /// all start at the same time.
    public var inputFrames: Int?
    /// Whether the error of the steepest descent's position is measured: for one-dimensional fields with a shock.
    public var tracksFront: Bool
    /// Frames of each trajectory, evenly spread, from which a single step is made to measure the teacher-forced error.
    public var oneStepSamples: Int
    /// Spectra are taken every so many steps; nil takes about 200 in a rollout.
    public var spectrumEvery: Int?
    /// The seed of the bootstrap.
    public var seed: UInt64

    /// Options; the defaults suit most evaluations.
    public init(
        steps: Int? = nil, inputFrames: Int? = nil, tracksFront: Bool = false, oneStepSamples: Int = 32,
        spectrumEvery: Int? = nil, seed: UInt64 = 0
    ) {
        precondition(steps ?? 1 >= 1, "steps: expected at least 1, got \(steps!)")
        precondition(inputFrames ?? 1 >= 1, "inputFrames: expected at least 1, got \(inputFrames!)")
        precondition(oneStepSamples >= 0, "oneStepSamples: expected 0 or more, got \(oneStepSamples)")
        precondition(spectrumEvery ?? 1 >= 1, "spectrumEvery: expected at least 1, got \(spectrumEvery!)")
        self.steps = steps
        self.inputFrames = inputFrames
        self.tracksFront = tracksFront
        self.oneStepSamples = oneStepSamples
        self.spectrumEvery = spectrumEvery
        self.seed = seed
    }
}

/// The options with every choice made, as they were used.
public struct RolloutPlan: Codable, Equatable, Sendable {
    /// Frames given to every contestant, which are never scored.
    public var inputFrames: Int
    /// Frames that are forecast.
    public var steps: Int
    /// How many of them the reference reaches: metrics that need the truth stop there.
    public var scoredSteps: Int
    /// The steps of which spectra are taken for the curves.
    public var spectrumSteps: [Int]
    /// The steps whose spectra are kept whole.
    public var snapshotSteps: [Int]
    /// Whether the steepest descent is followed.
    public var tracksFront: Bool
    /// Frames from which single steps are made.
    public var oneStepFrames: [Int]
    /// The seed of the bootstrap.
    public var seed: UInt64

    /// Errors above this count as this, and those of frames after a state that is no number too: a mean stays a mean.
    public static let saturation = 1000.0
    /// The nRMSE that ends the valid time.
    public static let errorThresholds = [0.2, 0.5]
    /// The correlation that ends the correlation time.
    public static let correlationThresholds = [0.9, 0.8]
    /// A norm above this multiple of the reference's largest is a blow-up.
    public static let blowUpFactor = 10.0

    init(
        _ options: EvaluationOptions, contestants: [Contestant], reference: ReferenceDescription
    ) throws(EvaluationError) {
        let wanted = contestants.map(\.inputFrames).max() ?? 1
        inputFrames = options.inputFrames ?? wanted
        for contestant in contestants where contestant.inputFrames > inputFrames {
            throw .inputFrames(
                contestant: contestant.name, wanted: contestant.inputFrames, given: inputFrames)
        }
        let available = reference.frameCount - inputFrames
        guard available >= 1 else { throw .tooShort(frames: reference.frameCount, inputFrames: inputFrames) }
        steps = options.steps ?? available
        scoredSteps = min(steps, available)
        let every = options.spectrumEvery ?? max(1, steps / 200)
        spectrumSteps = (1...steps).filter { $0 == 1 || $0 % every == 0 }
        snapshotSteps = Array(Set([1, max(1, scoredSteps / 4), max(1, scoredSteps / 2), scoredSteps, steps])).sorted()
        tracksFront = options.tracksFront && reference.grid.dimensions == 1 && reference.grid.count >= 4
        let count = min(options.oneStepSamples, available)
        let first = inputFrames
        oneStepFrames = (0..<count).map { first + $0 * available / count }
        seed = options.seed
    }
}
