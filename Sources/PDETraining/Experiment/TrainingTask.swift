import PDEConfig

/// What the network learns to do.
public struct TrainingTask: Codable, Equatable, Sendable {
    /// From which states to which.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// From a state to the next.
        case step
        /// From the first frame to the last.
        case `operator`
    }

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

    /// From which states to which.
    public var kind = Kind.step
    /// States that go in.
    public var history = 1
    /// Stored frames from one step to the next.
    public var frameStride = 1
    /// What the network says.
    public var predict: Prediction
    /// What the network is trained on.
    public var mode = Mode.oneStep
    /// Steps of a chain: the most of `pushforward` without derivatives, all of `unrolled` and `diverted`.
    public var steps: Int
    /// Steps after which derivatives are cut; 0 for never.
    public var detachEvery = 0
    /// Standard deviation of noise on the input, in standard deviations of the state.
    public var noise = 0.0

    private enum CodingKeys: String, CodingKey {
        case kind, history, frameStride, predict
        case mode = "training"
        case steps, detachEvery, noise
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.kind, into: &kind)
        try container.decode(.history, into: &history, in: 1...64)
        try container.decode(.frameStride, into: &frameStride, in: 1...100_000)
        predict = try container.decode(.predict, default: kind == .operator ? .state : .change)
        try container.decode(.mode, into: &mode)
        steps = try container.decode(.steps, in: Bounds.between(1, 1000), default: mode == .oneStep ? 1 : 4)
        try container.decode(.detachEvery, into: &detachEvery, in: Bounds.nonNegative)
        try container.decode(.noise, into: &noise, in: Bounds.nonNegative)
        try validate()
    }

    private func validate() throws(ConfigurationError) {
        if mode == .oneStep && steps != 1 {
            throw .combination(
                paths: ["steps", "training"], why: "one-step training has one step",
                advice: "set training to unrolled or pushforward")
        }
        if kind == .operator, mode != .oneStep || history != 1 || frameStride != 1 {
            throw .combination(
                paths: ["kind", "training", "history", "frameStride"],
                found: "operator with training, history or frameStride",
                why: "from the first frame to the last there is one step", advice: "leave them out, or use step")
        }
        guard detachEvery == 0 || mode == .unrolled else {
            throw .combination(
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
}

extension TrainingTask: KeyAliases {
    /// Other names of keys.
    public static let keyAliases = [
        "mode": "training", "unroll": "steps", "rollout": "steps", "target": "predict", "timeHistory": "history",
    ]
}
