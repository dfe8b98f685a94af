import PDEConfig

/// From a state of a trajectory to the next, and so on from what the network says.
public struct StepTask: EvolutionTask {
    /// Its name.
    public static let kind = "step"
    /// Other names.
    public static let aliases = ["autoregressive", "evolution", "rollout", "time-stepping"]
    /// Other names of keys.
    public static let keyAliases = [
        "mode": "training", "unroll": "steps", "rollout": "steps", "target": "predict", "timeHistory": "history",
    ]

    /// What the network is trained on.
    public enum Mode: String, Codable, CaseIterable, Sendable {
        /// True states, one step.
        case oneStep = "one-step"
        /// Its own states after some steps without derivatives, one step with (Brandstetter et al. 2022).
        case pushforward
        /// Several steps, with derivatives through all or through `detachEvery` of them.
        case unrolled
        /// Its own states, against one step of the classical solver from them.
        case diverted
    }

    /// What the network says.
    public enum Prediction: String, Codable, CaseIterable, Sendable {
        /// What is added to the last state.
        case change
        /// The state that comes.
        case state
    }

    /// States that go in.
    public var history: Int
    /// Stored frames from one step to the next.
    public var frameStride: Int
    /// What the network says.
    public var predict: Prediction
    /// What the network is trained on.
    public var mode: Mode
    /// Steps of a chain: the most of `pushforward` without derivatives, all of `unrolled` and `diverted`.
    public var steps: Int
    /// Steps after which derivatives are cut; 0 for never.
    public var detachEvery: Int
    /// Standard deviation of noise on the input, in standard deviations of the state.
    public var noise: Double

    private enum CodingKeys: String, CodingKey {
        case history, frameStride, predict
        case mode = "training"
        case steps, detachEvery, noise
    }

    /// A task; by default one step from true states.
    ///
    /// - Parameter steps: 4 if left out where there is more than one step.
    public init(
        history: Int = 1, frameStride: Int = 1, predict: Prediction = .change, mode: Mode = .oneStep,
        steps: Int? = nil, detachEvery: Int = 0, noise: Double = 0
    ) {
        (self.history, self.frameStride, self.predict, self.mode) = (history, frameStride, predict, mode)
        (self.steps, self.detachEvery, self.noise) = (steps ?? (mode == .oneStep ? 1 : 4), detachEvery, noise)
    }

    /// Decodes strictly: unknown keys, wrong types, values out of range and combinations that cannot run are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(mode: try container.decode(.mode, default: .oneStep))
        try container.decode(.history, into: &history, in: 1...64)
        try container.decode(.frameStride, into: &frameStride, in: 1...100_000)
        try container.decode(.predict, into: &predict)
        try container.decode(.steps, into: &steps, in: 1...1000)
        try container.decode(.detachEvery, into: &detachEvery, in: Bounds.nonNegative)
        try container.decode(.noise, into: &noise, in: Bounds.nonNegative)
        if mode == .oneStep && steps != 1 {
            throw ConfigurationError.combination(
                paths: ["steps", "training"], why: "one-step training has one step",
                advice: "set training to unrolled or pushforward, or steps to 1", remedy: ("steps", 1))
        }
        guard detachEvery == 0 || mode == .unrolled else {
            throw ConfigurationError.combination(
                paths: ["detachEvery", "training"], found: "\(detachEvery) and \(mode.rawValue)",
                why: "only unrolled training has derivatives through several steps",
                advice: "leave task.detachEvery out, or set task.training to unrolled")
        }
    }

    /// Whether the network says what changes rather than what comes.
    public var predictsChange: Bool { predict == .change }

    /// Targets in one window of training data.
    var targets: Int {
        switch mode {
        case .oneStep: 1
        case .pushforward: steps + 1
        case .unrolled: steps
        // Validated on the true states of as many steps.
        case .diverted: steps
        }
    }

    /// Itself.
    public var step: StepTask { self }
    /// From frame to frame.
    public var spansTrajectory: Bool { false }
}
