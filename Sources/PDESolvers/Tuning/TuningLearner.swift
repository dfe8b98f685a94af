/// Learns which of several arms costs least, from the cost of the arm it chose alone: a bandit.
///
/// It is a value: a copy is a snapshot, encoding it stores one, and a learner that is decoded goes on where it was. Chances
/// come from outside, so that equal states and equal draws choose the same.
public protocol TuningLearner: Codable, Equatable, Sendable {
    /// Number of arms.
    var armCount: Int { get }

    /// The arm to play next.
    ///
    /// - Parameters:
    ///   - context: what is known of the problem beforehand, not NaN; a learner without context ignores it.
    ///   - draw: a number uniform in [0, 1).
    mutating func choose(context: Double, draw: Double) -> Int

    /// Takes in what the chosen arm cost, a finite number. Called once after each `choose`.
    mutating func learn(cost: Double)
}

/// The arm that `draw`, uniform in [0, 1), falls on.
func sampledArm(_ probabilities: [Double], draw: Double) -> Int {
    var rest = draw
    for arm in 0..<probabilities.count - 1 {
        rest -= probabilities[arm]
        if rest < 0 { return arm }
    }
    return probabilities.count - 1
}
