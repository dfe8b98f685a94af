import PDEConfig
import PDECore

/// A Gaussian random field N(0, σ²(−Δ + κI)^{−α}) as it is drawn.
public struct GaussianState: InitialState {
    /// Its name.
    public static let kind = "gaussian"
    /// What else it is called.
    public static let aliases = ["grf", "gaussian-random-field"]
    /// Other names of keys.
    public static let keyAliases = ["kappa": "shift", "alpha": "exponent"]

    /// σ², κ and α.
    public var variance, shift, exponent: Double
    /// Whether the constant mode is left out.
    public var hasZeroMean: Bool

    private enum CodingKeys: String, CodingKey {
        case variance, shift, exponent
        case hasZeroMean = "zeroMean"
    }

    /// The states of a field.
    public init(_ field: GaussianRandomField) {
        (variance, shift, exponent, hasZeroMean) = (field.variance, field.shift, field.exponent, field.hasZeroMean)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        hasZeroMean = try container.decode(.hasZeroMean, default: false)
        shift = try container.decode(.shift, in: hasZeroMean ? .magnitudeOrZero : .magnitude)
        variance = try container.decode(.variance, in: .magnitude)
        exponent = try container.decode(.exponent, in: Bounds.moreThan(0, atMost: 100))
    }

    /// See `InitialState`.
    public func summary(_ number: (Double) -> String) -> String {
        "Gaussian random field N(0, \(number(variance))(−Δ + \(number(shift))I)^−\(number(exponent)))"
            + (hasZeroMean ? " without its mean" : "")
    }

    /// Four standard deviations up and down, which one sample in some thousands exceeds.
    public func jump(lengths: [Double]) -> Double? {
        let waves = GaussianRandomField(variance: variance, shift: shift, exponent: exponent, hasZeroMean: true)
        return 2 * 4 * waves.deviation(periods: lengths)
    }

    /// Draws a component.
    public func field(on grid: Grid, component: Int, from stream: RandomStream) -> Field<Double> {
        field(on: grid, component: component, from: stream) { true }
    }

    /// Draws a component; `goesOn` is asked before every plane of modes.
    public func field(
        on grid: Grid, component: Int, from stream: RandomStream, while goesOn: () -> Bool
    ) -> Field<Double> {
        GaussianRandomField(variance: variance, shift: shift, exponent: exponent, hasZeroMean: hasZeroMean)
            .periodic(on: grid, from: stream, while: goesOn)
    }
}
