/// Why a choice among solvers cannot be set up or learnt from.
public enum TuningError: Error, Equatable, CustomStringConvertible {
    /// There is nothing to choose among.
    case noArms
    /// The learner chooses among another number of arms.
    case armCount(arms: Int, learner: Int)
    /// ω of an arm is not between 0 and 2.
    case overRelaxation(arm: Int, value: Double)
    /// The range of contexts is not finite, or is a point.
    case contextRange(lower: Double, upper: Double)
    /// The context is not a number.
    case context
    /// What an arm cost is not a finite number.
    case cost(arm: Int, value: Double)

    /// What is wrong, where, and what would be right.
    public var description: String {
        switch self {
        case .noArms: "nothing to choose among: expected at least one arm"
        case .armCount(let arms, let learner):
            "the learner chooses among \(learner) arms and there are \(arms): give it armCount \(arms)"
        case .overRelaxation(let arm, let value):
            "ω of arm \(arm) is \(value): expected a number above 0 and below 2, such as 1 to 1.95"
        case .contextRange(let lower, let upper):
            "the contexts go from \(lower) to \(upper): expected finite numbers, the first below the second; "
                + "for the logarithm of a shift give those of its least and its largest value"
        case .context: "the context is not a number: expected a number, such as the logarithm of the shift"
        case .cost(let arm, let value):
            "arm \(arm) cost \(value): expected a finite number; give a solve that failed the cost of the limit"
        }
    }
}
