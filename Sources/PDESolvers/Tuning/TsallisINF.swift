/// Tsallis-INF: a bandit whose cost approaches that of the best fixed arm, whether costs are random or chosen by an adversary.
///
/// Before round t, arm i has probability p_i = 4 (η (k_i/s − x))⁻², with η = 2/√t and x such that they sum to 1; the arm
/// played adds (cost − least cost)/p_i to its k_i, and s is the mean of cost − least cost so far, which makes costs about 1
/// in size.
///
/// - Behaviour: regret grows as √(t K) over t rounds of K arms; against one fixed gap between arms, as log t.
/// - Good values: 20 values of ω from 1 to 1.95. The least cost is 1 for iterations and 0 for seconds.
/// - Signs of failure: few rounds. 20 arms take some thousand before choices settle, and the best arm must not depend on
///   what changes along the sequence; where it does, see `ChebCB`.
/// - Reference: J. Zimmert & Y. Seldin, "Tsallis-INF: an optimal algorithm for stochastic and adversarial bandits", J. Mach.
///   Learn. Res. 22 (2021), with importance-weighted costs; for solvers M. Khodak, E. Chow, M.-F. Balcan & A. Talwalkar,
///   "Learning to relax", ICLR 2024.
public struct TsallisINF: TuningLearner {
    /// What an arm costs at least.
    public let leastCost: Double
    /// Rounds learnt from.
    public private(set) var rounds = 0
    /// p of each arm in the last round chosen for.
    public private(set) var probabilities: [Double]
    /// k of each arm.
    private var losses: [Double]
    private var costSum = 0.0
    private var chosen = 0

    /// A learner that knows nothing yet.
    ///
    /// - Throws: `TuningError.noArms`.
    public init(armCount: Int, leastCost: Double = 1) throws(TuningError) {
        guard armCount > 0 else { throw .noArms }
        precondition(leastCost.isFinite, "leastCost: expected a finite number, got \(leastCost)")
        self.leastCost = leastCost
        probabilities = [Double](repeating: 1 / Double(armCount), count: armCount)
        losses = [Double](repeating: 0, count: armCount)
    }

    /// Number of arms.
    public var armCount: Int { losses.count }

    /// The arm to play next, whatever the context.
    public mutating func choose(context: Double, draw: Double) -> Int {
        let scale = rounds > 0 && costSum > 0 ? costSum / Double(rounds) : 1
        Self.fill(&probabilities, losses: losses, scale: scale, rate: 2 / Double(rounds + 1).squareRoot())
        chosen = sampledArm(probabilities, draw: draw)
        return chosen
    }

    /// Takes in what the chosen arm cost.
    public mutating func learn(cost: Double) {
        let loss = cost - leastCost
        losses[chosen] += loss / probabilities[chosen]
        costSum += loss
        rounds += 1
    }

    /// p_i = 4 (η (k_i/s − x))⁻², x by Newton's method.
    package static func fill(_ probabilities: inout [Double], losses: [Double], scale: Double, rate: Double) {
        var least = losses[0]
        for loss in losses { least = min(least, loss) }
        // Σp is convex and increasing in x below the least k, and at least 1 here: Newton's steps go down to the root.
        var x = least / scale - 2 / rate
        for _ in 0..<60 {
            var (sum, slope) = (0.0, 0.0)
            for arm in losses.indices {
                let root = 2 / (rate * (losses[arm] / scale - x))
                probabilities[arm] = root * root
                sum += root * root
                slope += root * root * root
            }
            if sum - 1 <= 1e-14 * Double(losses.count) { break }
            x -= (sum - 1) / (rate * slope)
        }
        var sum = 0.0
        for probability in probabilities { sum += probability }
        for arm in probabilities.indices { probabilities[arm] /= sum }
    }
}
