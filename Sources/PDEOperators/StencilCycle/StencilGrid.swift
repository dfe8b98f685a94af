import PDECore
import PDETensor

/// One level of a stencil cycle, fields being [samples][axes…]: (Au)_c = d_c u_c − Σ w (u beyond c's faces).
struct StencilGrid<Scalar: Real>: Sendable {
    typealias T = Tensor<Scalar>

    /// w through the lower and the upper face along each axis; 0 where no cell lies beyond.
    let lower, upper: [T]
    /// What given values add to the diagonal.
    let held: T
    /// For each axis 1 for samples whose lower, or upper, side of the box has a given value, else 0: [samples][1…].
    let sides: [(lower: T, upper: T)]
    /// d, and 1/d where cells are coupled, elsewhere 0.
    let diagonal, inverse: T
    /// 1 in coupled cells, and in cells of each colour.
    let fluid, red, black: T

    var axes: Range<Int> { lower.indices }
    var shape: [Int] { held.shape }

    init(lower: [T], upper: [T], held: T, sides: [(lower: T, upper: T)]) {
        (self.lower, self.upper, self.held, self.sides) = (lower, upper, held, sides)
        diagonal = zip(lower, upper).reduce(held) { $0 + $1.0 + $1.1 }
        fluid = diagonal.detached.mapped(.step)
        inverse = fluid / (diagonal + (1 - fluid))
        red = Self.parity(Array(held.shape.dropFirst()), Array(1..<held.rank), on: held)
        black = 1 - red
    }

    /// A level from channels as `StencilCycleArchitecture` says, [samples][axes…][2 × axes].
    init(channels: T) {
        let axes = channels.rank - 2
        let faces = (0..<2 * axes).map { channels.part($0, along: axes + 1) }
        let zero = faces[0].zeros
        let held = faces.map { (-$0).maximum(zero) }
        self.init(
            lower: (0..<axes).map { faces[2 * $0].maximum(zero) },
            upper: (0..<axes).map { faces[2 * $0 + 1].maximum(zero) },
            held: held.dropFirst().reduce(held[0], +),
            sides: (0..<axes).map { axis in
                let count = zero.shape[axis + 1]
                func isHeld(_ face: Int, _ place: Int) -> T {
                    let side = held[face].detached.sliced(place..<place + 1, along: axis + 1)
                    return side.sum(along: Array(1...axes), keepingAxes: true).mapped(.step)
                }
                return (isHeld(2 * axis, 0), isHeld(2 * axis + 1, count - 1))
            })
    }

    /// 1 where the sum of indices along some axes is even, else 0, of a shape that expands to fields.
    static func parity(_ grid: [Int], _ axes: [Int], on other: T) -> T {
        let shape = [1] + grid.enumerated().map { axes.contains($0 + 1) ? $1 : 1 }
        return T(shape: shape, on: other.backend) { values in
            for place in values.indices {
                var (rest, sum) = (place, 0)
                for length in shape.reversed() {
                    sum += rest % length
                    rest /= length
                }
                values[place] = sum % 2 == 0 ? 1 : 0
            }
        }
    }

    /// u of the cell before along an axis, 0 at its beginning.
    func before(_ u: T, _ axis: Int) -> T {
        u.padded(1, 0, along: axis + 1).sliced(0..<u.shape[axis + 1], along: axis + 1)
    }

    /// u of the cell behind.
    func behind(_ u: T, _ axis: Int) -> T {
        u.padded(0, 1, along: axis + 1).sliced(1..<u.shape[axis + 1] + 1, along: axis + 1)
    }

    /// Σ w u over the cells beyond the faces.
    func coupling(_ u: T) -> T {
        let terms = axes.flatMap { [lower[$0] * before(u, $0), upper[$0] * behind(u, $0)] }
        return terms.dropFirst().reduce(terms[0], +)
    }

    /// Au.
    func applied(to u: T) -> T { diagonal * u - coupling(u) }
}

/// Products with the matrix of systems whose channels networks see.
public struct StencilProduct<Scalar: Real> {
    private let grid: StencilGrid<Scalar>

    /// - Parameter channels: [samples][grid…][2 × axes], as `StencilCycleArchitecture` says.
    public init(channels: Tensor<Scalar>) { grid = StencilGrid(channels: channels) }

    /// Au, [samples][grid…].
    public func callAsFunction(_ u: Tensor<Scalar>) -> Tensor<Scalar> { grid.applied(to: u) }
}
