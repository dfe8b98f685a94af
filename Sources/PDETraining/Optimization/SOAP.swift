import PDEConfig
import PDECore
import PDEOperators
import PDETensor

/// SOAP: Adam in a basis of each axis in which gradients are least correlated.
///
/// For an axis k of n_k ≤ `largestAxis` places, S_k ← β S_k + (1 − β) G_(k) G_(k)ᵀ, where G_(k) is the gradient with axis k as rows,
/// and Q_k is a basis of S_k's eigenvectors. Adam's means are those of G ×_k Q_kᵀ, and its step is turned back. The first call only
/// makes bases. After every `basisInterval` steps Q_k's columns are sorted by Q_kᵀ S_k Q_k's diagonal, the largest first, and
/// Q_k ← QR(S_k Q_k), one step of orthogonal iteration; the means follow into the new basis. Weight decay is AdamW's.
///
/// **Axes.** A matrix has two, a convolution three: kernel points as one, so that the basis holds shapes of kernels, channels in and
/// channels out. Complex weights [modes…][2][in][out] get bases of channels alone, shared by all modes and by both parts: a change of
/// the channels' basis commutes with the Fourier transform, and modes, whose gradients differ by orders of magnitude, stay what
/// Adam's second moments tell apart. Biases and scales are Adam's, with the same numbers.
///
/// Source: N. Vyas et al., "SOAP: Improving and stabilizing Shampoo using Adam" (2024). Good values: learning rate 3e-3, and for
/// physics-informed networks `basisInterval` 2. A convolution or a matrix is one thread's work.
public struct SOAP: UpdateRule {
    /// Its name.
    public static let kind = "soap"
    /// Other names of keys.
    public static let keyAliases = AdamNumbers.keyAliases.merging([
        "shampooBeta": "statisticsBeta", "beta3": "statisticsBeta", "preconditionFrequency": "basisInterval",
        "preconditioningFrequency": "basisInterval", "frequency": "basisInterval", "maxPrecondDim": "largestAxis",
        "maxPreconditionerDim": "largestAxis",
    ]) { $1 }

    /// Steps from one change of the bases to the next.
    public var basisInterval: Int
    /// The longest axis that gets a basis.
    public var largestAxis: Int
    /// β, the weight of the statistics' past.
    public var statisticsBeta: Double
    /// Adam's numbers.
    public var numbers: AdamNumbers

    /// The numbers of Adam that it was published with.
    public static let publishedNumbers = AdamNumbers(weightDecay: 0.01, beta1: 0.95, beta2: 0.95)

    /// SOAP; by default as it was published.
    public init(
        basisInterval: Int = 10, largestAxis: Int = 10000, statisticsBeta: Double = 0.95,
        _ numbers: AdamNumbers = SOAP.publishedNumbers
    ) {
        (self.basisInterval, self.largestAxis) = (basisInterval, largestAxis)
        (self.statisticsBeta, self.numbers) = (statisticsBeta, numbers)
    }

    private enum CodingKeys: String, CodingKey { case basisInterval, largestAxis, statisticsBeta }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init(try AdamNumbers(from: decoder, defaults: SOAP.publishedNumbers))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.basisInterval, into: &basisInterval, in: Bounds.atLeast(1))
        try container.decode(.largestAxis, into: &largestAxis, in: 1...32768)
        try container.decode(.statisticsBeta, into: &statisticsBeta, in: 0..<1)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(basisInterval, forKey: .basisInterval)
        try container.encode(largestAxis, forKey: .largestAxis)
        try container.encode(statisticsBeta, forKey: .statisticsBeta)
        try numbers.encode(to: encoder)
    }

    /// Both running means, and statistics and bases of both axes as square matrices have them; wide networks' convolutions and complex
    /// weights have less.
    public var numbersPerParameter: Double { 6 }

    /// See `UpdateRule`.
    public func updater<Scalar: Real>(of group: ParameterGroup<Scalar>) -> any Updater<Scalar> {
        SOAPUpdater(self, group)
    }
}

private final class SOAPUpdater<Scalar: Real>: Updater {
    private let rule: SOAP
    private let tensors: [RotatedTensor<Scalar>]
    private let others: any Updater<Scalar>
    private let otherPlaces: [Int]
    /// Parts of tensors, the largest first.
    private let items: [(tensor: Int, part: Int)]
    /// One for each worker, made in the first step.
    private var workspaces: [RotationWorkspace<Scalar>] = []

    init(_ rule: SOAP, _ group: ParameterGroup<Scalar>) {
        self.rule = rule
        let tensors = group.parameters.indices.compactMap { place in
            RotatedTensor(place, group.parameters[place], group.forms[place], longest: rule.largestAxis)
        }
        otherPlaces = group.parameters.indices.filter { place in !tensors.contains { $0.place == place } }
        others = AdamW(rule.numbers).updater(of: group.part(otherPlaces))
        items = tensors.indices.flatMap { tensor in (0..<tensors[tensor].parts).map { (tensor, $0) } }
            .sorted { tensors[$0.tensor].partCount > tensors[$1.tensor].partCount }
        self.tensors = tensors
    }

    var state: [NamedTensor<Scalar>] { tensors.flatMap(\.state) + others.state }

    func update(_ gradients: [Tensor<Scalar>], _ step: UpdateStep) {
        while workspaces.count < step.team.count, !tensors.isEmpty { workspaces.append(RotationWorkspace(tensors)) }
        // The first call made the bases, and Adam's first step is the one after it.
        let number = step.number - 1
        step.team.forEach(0..<items.count) { item, worker in
            let (tensor, part) = (tensors[items[item].tensor], items[item].part)
            let gradient = gradients[tensor.place]
            if number > 0 { tensor.move(part, by: gradient, number, step, rule.numbers, workspaces[worker]) }
            tensor.observe(part, gradient, scale: step.gradientScale, beta: rule.statisticsBeta)
        }
        let isTurned = number > 0 && number % rule.basisInterval == 0
        step.team.forEach(0..<tensors.count) { tensor, worker in
            tensors[tensor].gatherStatistics()
            if number == 0 { tensors[tensor].makeBases() }
            if isTurned { tensors[tensor].turnBases(workspaces[worker]) }
        }
        guard number > 0 else { return }
        others.update(
            otherPlaces.map { gradients[$0] },
            UpdateStep(
                number: number, learningRate: step.learningRate, gradientScale: step.gradientScale, team: step.team))
    }
}
