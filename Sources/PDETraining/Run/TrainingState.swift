import PDEConfig
import PDEData

/// Where a run stands, beside the numbers in tensors: all that is needed to go on as if it had never stopped.
public struct TrainingState: Codable, Equatable, Sendable {
    /// Steps taken.
    public var step = 0
    /// The batch that comes next.
    public var position = BatchPosition()
    /// The sum of the losses since the last validation.
    public var lossSum = 0.0
    /// Their number.
    public var lossCount = 0
    /// The best validation so far.
    public var bestLoss: Double?
    /// Its step.
    public var bestStep = 0
    /// Validations since then.
    public var impatience = 0
    /// The seed of the run.
    public var seed: UInt64
    /// The dataset's fingerprint.
    public var fingerprint: String
    /// Seconds of training so far.
    public var seconds = 0.0
    /// The most memory that tensors took at once, in bytes.
    public var peakBytes = 0
    /// Whether the run is over.
    public var isFinished = false

    init(seed: UInt64, fingerprint: String) {
        self.seed = seed
        self.fingerprint = fingerprint
    }
}

/// One line of `log.jsonl`: how things stood after an epoch that was validated.
public struct LogRecord: Codable, Equatable, Sendable {
    /// Steps and epochs taken.
    public var step, epoch: Int
    /// Mean loss in training since the last record, and of the validation split.
    public var trainLoss, validLoss: Double
    /// The learning rate of the last step.
    public var learningRate: Double
}
