import Glibc
import PDEConfig
import PDECore

/// How the source f of an elliptic equation is drawn.
///
/// In a recipe: `1`, the same everywhere, or `{"waves": {"logUniform": [1, 16]}}`, a Gaussian random field whose energy lies
/// below about so many half waves across the height, with a root mean square of 1.
public enum SourceRecipe: Hashable, Sendable {
    /// The same everywhere.
    case uniform(Double)
    /// A random field; the number of half waves across the height.
    case random(waves: Distribution)

    /// The half waves that are drawn for a sample; 0 of a uniform source.
    func draw(from stream: inout RandomStream) -> Double {
        switch self {
        case .uniform: 0
        case .random(let waves): waves.draw(from: &stream)
        }
    }

    /// f on a grid of cells, from `modes` modes along each axis.
    ///
    /// A random source is g ~ N(0, (−Δ + (πw)²I)^{−4}) over its root mean square, w the half waves.
    /// Where `goesOn` says no, no values to use.
    func values(
        waves: Double, on grid: Grid, modes: [Int], from stream: RandomStream, while goesOn: () -> Bool
    ) -> [Double] {
        if case .uniform(let value) = self { return Array(repeating: value, count: grid.count) }
        let field = GaussianRandomField(variance: 1, shift: pow(.pi * waves, 2), exponent: 4)
        let g = field.neumann(on: grid, modes: modes, from: stream, while: goesOn).values.values
        // Over the modes and not over the cells, so that a finer grid has the same source.
        let coarse = Grid(
            zip(grid.axes, modes).map { Grid.Axis(count: $1, from: $0.lower, to: $0.upper, placement: .cells) })
        let sample =
            coarse == grid ? g : field.neumann(on: coarse, modes: modes, from: stream, while: goesOn).values.values
        let square = sample.reduce(0) { $0 + $1 * $1 } / Double(sample.count)
        return g.map { $0 / square.squareRoot() }
    }

    /// The most half waves.
    var mostWaves: Double { if case .random(let waves) = self { waves.range.upperBound } else { 0 } }
}

extension SourceRecipe: Codable {
    private enum Key: String, CodingKey {
        /// Half waves across the height, below which most of a random field's energy lies.
        case waves
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        if let value = try? decoder.singleValueContainer().decode(Double.self) {
            guard value != 0, value.isFinite, abs(value) <= 1e9 else {
                throw ConfigurationError.invalid(
                    path: "", found: "\(value)", allowed: "a number other than 0, or {\"waves\": …}")
            }
            self = .uniform(value)
            return
        }
        let container = try decoder.container(keyedBy: Key.self)
        self = .random(waves: try container.decode(.waves, in: .between(0.5, 4096)))
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .uniform(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .random(let waves):
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(waves, forKey: .waves)
        }
    }
}
