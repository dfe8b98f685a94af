import PDECore
import PDETensor

/// Learned interpolation between the levels of a stencil cycle, and its transpose.
///
/// Along each axis a fine cell takes the share θ of the coarse cell beyond and 1 − θ of its own; in several dimensions shares are
/// products. With the coupling o outwards and i to its sibling, θ = ½ o eᵍ/(o eᵍ + i), where g is learned. Beside a side with a given
/// value θ is a quarter, of minus the own value.
struct StencilTransfer<Scalar: Real>: Sendable {
    typealias T = Tensor<Scalar>

    private let axes: Range<Int>
    /// What a fine cell takes of the coarse cells around it, of each axis first its own and then the one beyond, the first fastest.
    private let weights: [T]

    init(_ grid: StencilGrid<Scalar>, _ perceptron: LogarithmicPerceptron<Scalar>) {
        let shape = grid.shape
        let even = grid.axes.map { StencilGrid<Scalar>.parity(Array(shape.dropFirst()), [$0 + 1], on: grid.held) }
        let odd = even.map { 1 - $0 }
        /// The coupling to the sibling along an axis, and that away from it.
        func inner(_ axis: Int) -> T { even[axis] * grid.upper[axis] + odd[axis] * grid.lower[axis] }
        func outer(_ axis: Int) -> T { even[axis] * grid.lower[axis] + odd[axis] * grid.upper[axis] }
        let inside = grid.axes.map(inner)
        // Beyond a side of the box stands what is inside.
        let outside = grid.axes.map { axis -> T in
            let (first, last) = Self.ends(shape[axis + 1], axis, grid.held)
            return outer(axis) * (1 - first - last) + inside[axis] * (first + last)
        }
        axes = grid.axes
        let shares = grid.axes.map { axis in
            let (out, own) = (outer(axis), inside[axis])
            let mean = (out + own) * 0.5
            let reference = mean + (1 - mean.detached.mapped(.step))
            func sibling(_ u: T) -> T { even[axis] * grid.behind(u, axis) + odd[axis] * grid.before(u, axis) }
            let others = grid.axes.filter { $0 != axis }
            func across(_ values: [T]) -> T {
                let parts = others.map { values[$0] }
                return parts.dropFirst().reduce(parts[0], +) * (1 / Scalar(parts.count))
            }
            let (inner, outer) = (across(inside), across(outside))
            let couplings = [out, own, sibling(outside[axis]), inner, outer, sibling(inner), sibling(outer)]
            let features = couplings.map { StencilLogarithm.of($0 / reference) }
            let moved = out * perceptron(features).mapped(.exp)
            let sum = moved + own
            let share = moved * 0.5 / (sum + (1 - sum.detached.mapped(.step)))
            let (first, last) = Self.ends(shape[axis + 1], axis, grid.held)
            let quarter = first * grid.sides[axis].lower + last * grid.sides[axis].upper
            return share * (1 - first - last) + quarter * 0.25
        }
        weights = shares.dropFirst().reduce([1 - shares[0], shares[0]]) { weights, share in
            weights.map { (1 - share) * $0 } + weights.map { share * $0 }
        }
    }

    /// 1 in the first and in the last cell along an axis.
    private static func ends(_ count: Int, _ axis: Int, _ other: T) -> (first: T, last: T) {
        let shape = other.shape.indices.map { $0 == axis + 1 ? count : 1 }
        func one(at place: Int) -> T {
            T(shape: shape, on: other.backend) { values in
                for index in values.indices { values[index] = index == place ? 1 : 0 }
            }
        }
        return (one(at: 0), one(at: count - 1))
    }

    /// Fine values of a coarse field.
    func prolonged(_ e: T) -> T {
        let corners = axes.reduce([e]) { corners, axis in
            corners.map { Self.own($0, axis) } + corners.map { Self.beyond($0, axis) }
        }
        let terms = zip(corners, weights).map { $0 * $1 }
        return terms.dropFirst().reduce(terms[0], +)
    }

    /// The transpose of `prolonged`, over the cells of a coarse one.
    func restricted(_ r: T) -> T {
        var corners = weights.map { $0 * r }
        for axis in axes.reversed() {
            let half = corners.count / 2
            corners = (0..<half).map {
                Self.foldedOwn(corners[$0], axis) + Self.foldedBeyond(corners[half + $0], axis)
            }
        }
        return corners[0] * (1 / Scalar(weights.count))
    }

    private static func interleaved(_ even: T, _ odd: T, _ axis: Int) -> T {
        var shape = even.shape
        shape[axis + 1] *= 2
        return T.stacked([even, odd], along: axis + 2).reshaped(shape)
    }

    /// The first or the second of every two cells along an axis.
    static func child(_ u: T, _ number: Int, _ axis: Int) -> T {
        u.sliced(number..<u.shape[axis + 1], step: 2, along: axis + 1)
    }

    private static func own(_ e: T, _ axis: Int) -> T { interleaved(e, e, axis) }

    private static func beyond(_ e: T, _ axis: Int) -> T {
        let (at, count) = (axis + 1, e.shape[axis + 1])
        let (first, last) = (e.sliced(0..<1, along: at), e.sliced(count - 1..<count, along: at))
        let before = T.concatenated([-first, e.sliced(0..<count - 1, along: at)], along: at)
        let behind = T.concatenated([e.sliced(1..<count, along: at), -last], along: at)
        return interleaved(before, behind, axis)
    }

    private static func foldedOwn(_ r: T, _ axis: Int) -> T { child(r, 0, axis) + child(r, 1, axis) }

    private static func foldedBeyond(_ r: T, _ axis: Int) -> T {
        let (even, odd) = (child(r, 0, axis), child(r, 1, axis))
        let (at, count) = (axis + 1, even.shape[axis + 1])
        let fromBehind = T.concatenated(
            [even.sliced(1..<count, along: at), -odd.sliced(count - 1..<count, along: at)], along: at)
        let fromBefore = T.concatenated(
            [-even.sliced(0..<1, along: at), odd.sliced(0..<count - 1, along: at)], along: at)
        return fromBehind + fromBefore
    }
}

/// The logarithm that perceptrons see of a coupling's ratio: 0 of 1, and finite where a face is closed.
enum StencilLogarithm {
    static func of<Scalar: Real>(_ ratio: Tensor<Scalar>) -> Tensor<Scalar> {
        let least = StencilFeatures.least
        return (ratio * Scalar(1 / (1 + least)) + Scalar(least / (1 + least))).mapped(.log)
    }
}
