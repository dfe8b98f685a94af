import PDECore
import PDETensor

/// The learned operator on cells twice as wide.
///
/// Classically the coupling of a coarse face is the sum of its fine faces' over twice the children, and what given values add to the
/// diagonal likewise. Learned is a factor for each coarse face, from ratios to the mean of its fine couplings: of these, and of those
/// inside the two cells, first the one and then the other, along the axis and across it.
struct StencilCoarsening<Scalar: Real> {
    typealias T = Tensor<Scalar>

    let fine: StencilGrid<Scalar>
    let perceptron: LogarithmicPerceptron<Scalar>

    func coarse() -> StencilGrid<Scalar> {
        let share = 1 / Scalar(2 << fine.axes.count)
        var (lower, upper): ([T], [T]) = ([], [])
        for axis in fine.axes {
            let faces = couplings(axis) * share
            upper.append(faces.padded(0, 1, along: axis + 1))
            lower.append(faces.padded(1, 0, along: axis + 1))
        }
        let held = children(fine.held, fixing: nil)
        return StencilGrid(
            lower: lower, upper: upper, held: held.dropFirst().reduce(held[0], +) * share, sides: fine.sides)
    }

    /// A field's values in the children of every coarse cell; only those of one number along an axis where that is fixed.
    private func children(_ u: T, fixing fixed: (axis: Int, number: Int)?) -> [T] {
        var found = [u]
        for axis in fine.axes {
            let numbers = fixed?.axis == axis ? [fixed!.number] : [0, 1]
            found = numbers.flatMap { number in found.map { StencilTransfer<Scalar>.child($0, number, axis) } }
        }
        return found
    }

    /// The sum of the fine couplings through every coarse face between two cells, times the learned factor.
    private func couplings(_ axis: Int) -> T {
        let at = axis + 1
        let count = fine.shape[at] / 2
        func first(_ u: T) -> T { u.sliced(0..<count - 1, along: at) }
        func second(_ u: T) -> T { u.sliced(1..<count, along: at) }
        let faces = children(fine.upper[axis], fixing: (axis, 1)).map(first)
        let inside = children(fine.upper[axis], fixing: (axis, 0))
        let across = fine.axes.filter { $0 != axis }.flatMap { children(fine.upper[$0], fixing: ($0, 0)) }
        let mean = Self.mean(faces)
        let reference = mean + (1 - mean.detached.mapped(.step))
        let cells = [first, second].flatMap { cell in (inside + across).map(cell) }
        let features = (faces + cells).map { StencilLogarithm.of($0 / reference) }
        return mean * Scalar(faces.count) * perceptron(features).mapped(.exp)
    }

    private static func mean(_ values: [T]) -> T {
        values.dropFirst().reduce(values[0], +) * (1 / Scalar(values.count))
    }
}
