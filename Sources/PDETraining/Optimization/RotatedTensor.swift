import PDECore
import PDEOperators
import PDETensor

/// A parameter whose running means are kept in bases of its axes, for `SOAP`.
struct RotatedTensor<Scalar: Real> {
    /// An axis of a tensor [before][n][after] with the statistics of its gradient, [n][n], and its basis, whose vectors are columns.
    struct Axis {
        let name: String
        let n, after: Int
        let statistics, basis: Tensor<Scalar>
    }

    /// Its place in its group.
    let place: Int
    let axes: [Axis]
    private let name: String
    private let parameter, mean, square: Tensor<Scalar>
    private let bases: [Tensor<Scalar>]
    /// Numbers of all parts but the last. They do not depend on the number of threads.
    let partCount: Int
    /// The statistics of the parts behind the first until they are gathered, part by part and there axis by axis.
    private let partial: Tensor<Scalar>?

    /// Nil for a parameter without an axis that gets a basis.
    init?(_ place: Int, _ parameter: NamedTensor<Scalar>, _ form: ParameterForm, longest: Int) {
        guard form != .numbers else { return nil }
        let (shape, value) = (parameter.value.shape, parameter.value)
        let (points, rows, columns) = (shape.dropLast(2).reduce(1, *), shape[shape.count - 2], shape[shape.count - 1])
        func axis(_ axisName: String, _ n: Int, _ after: Int) -> Axis? {
            guard n > 1, n <= longest else { return nil }
            let zeros = Tensor<Scalar>(repeating: 0, shape: [n, n], on: value.backend)
            return Axis(name: axisName, n: n, after: after, statistics: zeros, basis: zeros.zeros)
        }
        let pointAxis = form == .matrix ? axis("points", points, rows * columns) : nil
        axes = [pointAxis, axis("in", rows, columns), axis("out", columns, 1)].compactMap(\.self)
        guard !axes.isEmpty else { return nil }
        (self.place, name, self.parameter) = (place, parameter.name, value)
        (mean, square, bases) = (value.zeros, value.zeros, axes.map(\.basis))
        // Parts of 64 KB of floats stay in a core's cache, and their products are small ones to BLAS; a basis of points needs them all.
        let partPoints = pointAxis == nil ? min(points, max(1, (1 << 14) / (rows * columns))) : points
        partCount = partPoints * rows * columns
        let others = (value.count + partCount - 1) / partCount - 1
        let size = axes.reduce(0) { $0 + $1.n * $1.n }
        partial = others > 0 ? Tensor(repeating: 0, shape: [others, size], on: value.backend) : nil
    }

    /// The number of parts.
    var parts: Int { (parameter.count + partCount - 1) / partCount }

    private func range(_ part: Int) -> (start: Int, count: Int) {
        (part * partCount, min(partCount, parameter.count - part * partCount))
    }

    var state: [NamedTensor<Scalar>] {
        [("soap.mean/" + name, mean), ("soap.square/" + name, square)]
            + axes.flatMap { axis in
                [
                    ("soap.statistics.\(axis.name)/" + name, axis.statistics),
                    ("soap.basis.\(axis.name)/" + name, axis.basis),
                ]
            }
    }

    /// One step of Adam in the bases.
    func move(
        _ part: Int, by gradient: Tensor<Scalar>, _ number: Int, _ step: UpdateStep, _ numbers: AdamNumbers,
        _ workspace: RotationWorkspace<Scalar>
    ) {
        let (start, count) = range(part)
        let (first, second, third) = workspace.rooms
        turn(
            gradient.pointer + start, count, .into, bases, (first, second), to: third,
            scale: Scalar(step.gradientScale), keeping: 0)
        // What Adam makes of zeros is its step.
        first.update(repeating: 0, count: count)
        let update = AdamUpdate(
            step: number, learningRate: step.learningRate, beta1: numbers.beta1, beta2: numbers.beta2,
            epsilon: numbers.epsilon)
        Scalar.adam(
            first, gradient: third, mean: mean.pointer + start, square: square.pointer + start, count: count, update)
        turn(
            first, count, .back, bases, (second, third), to: parameter.pointer + start, scale: 1,
            keeping: Scalar(1 - step.learningRate * numbers.weightDecay))
    }

