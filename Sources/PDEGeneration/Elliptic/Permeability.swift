import PDEConfig
import PDECore

/// How the permeability of a porous medium is drawn: from a Gaussian random field g ~ N(0, (−Δ + κI)^{−α}) with zero slope on the
/// sides of the box.
public protocol Permeability: Kind where Family == Permeabilities {
    /// g.
    var field: MediumField { get }
    /// What is drawn for a sample beside the field, by its keys.
    var drawn: [(name: String, distribution: Distribution)] { get }
    /// The largest ratio of two values that is to be expected.
    var largestContrast: Double { get }

    /// a where g has values.
    ///
    /// - Parameters:
    ///   - numbers: what was drawn.
    ///   - g: values of the field.
    ///   - deviation: gives its standard deviation over the box.
    func values(_ numbers: [Double], of g: [Double], deviation: () -> Double) -> [Double]

    /// What it is, for the dataset's card; `words` writes distributions.
    func summary(_ words: (Distribution) -> String) -> String
}

/// The media that a recipe can name.
public enum Permeabilities: KindFamily {
    /// A value of any of them.
    public typealias Member = any Permeability
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        BinaryMedium.self,
        LogNormalMedium.self,
    ]
}

extension Permeability {
    /// Draws the numbers.
    func draw(from stream: inout RandomStream) -> [Double] { drawn.map { $0.distribution.draw(from: &stream) } }

    /// a on a grid of cells, from `modes` modes along each axis.
    ///
    /// - Parameters:
    ///   - numbers: what `draw` gave.
    ///   - modes: as many along each axis as the solver's grid has cells, on finer grids too: the same medium.
    ///   - goesOn: where it says no, there are no values to use.
    func values(
        _ numbers: [Double], on grid: Grid, modes: [Int], from stream: RandomStream, while goesOn: () -> Bool
    ) -> [Double] {
        let random = field.random
        return values(numbers, of: random.neumann(on: grid, modes: modes, from: stream, while: goesOn).values.values) {
            random.deviation(lengths: grid.axes.map(\.length), modes: modes)
        }
    }
}

/// The Gaussian random field that a medium comes from: keys of the medium.
public struct MediumField: Codable, Hashable, Sendable {
    /// κ, in units of 1/height².
    public var shift = 9.0
    /// α.
    public var exponent = 2.0
    /// Whether the constant mode is left out, as in the benchmark's generator.
    public var hasZeroMean = true

    private enum CodingKeys: String, CodingKey {
        case shift, exponent
        case hasZeroMean = "zeroMean"
    }

    /// The benchmark's.
    public init() {}

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.shift, into: &shift, in: .magnitude)
        try container.decode(.exponent, into: &exponent, in: .moreThan(1, atMost: 16))
        try container.decode(.hasZeroMean, into: &hasZeroMean)
    }

    var random: GaussianRandomField {
        GaussianRandomField(variance: 1, shift: shift, exponent: exponent, hasZeroMean: hasZeroMean)
    }
}
