import Glibc
import PDECore

/// What fills the box of `PoissonBench`: three solid blocks of an eighth of its side, or a medium that is hard for multigrid.
///
/// All of it comes from one generator (G. Marsaglia, "Xorshift RNGs", 2003), so that the peers' programmes draw the same.
package struct PoissonMedium: Sendable {
    /// The ratio of the coefficient's two values, 1 where it is constant.
    let contrast: Double
    /// α: the larger value is where a Gaussian random field N(0, (−Δ + 9)^{−α}) with zero slope on the sides is positive.
    let exponent: Double
    /// How many times a cell is as long along the first axis as along the others.
    let stretch: Double
    /// The share of solid cells, without flux through their faces.
    let solid: Double
    /// The side of random squares in cells. Above 1 they take the place of single solid cells and of the field.
    let block: Int

    package init(
        contrast: Double = 1, exponent: Double = 2, stretch: Double = 1, solid: Double = 0, block: Int = 1
    ) {
        (self.contrast, self.exponent, self.stretch) = (contrast, exponent, stretch)
        (self.solid, self.block) = (solid, block)
    }

    /// The grid, which cells are solid, the coefficient (empty where it is constant), and noise as right-hand side.
    struct Problem<Scalar: Real> {
        let grid: Grid
        let solid: [UInt8]
        let coefficient, rightHandSide: [Scalar]
        /// Solid blocks of an eighth of the side.
        let blocks: Int
    }

    func problem<Scalar: Real>(_ shape: [Int], hasSolid: Bool) -> Problem<Scalar> {
        var generator = Xorshift()
        let count = shape.reduce(1, *)
        let isPlain = contrast == 1 && stretch == 1 && solid == 0
        let axes = shape.enumerated().map { axis, count in
            Grid.Axis(count: count, from: 0, to: axis == 0 ? stretch : 1, placement: .cells)
        }
        var cells: [UInt8] = []
        var coefficient: [Scalar] = []
        if isPlain {
            let blocks = threeBlocks(shape, &generator)
            cells = hasSolid ? blocks : []
        } else {
            if solid > 0 { cells = squares(shape, &generator).map { $0 < solid ? 1 : 0 } }
            if contrast != 1 {
                let isHigh =
                    block > 1 ? squares(shape, &generator).map { $0 < 0.5 } : field(shape, &generator).map { $0 > 0 }
                coefficient = isHigh.map { $0 ? Scalar(contrast) : 1 }
            }
        }
        let noise = (0..<count).map { cell -> Scalar in
            !cells.isEmpty && cells[cell] == 1 ? 0 : Scalar(generator.uniform() - 0.5)
        }
        return Problem(
            grid: Grid(axes), solid: cells, coefficient: coefficient, rightHandSide: noise,
            blocks: isPlain && hasSolid ? 3 : 0)
    }

    private func threeBlocks(_ shape: [Int], _ generator: inout Xorshift) -> [UInt8] {
        let (n, side) = (shape[0], shape[0] / 8)
        var solid = [UInt8](repeating: 0, count: shape.reduce(1, *))
        for _ in 0..<3 {
            var corner = [0, 0, 0]
            for axis in shape.indices { corner[axis] = side + Int(generator.uniform() * Double(n - n / 4 - side)) }
            for z in 0..<(shape.count == 3 ? side : 1) {
                for y in 0..<side {
                    let start = ((corner[2] + z) * n + corner[1] + y) * n + corner[0]
                    for x in start..<start + side { solid[x] = 1 }
                }
            }
        }
        return solid
    }

    /// A uniform number for every cell, the same in all of a square.
    private func squares(_ shape: [Int], _ generator: inout Xorshift) -> [Double] {
        let small = shape.map { ($0 + block - 1) / block }
        let numbers = (0..<small.reduce(1, *)).map { _ in generator.uniform() }
        return (0..<shape.reduce(1, *)).map { cell in
            var (rest, at, step) = (cell, 0, 1)
            for axis in shape.indices.reversed() {
                at += rest % shape[axis] / block * step
                step *= small[axis]
                rest /= shape[axis]
            }
            return numbers[at]
        }
    }

    /// Cosines of normal amplitude, as many as cells, on a box of side 1.
    private func field(_ shape: [Int], _ generator: inout Xorshift) -> [Double] {
        let count = shape.reduce(1, *)
        let (amplitudes, values) = (AlignedBuffer<Double>(count: count), AlignedBuffer<Double>(count: count))
        for mode in 0..<count {
            var (rest, square, norm) = (mode, 9.0, 1.0)
            for axis in shape.indices.reversed() {
                let k = Double(rest % shape[axis])
                rest /= shape[axis]
                square += Double.pi * Double.pi * k * k
                if k > 0 { norm *= 0.5.squareRoot() }
            }
            let normal = generator.normal()
            amplitudes.pointer[mode] = mode == 0 ? 0 : normal * norm * pow(square, -exponent / 2)
        }
        var stride = count
        let axes = shape.map { count in
            stride /= count
            return FourierAxis(count, stride: stride)
        }
        FourierPlan(.realToReal(axes.map { _ in .cosineIII }), axes: axes, of: Double.self)
            .execute(amplitudes.pointer, values.pointer)
        return Array(values.values)
    }
}

/// G. Marsaglia's generator of 64 bits.
private struct Xorshift {
    private var state: UInt64 = 88_172_645_463_325_252

    /// Between 0 and 1.
    mutating func uniform() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) * 0x1p-53
    }

    /// A normal number by the polar form of G. E. P. Box & M. E. Muller (1958).
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }
}