    // MARK: Turning

    /// Whether something goes into bases or back from them.
    private enum Direction { case into, back }

    /// target ← scale · (source turned by one matrix for each axis) + kept · target.
    ///
    /// - Parameter between: room for what stands between two axes, neither source nor target.
    private func turn(
        _ source: UnsafePointer<Scalar>, _ count: Int, _ direction: Direction, _ matrices: [Tensor<Scalar>],
        _ between: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>),
        to target: UnsafeMutablePointer<Scalar>, scale: Scalar, keeping kept: Scalar
    ) {
        var (x, between) = (source, between)
        for (index, axis) in axes.enumerated() {
            let (n, after, q) = (axis.n, axis.after, matrices[index].pointer)
            let isLast = index == axes.count - 1
            let (y, alpha, beta) = isLast ? (target, scale, kept) : (between.0, 1, 0)
            if after == 1 {
                Scalar.gemm(
                    .plain, direction == .into ? .plain : .transposed, rows: count / n, columns: n, inner: n,
                    alpha: alpha, a: x, aStride: n, b: q, bStride: n, beta: beta, c: y, cStride: n)
            } else {
                for start in stride(from: 0, to: count, by: n * after) {
                    Scalar.gemm(
                        direction == .into ? .transposed : .plain, .plain, rows: n, columns: after, inner: n,
                        alpha: alpha, a: q, aStride: n, b: x + start, bStride: after, beta: beta, c: y + start,
                        cStride: after)
                }
            }
            x = UnsafePointer(y)
            swap(&between.0, &between.1)
        }
    }

    // MARK: Statistics and bases

    /// Adds a part's gradient to the statistics.
    func observe(_ part: Int, _ gradient: Tensor<Scalar>, scale: Double, beta: Double) {
        let (start, count) = range(part)
        let (g, weight) = (gradient.pointer + start, Scalar((1 - beta) * scale * scale))
        // The first part goes on from the past; what the others see joins it when all are done.
        let past = part == 0 ? Scalar(beta) : 0
        var rest = partial.map { $0.pointer + max(0, part - 1) * $0.shape[1] }
        for axis in axes {
            let (n, after) = (axis.n, axis.after)
            let target = part == 0 ? axis.statistics.pointer : rest!
            if after == 1 {
                Scalar.gemm(
                    .transposed, .plain, rows: n, columns: n, inner: count / n, alpha: weight, a: g, aStride: n, b: g,
                    bStride: n, beta: past, c: target, cStride: n)
            } else {
                for start in stride(from: 0, to: count, by: n * after) {
                    Scalar.gemm(
                        .plain, .transposed, rows: n, columns: n, inner: after, alpha: weight, a: g + start,
                        aStride: after, b: g + start, bStride: after, beta: start == 0 ? past : 1, c: target,
                        cStride: n)
                }
            }
            rest = rest.map { $0 + n * n }
        }
    }

    /// Adds what the parts behind the first have seen.
    func gatherStatistics() {
        guard var rest = partial?.pointer else { return }
        for _ in 1..<parts {
            for axis in axes {
                Scalar.addScaled(1, rest, to: axis.statistics.pointer, count: axis.n * axis.n)
                rest += axis.n * axis.n
            }
        }
    }

    /// The first bases: eigenvectors of the statistics. Where there are none any basis will do: numbers that are not finite end the
    /// training elsewhere.
    func makeBases() {
        for axis in axes {
            let statistics = Matrix(rows: axis.n, columns: axis.n, storage: axis.statistics.values)
            let basis = (try? SymmetricEigendecomposition(statistics))?.vectors.transposed() ?? .identity(axis.n)
            axis.basis.withUnsafeMutableValues { _ = $0.update(fromContentsOf: basis.storage) }
        }
    }

    /// One step of orthogonal iteration on every basis, and the means in the new ones.
    func turnBases(_ workspace: RotationWorkspace<Scalar>) {
        for (index, axis) in axes.enumerated() { workspace.turn(axis, index) }
        let (first, second, third) = workspace.rooms
        for part in 0..<parts {
            let (start, count) = range(part)
            for (tensor, matrices) in [(mean, workspace.turns), (square, workspace.orders)] {
                turn(tensor.pointer + start, count, .into, matrices, (first, second), to: third, scale: 1, keeping: 0)
                (tensor.pointer + start).update(from: third, count: count)
            }
        }
    }
}

