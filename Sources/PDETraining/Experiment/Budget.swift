import PDEConfig

/// How long, and how often one looks.
public struct Budget: Codable, Equatable, Sendable {
    /// Epochs of training.
    public var epochs: Int
    /// The most steps; nil for as many as the epochs have.
    public var steps: Int?
    /// The most seconds of steps; nil for any. Before its first step a run measures what one takes and settles how many there will be, so
    /// that its schedule ends with the time; it keeps the pace, and goes on by it after a stop. Validations are not counted.
    public var seconds: Double?
    /// Windows in a batch.
    public var batch = 20
    /// Epochs from one validation to the next.
    public var validateEvery = 1
    /// Validations without a better result after which training stops; nil for never.
    public var patience: Int?

    /// A budget; by default batches of 20, a validation after every epoch, and no end before the last.
    public init(
        epochs: Int, steps: Int? = nil, seconds: Double? = nil, batch: Int = 20, validateEvery: Int = 1,
        patience: Int? = nil
    ) {
        (self.epochs, self.steps, self.seconds, self.batch) = (epochs, steps, seconds, batch)
        (self.validateEvery, self.patience) = (validateEvery, patience)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        epochs = try container.decode(.epochs, in: Bounds.between(1, 1_000_000))
        steps = try container.decodeIfPresent(.steps, in: Bounds.atLeast(1))
        seconds = try container.decodeIfPresent(.seconds, in: Bounds.between(1e-3, 1e9))
        try container.decode(.batch, into: &batch, in: 1...65536)
        try container.decode(.validateEvery, into: &validateEvery, in: 1...1_000_000)
        patience = try container.decodeIfPresent(.patience, in: Bounds.atLeast(1))
    }
}

extension Budget: KeyAliases {
    /// Other names of keys.
    public static let keyAliases = [
        "batchSize": "batch", "iterations": "steps", "maxSteps": "steps", "earlyStopping": "patience",
        "evaluateEvery": "validateEvery", "time": "seconds", "wallTime": "seconds",
    ]
}
