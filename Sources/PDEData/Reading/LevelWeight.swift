import PDEConfig

/// A level's share of the windows that are drawn: the same in all epochs, or one that goes in a straight line from one to another, so that
/// training begins with easy samples and ends with hard ones (Y. Bengio et al., "Curriculum learning", ICML 2009).
///
/// In JSON `0.5` or `{"from": 1, "to": 0, "epochs": 10}`.
public struct LevelWeight: Equatable, Sendable, Codable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// The share in the first epoch.
    public var from: Double
    /// The share after `epochs`.
    public var to: Double
    /// Epochs from the one to the other.
    public var epochs: Int

    /// A share that changes over so many epochs.
    public init(from: Double, to: Double, epochs: Int) { (self.from, self.to, self.epochs) = (from, to, epochs) }
    /// The same share in all epochs.
    public init(_ share: Double) { (from, to, epochs) = (share, share, 1) }
    /// The same share in all epochs.
    public init(floatLiteral share: Double) { self.init(share) }
    /// The same share in all epochs.
    public init(integerLiteral share: Int) { self.init(Double(share)) }

    /// The largest share of any epoch.
    public var most: Double { max(from, to) }

    /// The share in an epoch.
    public func share(in epoch: Int) -> Double {
        let part = min(1, Double(epoch) / Double(epochs))
        return part == 1 ? to : from + part * (to - from)
    }

    private enum Key: String, CodingKey { case from, to, epochs }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        if let share = try? decoder.singleValueContainer().decode(Double.self) {
            guard Bounds<Double>.nonNegative.contains(share) else {
                throw ConfigurationError.invalid(path: "", found: "\(share)", allowed: "a number of at least 0")
            }
            self.init(share)
            return
        }
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            from: try container.decode(.from, in: Bounds.nonNegative),
            to: try container.decode(.to, in: Bounds.nonNegative),
            epochs: try container.decode(.epochs, in: Bounds.atLeast(1)))
    }

    /// Encodes a share that does not change as a number.
    public func encode(to encoder: any Encoder) throws {
        if from == to {
            var container = encoder.singleValueContainer()
            try container.encode(from)
            return
        }
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(from, forKey: .from)
        try container.encode(to, forKey: .to)
        try container.encode(epochs, forKey: .epochs)
    }
}
