import PDEConfig
import PDECore
import PDETensor

/// Adam, with weight decay as a part of the gradient (Kingma & Ba 2015).
public struct Adam: UpdateRule {
    /// Its name.
    public static let kind = "adam"
    /// Other names of keys.
    public static let keyAliases = AdamNumbers.keyAliases

    /// Its numbers.
    public var numbers: AdamNumbers

    /// Adam with these numbers.
    public init(_ numbers: AdamNumbers) { self.numbers = numbers }
    /// Adam; by default as it was published, without decay.
    public init(weightDecay: Double = 0, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        self.init(AdamNumbers(weightDecay: weightDecay, beta1: beta1, beta2: beta2, epsilon: epsilon))
    }
    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws { numbers = try AdamNumbers(from: decoder) }
    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws { try numbers.encode(to: encoder) }

    /// Both running means.
    public var numbersPerParameter: Double { 2 }

    /// See `UpdateRule`.
    public func updater<Scalar: Real>(of group: ParameterGroup<Scalar>) -> any Updater<Scalar> {
        AdamUpdater(numbers, group) { update, _ in update.coupledDecay = numbers.weightDecay }
    }
}

/// The numbers of Adam and its relatives.
public struct AdamNumbers: Codable, Equatable, Sendable {
    /// Weight decay.
    public var weightDecay: Double
    /// Decay rates of the first and second moment of the gradient.
    public var beta1, beta2: Double
    /// What keeps quotients finite.
    public var epsilon: Double

    static let keyAliases = ["wd": "weightDecay", "decay": "weightDecay", "l2": "weightDecay", "eps": "epsilon"]

    /// Numbers; by default those that were published, without decay.
    public init(weightDecay: Double = 0, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        (self.weightDecay, self.beta1, self.beta2, self.epsilon) = (weightDecay, beta1, beta2, epsilon)
    }

    /// Decodes strictly: wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws { try self.init(from: decoder, defaults: AdamNumbers()) }

    /// Decodes strictly, with what shall be meant where a key is left out.
    init(from decoder: any Decoder, defaults: AdamNumbers) throws {
        self = defaults
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.weightDecay, into: &weightDecay, in: 0...1)
        try container.decode(.beta1, into: &beta1, in: 0..<1)
        try container.decode(.beta2, into: &beta2, in: 0..<1)
        try container.decode(.epsilon, into: &epsilon, in: Bounds.positive)
    }
}

/// The running means of the gradient and its square, and the step along their quotient.
final class AdamUpdater<Scalar: Real>: Updater {
    private let numbers: AdamNumbers
    private let decay: (_ update: inout AdamUpdate, _ learningRate: Double) -> Void
    private let parameters: [NamedTensor<Scalar>]
    private let means, squares: [Tensor<Scalar>]
    private let pieces: TensorPieces

    /// - Parameter decay: says how an update makes parameters smaller.
    init(
        _ numbers: AdamNumbers, _ group: ParameterGroup<Scalar>,
        decay: @escaping (_ update: inout AdamUpdate, _ learningRate: Double) -> Void
    ) {
        self.numbers = numbers
        self.decay = decay
        parameters = group.parameters
        means = parameters.map(\.value.zeros)
        squares = parameters.map(\.value.zeros)
        pieces = TensorPieces(of: parameters.map(\.value))
    }

    var state: [NamedTensor<Scalar>] {
        zip(parameters, means).map { ("adam.mean/" + $0.name, $1) }
            + zip(parameters, squares).map { ("adam.square/" + $0.name, $1) }
    }

    func update(_ gradients: [Tensor<Scalar>], _ step: UpdateStep) {
        var update = AdamUpdate(
            step: step.number, learningRate: step.learningRate, beta1: numbers.beta1, beta2: numbers.beta2,
            epsilon: numbers.epsilon)
        decay(&update, step.learningRate)
        update.gradientScale = step.gradientScale
        let change = update
        pieces.forEach(step.team) { index, range in
            let start = range.lowerBound
            Scalar.adam(
                parameters[index].value.pointer + start, gradient: gradients[index].pointer + start,
                mean: means[index].pointer + start, square: squares[index].pointer + start, count: range.count, change)
        }
    }
}
