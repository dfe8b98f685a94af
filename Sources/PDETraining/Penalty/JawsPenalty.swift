import PDEConfig
import PDECore
import PDEOperators
import PDETensor

/// The mean of e⁻ˢ r + s, with s = log σ² from a small head that sees the state around x.
///
/// It is the negative logarithm of a normal density for Jv with a width that is learned. Where the network must answer strongly, at
/// fronts, s grows and the penalty relaxes. The prior (s − s₀)² / 2τ² keeps s from running away where r is near zero.
///
/// Source: "JAWS: Enhancing Long-term Rollout of Neural Operators via Spatially-Adaptive Jacobian Regularization" (2026). Its text was
/// not at hand: the form of the density, the head and the prior are reconstructions from its title and summary.
public struct JawsPenalty: JacobianPenalty {
    /// Its name.
    public static let kind = "jaws"

    /// λ.
    public var weight: Double
    /// Where the prior of s has its mean, and its standard deviation.
    public var priorMean, priorDeviation: Double
    /// Random directions for each sample; as the penalty is linear in r, one is enough.
    public var probes: Int
    /// Hidden values of the head that gives s, and how many points it sees to either side along each axis.
    public var headHidden, headReach: Int

    /// A penalty.
    public init(
        weight: Double = 1e-3, priorMean: Double = 0, priorDeviation: Double = 2, probes: Int = 1,
        headHidden: Int = 32, headReach: Int = 2
    ) {
        (self.weight, self.priorMean, self.priorDeviation) = (weight, priorMean, priorDeviation)
        (self.probes, self.headHidden, self.headReach) = (probes, headHidden, headReach)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.weight, into: &weight, in: Bounds.nonNegative)
        try container.decode(.priorMean, into: &priorMean)
        try container.decode(.priorDeviation, into: &priorDeviation, in: Bounds.positive)
        try container.decode(.probes, into: &probes, in: 1...64)
        try container.decode(.headHidden, into: &headHidden, in: 1...1024)
        try container.decode(.headReach, into: &headReach, in: 0...32)
    }

    /// See `JacobianPenalty`.
    public func check(grid: [Int]) throws(GridMisfit) {
        guard let shortest = grid.min(), shortest >= headReach else {
            throw GridMisfit(
                key: "headReach",
                problem: "\(headReach) points to either side on a grid of "
                    + grid.map(String.init).joined(separator: " × "),
                remedy: "The head can see as many points as the shortest axis has.")
        }
    }

    /// The head.
    public func part<Scalar: Real>(
        _ states: StateChannels, _ initialization: Initialization
    ) -> (any Module<Scalar>)? {
        UncertaintyHead<Scalar>(states, hidden: headHidden, reach: headReach, initialization)
    }

    /// See `JacobianPenalty`.
    public func value<Scalar: Real>(_ probes: inout JacobianProbes<Scalar>) -> Tensor<Scalar> {
        guard let head = probes.part as? UncertaintyHead<Scalar> else { preconditionFailure("jaws needs its head") }
        let r = probes.squares(self.probes)
        let s = head(probes.states.detached)
        let deviation = s - Scalar(priorMean)
        let prior = deviation.squared * Scalar(0.5 / (priorDeviation * priorDeviation))
        return ((-s).exponential * r + s + prior).mean()
    }
}

/// The head of `jaws`: s = log σ² at every place from the state at the points around it along each axis.
public struct UncertaintyHead<Scalar: Real>: Module {
    private var perceptron: Perceptron<Scalar>
    private let offset, factor: Tensor<Scalar>
    private let isPeriodic: [Bool]
    private let reach: Int

    /// A head for states of `channels` × `history` values a point.
    ///
    /// - Parameters:
    ///   - hidden: hidden values of its perceptron.
    ///   - reach: how many points it sees to either side along each axis; at most as many as the grid has.
    package init(_ states: StateChannels, hidden: Int = 32, reach: Int = 2, _ initialization: Initialization) {
        let (mean, deviation) = (states.mean, states.deviation)
        let channels = mean.count
        let inputs = states.history * channels
        let points = 1 + 2 * reach * states.isPeriodic.count
        perceptron = Perceptron(
            "head.", inputs: inputs * points, hidden: hidden, outputs: channels, activation: .gelu, initialization)
        factor = Tensor(
            (0..<inputs).map { Scalar(1 / deviation[$0 % channels]) }, shape: [inputs], on: initialization.backend)
        offset = Tensor(
            (0..<inputs).map { Scalar(-mean[$0 % channels] / deviation[$0 % channels]) }, shape: [inputs],
            on: initialization.backend)
        isPeriodic = states.isPeriodic
        self.reach = reach
    }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        perceptron.visitParameters(path, visit)
    }

    /// s, [samples][grid…][channels].
    package func callAsFunction(_ states: Tensor<Scalar>) -> Tensor<Scalar> {
        let u = states * factor + offset
        var neighbours = [u]
        for (index, isPeriodic) in isPeriodic.enumerated() {
            let axis = index + 1
            let n = u.shape[axis]
            let wide = u.padded(reach, reach, along: axis, with: isPeriodic ? .periodic : .replicate)
            for shift in 0...2 * reach where shift != reach {
                neighbours.append(wide.sliced(shift..<shift + n, along: axis))
            }
        }
        return perceptron(.concatenated(neighbours, along: u.rank - 1))
    }
}
