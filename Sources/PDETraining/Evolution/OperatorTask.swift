import PDEConfig

/// From the first frame of a trajectory to the last, in one step.
public struct OperatorTask: EvolutionTask {
    /// Its name.
    public static let kind = "operator"
    /// Other names.
    public static let aliases = ["end-to-end", "first-to-last"]

    /// What the network says.
    public var predict: StepTask.Prediction
    /// Standard deviation of noise on the input, in standard deviations of the state.
    public var noise: Double

    /// A task; by default the last frame itself, without noise.
    public init(predict: StepTask.Prediction = .state, noise: Double = 0) {
        (self.predict, self.noise) = (predict, noise)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.predict, into: &predict)
        try container.decode(.noise, into: &noise, in: Bounds.nonNegative)
    }

    /// One step.
    public var step: StepTask { StepTask(predict: predict, noise: noise) }
    /// All of the trajectory.
    public var spansTrajectory: Bool { true }
}
