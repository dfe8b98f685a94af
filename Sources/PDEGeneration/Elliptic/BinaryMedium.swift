import PDEConfig

/// One permeability where the field is negative, the other elsewhere.
///
/// In a recipe: `{"kind": "binary", "low": 3, "high": 12, "shift": 9, "exponent": 2}`, the benchmark of Z. Li et al., "Fourier
/// neural operator for parametric partial differential equations" (2021).
public struct BinaryMedium: Permeability {
    /// Its name.
    public static let kind = "binary"

    /// The two values.
    public var low, high: Distribution
    /// g.
    public var field = MediumField()

    private enum CodingKeys: String, CodingKey { case low, high }

    /// A medium of two values, by default the benchmark's.
    public init(low: Distribution = .fixed(3), high: Distribution = .fixed(12)) { (self.low, self.high) = (low, high) }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let (container, standard) = (try decoder.container(keyedBy: CodingKeys.self), Self())
        low = try container.decode(.low, in: .between(1e-9, 1e9), default: standard.low)
        high = try container.decode(.high, in: .between(1e-9, 1e9), default: standard.high)
        field = try MediumField(from: decoder)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(low, forKey: .low)
        try container.encode(high, forKey: .high)
        try field.encode(to: encoder)
    }

    /// Low and high.
    public var drawn: [(name: String, distribution: Distribution)] { [("low", low), ("high", high)] }

    /// The one value over the other.
    public var largestContrast: Double {
        max(high.range.upperBound / low.range.lowerBound, low.range.upperBound / high.range.lowerBound)
    }

    /// See `Permeability`.
    public func values(_ numbers: [Double], of g: [Double], deviation: () -> Double) -> [Double] {
        g.map { $0 < 0 ? numbers[0] : numbers[1] }
    }

    /// See `Permeability`.
    public func summary(_ words: (Distribution) -> String) -> String {
        "by the sign of g: \(words(high)) where g ≥ 0, \(words(low)) elsewhere"
    }
}