/// Room for turning parts of tensors and bases, for one thread.
final class RotationWorkspace<Scalar: Real> {
    /// For each axis of a tensor what leads from the old basis to the new one, and what puts the old one's vectors in order.
    fileprivate let turns, orders: [Tensor<Scalar>]
    private let parts: [Tensor<Scalar>]
    private let fresh, triangle, sizes, work: Tensor<Scalar>
    private var order: [Int] = []

    /// Room for any of some tensors.
    init(_ tensors: [RotatedTensor<Scalar>]) {
        let backend = tensors[0].axes[0].basis.backend
        func room(_ count: Int) -> Tensor<Scalar> { Tensor(repeating: 0, shape: [count], on: backend) }
        let largest = (0..<3).compactMap { axis in tensors.compactMap { $0.axes.dropFirst(axis).first?.n }.max() }
        let n = largest.max()!
        parts = (0..<3).map { _ in room(tensors.map(\.partCount).max()!) }
        (turns, orders) = (largest.map { room($0 * $0) }, largest.map { room($0 * $0) })
        (fresh, triangle, sizes, work) = (room(n * n), room(n * n), room(n), room(Scalar.qrWorkspaceCount(n)))
    }

    /// Room for three parts.
    fileprivate var rooms: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>) {
        (parts[0].pointer, parts[1].pointer, parts[2].pointer)
    }

    /// Q ← QR(S Q P), where P sorts Q's vectors by qᵀSq, the largest first. Leaves P in `orders`, and Qᵀ times the new Q in `turns`.
    fileprivate func turn(_ axis: RotatedTensor<Scalar>.Axis, _ index: Int) {
        let (n, basis, sizes) = (axis.n, axis.basis.pointer, sizes.pointer)
        let (turn, ordering, fresh, triangle) =
            (turns[index].pointer, orders[index].pointer, fresh.pointer, triangle.pointer)
        func multiply(
            _ left: MatrixOrientation, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>,
            to c: UnsafeMutablePointer<Scalar>
        ) {
            Scalar.gemm(
                left, .plain, rows: n, columns: n, inner: n, alpha: 1, a: a, aStride: n, b: b, bStride: n, beta: 0,
                c: c, cStride: n)
        }
        multiply(.plain, axis.statistics.pointer, basis, to: turn)
        Scalar.combine(.multiply, basis, turn, into: triangle, count: n * n)
        sizes.update(repeating: 0, count: n)
        Scalar.addColumnSums(triangle, rows: n, columns: n, into: sizes)
        order.removeAll(keepingCapacity: true)
        order.append(contentsOf: 0..<n)
        order.sort { sizes[$0] > sizes[$1] || sizes[$0] == sizes[$1] && $0 < $1 }
        ordering.update(repeating: 0, count: n * n)
        for (column, row) in order.enumerated() { ordering[row * n + column] = 1 }
        multiply(.plain, turn, ordering, to: fresh)
        Scalar.qr(rows: n, columns: n, a: fresh, aStride: n, r: triangle, work: work.pointer)
        multiply(.transposed, basis, fresh, to: turn)
        basis.update(from: fresh, count: n * n)
    }
}
