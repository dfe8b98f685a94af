import PDEConfig
import PDECore
import PDETensor

/// Adam, with weight decay on its own (Loshchilov & Hutter 2019).
public struct AdamW: UpdateRule {
    /// Its name.
    public static let kind = "adamw"
    /// Other names of keys.
    public static let keyAliases = AdamNumbers.keyAliases

    /// Its numbers.
    public var numbers: AdamNumbers

    /// AdamW with these numbers.
    public init(_ numbers: AdamNumbers) { self.numbers = numbers }
    /// AdamW; by default as it was published, without decay.
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
        AdamUpdater(numbers, group) { update, learningRate in
            update.keptFraction = 1 - learningRate * numbers.weightDecay
        }
    }
}
