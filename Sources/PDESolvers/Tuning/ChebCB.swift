/// ChebCB: a contextual bandit that fits each arm's cost by a Chebyshev series in the context and explores by inverse gaps.
///
/// With x the context scaled to [−1, 1] and ŷ_i = Σ θ_ij T_j(x) the cost that is expected of arm i, the arm of the least ŷ
/// is played but for the chances 1/(K + γ (ŷ_i − min ŷ)/s) that the others of the K arms have; s is the largest cost so
/// far, and γ = t√t grows with the round t: √t is what Foster & Rakhlin prove bounds with, and the factor t, as in the programs of
/// Khodak et al., spares the exploration that fits of nearly exact costs do not need. θ_i is a least-squares fit to the rounds
/// of arm i. An arm's first rounds do not determine its series: a ridge of weight 0.1 j² for degree j prefers smooth ones, in
/// place of the published bounds |θ_ij| ≤ const/j, and an arm not yet played is expected to cost nothing, so that each is tried.
///
/// - Behaviour: cost approaches that of the best arm for each context.
/// - Good values: degree 5; for a system −∇·(a∇u) + cu = f the logarithm of the shift c as context, since the best ω and
///   the iterations depend on powers of c.
/// - Signs of failure: costs that depend on more than the context, or that jump with it; noise as large as the gaps between
///   arms, which γ leaves little exploration for.
/// - Reference: M. Khodak, E. Chow, M.-F. Balcan & A. Talwalkar, "Learning to relax", ICLR 2024, algorithm 4; the inverse gaps
///   are those of D. Foster & A. Rakhlin, "Beyond UCB", ICML 2020.
public struct ChebCB: TuningLearner {
    /// Number of arms.
    public let armCount: Int
    /// The contexts that are told apart; one outside counts as the nearer end.
    public let contexts: ClosedRange<Double>
    /// The degree of the series.
    public let degree: Int
    /// Rounds learnt from.
    public private(set) var rounds = 0
    /// The probability of each arm in the last round chosen for.
    public private(set) var probabilities: [Double]
    /// θ, [arm][degree].
    private var coefficients: [Double]
    /// ΣTTᵀ and Σ cost T over an arm's rounds: [arm][degree][degree] and [arm][degree].
    private var products, moments: [Double]
    /// T_j(x) of the last context.
    private var features: [Double]
    private var factor: [Double]
    private var expected: [Double]
    private var largestCost = 0.0
    private var chosen = 0

    private static let ridge = 0.1

    /// A learner that knows nothing yet.
    ///
    /// - Throws: `TuningError.noArms`, `TuningError.contextRange`.
    public init(armCount: Int, contexts: ClosedRange<Double>, degree: Int = 5) throws(TuningError) {
        guard armCount > 0 else { throw .noArms }
        guard contexts.lowerBound.isFinite, contexts.upperBound.isFinite, contexts.lowerBound < contexts.upperBound
        else { throw .contextRange(lower: contexts.lowerBound, upper: contexts.upperBound) }
        precondition((0...20).contains(degree), "degree: expected 0...20, got \(degree)")
        let terms = degree + 1
        self.armCount = armCount
        self.contexts = contexts
        self.degree = degree
        probabilities = [Double](repeating: 1 / Double(armCount), count: armCount)
        coefficients = [Double](repeating: 0, count: armCount * terms)
        products = [Double](repeating: 0, count: armCount * terms * terms)
        moments = [Double](repeating: 0, count: armCount * terms)
        features = [Double](repeating: 0, count: terms)
        factor = [Double](repeating: 0, count: terms * terms)
        expected = [Double](repeating: 0, count: armCount)
    }

    /// The arm to play next in a context.
    public mutating func choose(context: Double, draw: Double) -> Int {
        evaluateFeatures(context)
        let terms = degree + 1
        var best = 0
        for arm in 0..<armCount {
            var sum = 0.0
            for j in 0..<terms { sum += coefficients[arm * terms + j] * features[j] }
            expected[arm] = sum
            if sum < expected[best] { best = arm }
        }
        let arms = Double(armCount)
        let gamma = Double(rounds) * Double(rounds).squareRoot() / (largestCost > 0 ? largestCost : 1)
        var others = 0.0
        for arm in 0..<armCount where arm != best {
            probabilities[arm] = 1 / (arms + gamma * (expected[arm] - expected[best]))
            others += probabilities[arm]
        }
        probabilities[best] = 1 - others
        chosen = sampledArm(probabilities, draw: draw)
        return chosen
    }

    /// Takes in what the chosen arm cost.
    public mutating func learn(cost: Double) {
        let terms = degree + 1
        largestCost = max(largestCost, abs(cost))
        rounds += 1
        let (matrix, vector) = (chosen * terms * terms, chosen * terms)
        for i in 0..<terms {
            for j in 0..<terms { products[matrix + i * terms + j] += features[i] * features[j] }
            moments[vector + i] += cost * features[i]
        }
        fit()
    }

    /// T_j(x) by their recurrence.
    private mutating func evaluateFeatures(_ context: Double) {
        let inside = max(contexts.lowerBound, min(context, contexts.upperBound))
        let x = 2 * (inside - contexts.lowerBound) / (contexts.upperBound - contexts.lowerBound) - 1
        features[0] = 1
        if degree > 0 { features[1] = x }
        for j in stride(from: 2, through: degree, by: 1) { features[j] = 2 * x * features[j - 1] - features[j - 2] }
    }

    /// θ of the chosen arm, by Cholesky's method.
    private mutating func fit() {
        let terms = degree + 1
        let (matrix, vector) = (chosen * terms * terms, chosen * terms)
        for j in 0..<terms {
            for i in j..<terms {
                var sum = products[matrix + i * terms + j]
                if i == j { sum += Self.ridge * Double(j * j) + 1e-9 }
                for k in 0..<j { sum -= factor[i * terms + k] * factor[j * terms + k] }
                factor[i * terms + j] = i == j ? max(sum, 1e-12).squareRoot() : sum / factor[j * terms + j]
            }
        }
        for i in 0..<terms {
            var sum = moments[vector + i]
            for k in 0..<i { sum -= factor[i * terms + k] * coefficients[vector + k] }
            coefficients[vector + i] = sum / factor[i * terms + i]
        }
        for i in stride(from: degree, through: 0, by: -1) {
            var sum = coefficients[vector + i]
            for k in i + 1..<terms { sum -= factor[k * terms + i] * coefficients[vector + k] }
            coefficients[vector + i] = sum / factor[i * terms + i]
        }
    }
}
