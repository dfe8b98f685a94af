import Glibc
import PDEConfig

/// exp(σ g/deviation of g).
///
/// In a recipe: `{"kind": "log-normal", "deviation": 1}`.
public struct LogNormalMedium: Permeability {
    /// Its name.
    public static let kind = "log-normal"
    /// What else it is called.
    public static let aliases = ["lognormal"]
    /// Other names of keys.
    public static let keyAliases = ["sigma": "deviation"]

    /// σ, the standard deviation of ln a.
    public var deviation: Distribution
    /// g.
    public var field = MediumField()

    private enum CodingKeys: String, CodingKey { case deviation }

    /// A medium with a standard deviation of ln a.
    public init(deviation: Distribution = .fixed(1)) { self.deviation = deviation }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        deviation = try decoder.container(keyedBy: CodingKeys.self).decode(
            .deviation, in: .moreThan(0, atMost: 3), default: .fixed(1))
        field = try MediumField(from: decoder)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(deviation, forKey: .deviation)
        try field.encode(to: encoder)
    }

    /// σ.
    public var drawn: [(name: String, distribution: Distribution)] { [("deviation", deviation)] }

    /// Four standard deviations up and down.
    public var largestContrast: Double { exp(8 * deviation.range.upperBound) }

    /// See `Permeability`.
    public func values(_ numbers: [Double], of g: [Double], deviation: () -> Double) -> [Double] {
        let scale = numbers[0] / deviation()
        return g.map { exp(scale * $0) }
    }

    /// See `Permeability`.
    public func summary(_ words: (Distribution) -> String) -> String {
        "exp(σ g), g scaled to a deviation of 1, σ \(words(deviation))"
    }
}
