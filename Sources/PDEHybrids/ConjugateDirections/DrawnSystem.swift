import Glibc
import PDECore
import PDESolvers

/// A system and a right-hand side that a task's networks train on, a function of seed and index.
///
/// - Media: two values by the sign of a Gaussian random field or by squares of cells, or log-normal ones; values of 0 on all sides.
/// - Obstacles: a channel with walls without flux, an inflow and an outflow that holds the pressure; up to five squares or discs.
/// - Others: Poisson's equation with values or no flux on each side, a value on one at least.
/// - Right-hand sides: noise, smooth random fields, combinations of Ritz vectors of which the lower half counts ninefold, and in
///   channels what a uniform stream leaves at the obstacles' surfaces, as the first projection of a flow meets it.
public struct DrawnSystem: Sendable {
    /// The system.
    public let system: PoissonSystem<Double>
    /// The right-hand side, one value a cell.
    public let rightHandSide: [Double]

    init(system: PoissonSystem<Double>, rightHandSide: [Double]) {
        (self.system, self.rightHandSide) = (system, rightHandSide)
    }

    /// The system of an index.
    /// - Throws: `PoissonError` where nothing is fluid.
    public init(_ task: ConjugateDirectionTask, seed: UInt64, index: Int) throws(PoissonError) {
        var stream = RandomStream(seed: seed, index: index, purpose: "system")
        let grid = Grid(task.grid.map { Grid.Axis(count: $0, from: 0, to: 1, placement: .cells) })
        let family = stream.uniform()
        let dimensions = task.dimensions
        if family < task.media {
            system = try PoissonSystem(grid, coefficient: Self.medium(task, grid, &stream))
        } else if family < task.media + task.obstacles {
            let walls = [PoissonSide](repeating: .flux, count: dimensions)
            let sides = PoissonSides(lower: walls, upper: [.value] + walls.dropFirst())
            system = try PoissonSystem(grid, sides: sides, solid: Self.solids(grid, &stream))
        } else {
            func drawn() -> [PoissonSide] { (0..<dimensions).map { _ in stream.choice([.value, .flux]) } }
            let lower = drawn()
            var upper = drawn()
            if !(lower + upper).contains(.value) { upper[0] = .value }
            system = try PoissonSystem(grid, sides: PoissonSides(lower: lower, upper: upper))
        }
        let source = Self.source(of: system, task, &stream, isFlow: family >= task.media)
        rightHandSide = zip(source, system.solid).map { $1 == 0 ? $0 : 0 }
    }

    private static func field(_ grid: Grid, exponent: Double, _ stream: inout RandomStream) -> [Double] {
        // A stream of its own for every field.
        let own = RandomStream(
            seed: stream.seed, index: stream.index, purpose: "field", attempt: stream.integer(below: 1 << 30))
        return GaussianRandomField(variance: 1, shift: 9, exponent: exponent, hasZeroMean: true)
            .neumann(on: grid, from: own).values.values
    }

    private static func medium(
        _ task: ConjugateDirectionTask, _ grid: Grid, _ stream: inout RandomStream
    ) -> [Double] {
        let contrast = stream.logUniform(in: task.contrast[0]...task.contrast[1])
        let isInverse = stream.uniform() < 0.5
        let kind = stream.uniform()
        let values: [Double]
        if kind < 0.3 {
            let side = 1 + stream.integer(below: 8)
            let small = grid.shape.map { ($0 + side - 1) / side }
            let isHigh = (0..<small.reduce(1, *)).map { _ in stream.uniform() < 0.5 }
            values = (0..<grid.count).map { cell in
                var (rest, at, step) = (cell, 0, 1)
                for axis in small.indices.reversed() {
                    at += rest % grid.shape[axis] / side * step
                    step *= small[axis]
                    rest /= grid.shape[axis]
                }
                return isHigh[at] ? contrast : 1
            }
        } else {
            let g = field(grid, exponent: stream.choice([1.1, 1.5, 2]), &stream)
            let deviation = max(1e-30, (g.reduce(0) { $0 + $1 * $1 } / Double(g.count)).squareRoot())
            values = kind < 0.85 ? g.map { $0 > 0 ? contrast : 1 } : g.map { exp(log(contrast) / 4 * $0 / deviation) }
        }
        return isInverse ? values.map { 1 / $0 } : values
    }

    static func solids(_ grid: Grid, _ stream: inout RandomStream) -> [UInt8] {
        let shape = grid.shape
        var solid = [UInt8](repeating: 0, count: grid.count)
        for _ in 0..<1 + stream.integer(below: 5) {
            let half = Double(shape[0]) * stream.uniform(in: 0.03...0.12)
            let centre = shape.map { stream.uniform(in: 0.15...0.85) * Double($0) }
            let isDisc = stream.uniform() < 0.5
            for cell in 0..<grid.count {
                var (rest, square, largest) = (cell, 0.0, 0.0)
                for axis in shape.indices.reversed() {
                    let distance = Double(rest % shape[axis]) + 0.5 - centre[axis]
                    square += distance * distance
                    largest = max(largest, abs(distance))
                    rest /= shape[axis]
                }
                if isDisc ? square < half * half : largest < half { solid[cell] = 1 }
            }
        }
        return solid
    }

    private static func source(
        of system: PoissonSystem<Double>, _ task: ConjugateDirectionTask, _ stream: inout RandomStream, isFlow: Bool
    ) -> [Double] {
        let grid = system.grid
        let kind = stream.uniform()
        let rest = 1 - task.ritz
        if isFlow, kind < 0.3125 * rest {
            // The divergence of a uniform stream along the first axis whose flux through solids' surfaces is taken out.
            let (solid, stride) = (system.solid, grid.count / grid.shape[0])
            let divergence = (0..<grid.count).map { cell -> Double in
                func flux(_ beyond: Int) -> Double { grid.count > beyond && beyond >= 0 && solid[beyond] == 1 ? 0 : 1 }
                return solid[cell] == 1 ? 0 : flux(cell + stride) - flux(cell - stride)
            }
            if divergence.contains(where: { $0 != 0 }) { return divergence }
        }
        if kind < 0.75 * rest { return (0..<grid.count).map { _ in stream.normal() } }
        if kind < rest { return field(grid, exponent: 2, &stream) }
        let noise = zip(system.solid, 0..<grid.count).map { solid, _ in solid == 0 ? stream.normal() : 0 }
        let ritz = RitzVectors(of: system, from: noise, count: task.ritzVectors)
        return ritz.values.indices.reduce(into: [Double](repeating: 0, count: grid.count)) { sum, number in
            let weight = stream.normal() * (2 * number < ritz.values.count ? 9 : 1)
            for cell in sum.indices { sum[cell] += weight * ritz.vectors[number][cell] }
        }
    }
}
