import PDEConfig

/// How the parameters move: an update rule, and what is done to every rule's gradients and results.
///
/// In JSON one object, with the rule's `kind` and keys beside those that stand here.
public struct OptimizerSettings: Codable, Equatable, Sendable {
    /// The largest learning rate of the schedule.
    public var learningRate: Double
    /// The largest norm of the gradient of all parameters together; nil for any.
    public var clipNorm: Double?
    /// Decay of the exponential moving average of the parameters, which is what is validated and kept; nil for none.
    public var averaging: Double?
    /// How gradients move parameters.
    @OneOf<UpdateRules> public var rule: any UpdateRule

    /// An optimiser; by default Adam as it was published, without decay, clipping or averaging.
    public init(
        _ rule: any UpdateRule = Adam(), learningRate: Double = 1e-3, clipNorm: Double? = nil, averaging: Double? = nil
    ) {
        _rule = OneOf(wrappedValue: rule)
        (self.learningRate, self.clipNorm, self.averaging) = (learningRate, clipNorm, averaging)
    }

    private enum CodingKeys: String, CodingKey { case learningRate, clipNorm, averaging }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init(try OneOf<UpdateRules>(from: decoder).wrappedValue)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.learningRate, into: &learningRate, in: Bounds.moreThan(0, atMost: 10))
        clipNorm = try container.decodeIfPresent(.clipNorm, in: Bounds.positive)
        averaging = try container.decodeIfPresent(.averaging, in: Bounds.moreThan(0, lessThan: 1))
    }

    /// Encodes the rule, and then what stands here.
    public func encode(to encoder: any Encoder) throws {
        try _rule.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(learningRate, forKey: .learningRate)
        try container.encodeIfPresent(clipNorm, forKey: .clipNorm)
        try container.encodeIfPresent(averaging, forKey: .averaging)
    }
}

extension OptimizerSettings: KeyAliases {
    /// Other names of keys.
    public static let keyAliases = [
        "lr": "learningRate", "rate": "learningRate", "stepSize": "learningRate", "clip": "clipNorm",
        "gradientClip": "clipNorm", "maxNorm": "clipNorm", "ema": "averaging", "emaDecay": "averaging",
    ]
}
