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
    /// How that sum stood at the ends of parts of this time; nil in states that did not keep it.
    public var parts: [LossPart]?
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
    /// Seconds of a step as they were measured before the first one; nil where `Budget.seconds` asks for no measurement.
    public var pace: Double?
    /// The most memory that tensors took at once, in bytes.
    public var peakBytes = 0
    /// Whether the run is over.
    public var isFinished = false
    /// What `log.jsonl` held; nil in states that did not keep it.
    public var log: LogExtent?

    init(seed: UInt64, fingerprint: String) {
        self.seed = seed
        self.fingerprint = fingerprint
        log = LogExtent()
    }
}

/// The beginning of `log.jsonl` that a state knows of: what comes behind it is written again.
public struct LogExtent: Codable, Equatable, Sendable {
    /// Its length.
    public var bytes = 0
    /// The CRC-32 of these bytes.
    public var crc32: UInt32 = 0

    /// No bytes.
    init() {}

    /// What the bytes of a log are together with those before them.
    func followed(by text: some Collection<UInt8>) -> LogExtent {
        var checksum = Checksum(continuing: crc32)
        Array(text).withUnsafeBytes { checksum.update($0) }
        var extent = self
        extent.bytes += text.count
        extent.crc32 = checksum.value
        return extent
    }

    /// The bytes of a log that the extent is of; nil when they are not those that were written.
    func part(of log: [UInt8]) -> ArraySlice<UInt8>? {
        guard (0...log.count).contains(bytes) else { return nil }
        let part = log[..<bytes]
        return LogExtent().followed(by: part) == self ? part : nil
    }
}

/// The losses of some steps together.
public struct LossPart: Codable, Equatable, Sendable {
    /// The last of the steps.
    public var step: Int
    /// In a log the mean of their losses; in a state the sum of all since the last validation.
    public var loss: Double
    /// The learning rate of the last of the steps; nil in states, and in logs that did not keep it.
    public var learningRate: Double?
}

extension TrainingState {
    /// How many parts there are from one validation to the next, so that a log of any length stays small.
    private static let partCount = 16

    /// Counts the loss of a step; a part ends after every sixteenth of the steps `between` validations.
    mutating func add(_ loss: Double, between steps: Int) {
        step += 1
        lossSum += loss
        lossCount += 1
        guard lossCount % max(1, steps / Self.partCount) == 0 else { return }
        parts = (parts ?? []) + [LossPart(step: step, loss: lossSum)]
    }

    /// The mean losses of the parts since the last validation, with the learning rate in a step.
    func partMeans(learningRate: (_ step: Int) -> Double) -> [LossPart] {
        var ends = parts ?? []
        if ends.last?.step != step { ends.append(LossPart(step: step, loss: lossSum)) }
        var before = LossPart(step: step - lossCount, loss: 0)
        return ends.map { end in
            defer { before = end }
            return LossPart(
                step: end.step, loss: (end.loss - before.loss) / Double(max(1, end.step - before.step)),
                learningRate: learningRate(end.step - 1))
        }
    }

    /// Forgets the losses so far: what follows is of the next validation.
    mutating func clearLosses() { (lossSum, lossCount, parts) = (0, 0, nil) }
}

/// One line of `log.jsonl`: how things stood after an epoch that was validated.
public struct LogRecord: Codable, Equatable, Sendable {
    /// Steps and epochs taken.
    public var step, epoch: Int
    /// Mean loss in training since the last record, and of the validation split.
    public var trainLoss, validLoss: Double
    /// The learning rate of the last step.
    public var learningRate: Double
    /// The losses of the steps since the last record, in some parts; nil in logs that did not keep them.
    public var parts: [LossPart]?
}

extension TrainingState {
    /// What no run can have come to; nil for a sound state.
    var problem: String? {
        guard
            [
                step, position.epoch, position.batch, lossCount, bestStep, impatience, peakBytes, log?.bytes ?? 0,
            ].allSatisfy({ $0 >= 0 })
        else { return "its training state has negative counts" }
        guard pace.map({ $0 > 0 && $0.isFinite }) ?? true else { return "its steps take no time" }
        return bestStep <= step && position.epoch <= step ? nil : "its training state is ahead of its own step \(step)"
    }
}
