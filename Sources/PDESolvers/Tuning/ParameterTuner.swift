import PDECore

/// A learner with the chances it needs: chooses an arm for every problem of a sequence and learns from what it cost.
///
/// For any solver with a parameter, in any implicit stepper:
///
///     let arm = try tuner.choose(context: log(shift))
///     … solve with values[arm] …
///     try tuner.learn(cost: Double(iterations))
///
/// The chance of step n is a function of seed, index and n, so that choices depend on these and on the costs alone. The tuner
/// is a value: a copy, or its encoding, is a snapshot to go on from.
public struct ParameterTuner<Learner: TuningLearner>: Codable, Equatable, Sendable {
    /// What it has learnt.
    public private(set) var learner: Learner
    /// Problems chosen for and learnt from.
    public private(set) var step = 0
    /// The arm of the last choice.
    public private(set) var arm = 0
    private let stream: RandomStream

    /// A tuner at the start of a sequence.
    ///
    /// - Parameters:
    ///   - learner: as a rule one that knows nothing yet.
    ///   - seed: of the chances.
    ///   - index: tells sequences of one seed apart.
    public init(_ learner: Learner, seed: UInt64, index: Int = 0) {
        self.learner = learner
        stream = RandomStream(seed: seed, index: index, purpose: "solver tuning")
    }

    /// The arm for the next problem.
    ///
    /// - Parameter context: what the learner goes by; one without context ignores it.
    /// - Throws: `TuningError.context` when it is NaN.
    public mutating func choose(context: Double = 0) throws(TuningError) -> Int {
        guard !context.isNaN else { throw .context }
        return next(context)
    }

    /// Takes in what the arm of the last choice cost.
    ///
    /// - Throws: `TuningError.cost` when it is not finite; nothing has changed then.
    public mutating func learn(cost: Double) throws(TuningError) {
        guard cost.isFinite else { throw .cost(arm: arm, value: cost) }
        take(cost)
    }

    mutating func next(_ context: Double) -> Int {
        arm = learner.choose(context: context, draw: stream.uniform(at: UInt32(truncatingIfNeeded: step)))
        return arm
    }

    mutating func take(_ cost: Double) {
        learner.learn(cost: cost)
        step += 1
    }
}
