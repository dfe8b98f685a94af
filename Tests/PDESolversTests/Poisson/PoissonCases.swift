import PDECore
import PDESolvers

/// Systems that the tests of this folder share.
enum PoissonCases {
    static func grid(_ counts: [Int], _ lengths: [Double]? = nil) -> Grid {
        Grid(
            counts.enumerated().map { Grid.Axis(count: $1, from: 0, to: lengths?[$0] ?? 1, placement: .cells) })
    }

    static func noise<Scalar: Real>(_ count: Int, index: Int = 0) -> [Scalar] {
        var stream = RandomStream(seed: 5, index: index, purpose: "noise")
        return (0..<count).map { _ in Scalar(stream.uniform(in: -1...1)) }
    }

    /// Three blocks of an eighth of the side, at odd and even places.
    static func blocks(_ grid: Grid) -> [UInt8] {
        let shape = grid.shape
        let corners = [[0.21, 0.34, 0.55], [0.6, 0.15, 0.3], [0.45, 0.7, 0.62]]
        var solid = [UInt8](repeating: 0, count: grid.count)
        for cell in solid.indices {
            var rest = cell
            let index = shape.reversed().map { count in
                defer { rest /= count }
                return rest % count
            }.reversed()
            let isInside = corners.contains { corner in
                zip(zip(index, shape), corner).allSatisfy { at, corner in
                    let first = Int(corner * Double(at.1))
                    return at.0 >= first && at.0 < first + at.1 / 8
                }
            }
            if isInside { solid[cell] = 1 }
        }
        return solid
    }

    /// Single cells at random: the worst that a mask can be.
    static func scattered(_ grid: Grid, share: Double) -> [UInt8] {
        var stream = RandomStream(seed: 7, index: 0, purpose: "solid")
        return (0..<grid.count).map { _ in stream.uniform(in: 0...1) < share ? 1 : 0 }
    }

    /// ‖b − Au‖/‖b‖ over the fluid cells, by the public operator.
    static func residual<Scalar: Real>(_ system: PoissonSystem<Scalar>, _ solid: [UInt8], _ u: [Scalar], _ b: [Scalar])
        -> Double
    {
        let image = system.applied(to: u)
        var (rest, scale) = (0.0, 0.0)
        for cell in b.indices where solid.isEmpty || solid[cell] == 0 {
            rest += Double((b[cell] - image[cell]) * (b[cell] - image[cell]))
            scale += Double(b[cell] * b[cell])
        }
        return (rest / scale).squareRoot()
    }

    static func dot<Scalar: Real>(_ a: [Scalar], _ b: [Scalar]) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}
