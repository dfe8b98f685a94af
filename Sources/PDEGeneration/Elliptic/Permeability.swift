import Glibc
import PDEConfig
import PDECore

/// How the permeability of a porous medium is drawn: from a Gaussian random field g ~ N(0, (−Δ + κI)^{−α}) with zero slope on the
/// sides of the box.
///
/// In a recipe: `{"kind": "binary", "low": 3, "high": 12, "shift": 9, "exponent": 2}`, the benchmark of Z. Li et al., "Fourier
/// neural operator for parametric partial differential equations" (2021), or `{"kind": "log-normal", "deviation": 1}`.
public struct Permeability: Hashable, Sendable {
    /// How a value comes of the field's.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// The one where the field is negative, the other elsewhere.
        case binary
        /// exp(σ g/deviation of g).
        case logNormal = "log-normal"
    }

    /// How a value comes of the field's.
    public let kind: Kind
    /// The two values of a binary medium.
    public let low, high: Distribution
    /// σ, the standard deviation of ln a of a log-normal medium.
    public let deviation: Distribution
    /// κ, in units of 1/height².
    public let shift: Double
    /// α.
    public let exponent: Double
    /// Whether the constant mode is left out, as in the benchmark's generator.
    public let hasZeroMean: Bool

    /// The benchmark's: 12 where the field is not negative, else 3.
    static let benchmark = Permeability(
        kind: .binary, low: .fixed(3), high: .fixed(12), deviation: .fixed(1), shift: 9, exponent: 2, hasZeroMean: true)

    private var field: GaussianRandomField {
        GaussianRandomField(variance: 1, shift: shift, exponent: exponent, hasZeroMean: hasZeroMean)
    }

    /// What is drawn for a sample beside the field: low and high, or σ.
    var drawn: [(name: String, distribution: Distribution)] {
        switch kind {
        case .binary: [("low", low), ("high", high)]
        case .logNormal: [("deviation", deviation)]
        }
    }

    /// Draws these.
    func draw(from stream: inout RandomStream) -> [Double] { drawn.map { $0.distribution.draw(from: &stream) } }

    /// a on a grid of cells, from `modes` modes along each axis.
    ///
    /// - Parameters:
    ///   - values: what `draw` gave.
    ///   - modes: as many along each axis as the solver's grid has cells, on finer grids too: the same medium.
    ///   - goesOn: where it says no, there are no values to use.
    func values(
        _ values: [Double], on grid: Grid, modes: [Int], from stream: RandomStream, while goesOn: () -> Bool
    ) -> [Double] {
        let g = field.neumann(on: grid, modes: modes, from: stream, while: goesOn).values.values
        switch kind {
        case .binary: return g.map { $0 < 0 ? values[0] : values[1] }
        case .logNormal:
            let scale = values[0] / field.deviation(lengths: grid.axes.map(\.length), modes: modes)
            return g.map { exp(scale * $0) }
        }
    }

    /// The largest ratio of two values that is to be expected: of a log-normal medium four standard deviations up and down.
    var largestContrast: Double {
        switch kind {
        case .binary:
            max(high.range.upperBound / low.range.lowerBound, low.range.upperBound / high.range.lowerBound)
        case .logNormal: exp(8 * deviation.range.upperBound)
        }
    }
}

extension Permeability: Codable {
    private enum Key: String, CodingKey { case kind, low, high, deviation, shift, exponent, zeroMean }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let standard = Self.benchmark
        kind = try container.decode(Kind.self, forKey: .kind)
        let values = Bounds.between(1e-9, 1e9)
        // Keys of the other kind are not read, and so refused.
        low = kind == .binary ? try container.decode(.low, in: values, default: standard.low) : standard.low
        high = kind == .binary ? try container.decode(.high, in: values, default: standard.high) : standard.high
        deviation =
            kind == .logNormal
            ? try container.decode(.deviation, in: .moreThan(0, atMost: 3), default: standard.deviation)
            : standard.deviation
        shift = try container.decode(.shift, in: Bounds.magnitude, default: standard.shift)
        exponent = try container.decode(.exponent, in: Bounds.moreThan(1, atMost: 16), default: standard.exponent)
        hasZeroMean = try container.decode(.zeroMean, default: standard.hasZeroMean)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        switch kind {
        case .binary:
            try container.encode(low, forKey: .low)
            try container.encode(high, forKey: .high)
        case .logNormal: try container.encode(deviation, forKey: .deviation)
        }
        try container.encode(shift, forKey: .shift)
        try container.encode(exponent, forKey: .exponent)
        try container.encode(hasZeroMean, forKey: .zeroMean)
    }
}
