import PDECore
import PDESolvers

/// A system of known difficulty that learned solvers are judged on.
public struct UnseenSystem: Sendable {
    /// What it is.
    public let name: String
    /// Cells along each axis.
    public let resolution: Int
    /// Axes.
    public let dimensions: Int
    /// The ratio of the medium's two values, 1 for none; 0 for a channel with obstacles.
    public let contrast: Double
    /// The exponent of the field that the medium comes from: the smaller the rougher.
    public let exponent: Double

    /// A system.
    public init(name: String, resolution: Int, dimensions: Int, contrast: Double, exponent: Double = 2) {
        (self.name, self.resolution, self.dimensions) = (name, resolution, dimensions)
        (self.contrast, self.exponent) = (contrast, exponent)
    }

    /// By size and difficulty.
    public static func standard(dimensions: Int) -> [UnseenSystem] {
        (dimensions == 2 ? [64, 128, 256, 512] : [16, 32, 64]).flatMap { size in
            [
                Self(name: "plain box", resolution: size, dimensions: dimensions, contrast: 1),
                Self(name: "channel with obstacles", resolution: size, dimensions: dimensions, contrast: 0),
                Self(name: "contrast 10", resolution: size, dimensions: dimensions, contrast: 10),
                Self(name: "contrast 1000", resolution: size, dimensions: dimensions, contrast: 1e3),
                Self(name: "contrast 10000", resolution: size, dimensions: dimensions, contrast: 1e4),
                Self(
                    name: "rough, contrast 1000", resolution: size, dimensions: dimensions, contrast: 1e3, exponent: 1.1
                ),
            ]
        }
    }

    /// The system, and noise as right-hand side.
    /// - Throws: `PoissonError` where nothing is fluid.
    public func drawn() throws(PoissonError) -> DrawnSystem {
        var stream = RandomStream(seed: 77, index: resolution, purpose: "unseen")
        let grid = Grid((0..<dimensions).map { _ in Grid.Axis(count: resolution, from: 0, to: 1, placement: .cells) })
        let system: PoissonSystem<Double>
        if contrast == 0 {
            let walls = [PoissonSide](repeating: .flux, count: dimensions)
            system = try PoissonSystem(
                grid, sides: PoissonSides(lower: walls, upper: [.value] + walls.dropFirst()),
                solid: DrawnSystem.solids(grid, &stream))
        } else {
            let field = GaussianRandomField(variance: 1, shift: 9, exponent: exponent, hasZeroMean: true)
            let medium = field.neumann(on: grid, from: RandomStream(seed: 77, index: resolution, purpose: "medium"))
            let a = contrast == 1 ? [] : medium.values.values.map { $0 > 0 ? contrast : 1 }
            system = try PoissonSystem(grid, coefficient: a)
        }
        return DrawnSystem(system: system, rightHandSide: system.solid.map { $0 == 0 ? stream.normal() : 0 })
    }
}
