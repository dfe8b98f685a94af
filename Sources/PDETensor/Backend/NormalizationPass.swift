import Glibc
import PDECore

/// The normalisation of one sample, [points][channels], block of points by block, forward and back.
struct NormalizationPass<Scalar: Real> {
    let form: GroupNormalizationForm
    let points, channels: Int
    /// Room for `room` values.
    let scratch: UnsafeMutablePointer<Scalar>
    /// Runs a loop of so many blocks, here or on several threads; the body gets the block and the thread.
    let split: (_ count: Int, _ body: (Int, Int) -> Void) -> Void

    /// Points in a block, whose values stay in the first-level cache.
    private static func blockLength(_ channels: Int) -> Int { max(1, (1 << 12) / channels) }

    /// Values of workspace: coefficients, two sums a channel and block, and a block for each thread.
    static func room(_ points: Int, _ channels: Int, threads: Int) -> Int {
        let length = blockLength(channels)
        let blocks = (points + length - 1) / length
        return (6 + 2 * blocks) * channels + threads * length * channels
    }

    var values: Int { points * channels }
    private var length: Int { Self.blockLength(channels) }
    private var blocks: Int { (points + length - 1) / length }

    private func coefficients(_ index: Int) -> UnsafeMutablePointer<Scalar> { scratch + index * channels }
    private func sums(_ block: Int, _ index: Int) -> UnsafeMutablePointer<Scalar> {
        scratch + (6 + 2 * block + index) * channels
    }

    /// Calls `body` for every block with its first value, its points and a room of its size.
    private func forBlocks(
        _ body: (_ block: Int, _ start: Int, _ rows: Int, _ room: UnsafeMutablePointer<Scalar>) -> Void
    ) {
        let rooms = scratch + (6 + 2 * blocks) * channels
        split(blocks) { block, worker in
            let first = block * length
            body(block, first * channels, min(length, points - first), rooms + worker * length * channels)
        }
    }

    /// Sums over all blocks, of the first or the second of the two that each has.
    private func total(_ index: Int, into sum: UnsafeMutablePointer<Scalar>) {
        sum.update(repeating: 0, count: channels)
        for block in 0..<blocks { Scalar.combine(.add, sum, sums(block, index), into: sum, count: channels) }
    }

    // In generic code `update(repeating:)` goes value by value.
    private func clear(_ sum: UnsafeMutablePointer<Scalar>) { memset(sum, 0, channels * MemoryLayout<Scalar>.stride) }

    /// Replaces every channel's value by `transform` of the sum over its group.
    private func overGroups(_ values: UnsafeMutablePointer<Scalar>, _ transform: (Double) -> Double) {
        let size = channels / form.groups
        for group in 0..<form.groups {
            let values = values + group * size
            var sum = 0.0
            for channel in 0..<size { sum += Double(values[channel]) }
            values.update(repeating: Scalar(transform(sum)), count: size)
        }
    }

    /// Writes mean and inverse deviation of every channel's group: the mean first, then the squares of what is left, so that a large
    /// mean costs no accuracy.
    func measure(_ x: UnsafePointer<Scalar>, into statistics: UnsafeMutablePointer<Scalar>) {
        let (mean, inverse) = (statistics, statistics + channels)
        let count = Double(points * channels / form.groups)
        forBlocks { block, start, rows, _ in
            clear(sums(block, 0))
            Scalar.addColumnSums(x + start, rows: rows, columns: channels, into: sums(block, 0))
        }
        total(0, into: mean)
        overGroups(mean) { $0 / count }
        forBlocks { block, start, rows, _ in
            clear(sums(block, 0))
            Scalar.addColumnSquares(x + start, mean: mean, rows: rows, columns: channels, into: sums(block, 0))
        }
        total(0, into: inverse)
        overGroups(inverse) { 1 / ($0 / count + form.epsilon).squareRoot() }
    }

    /// Coefficients 0 and 1: what a channel is multiplied by, and what is added then.
    private func prepare(
        _ scale: UnsafePointer<Scalar>, _ shift: UnsafePointer<Scalar>, _ statistics: UnsafePointer<Scalar>
    ) {
        let (factor, summand) = (coefficients(0), coefficients(1))
        Scalar.combine(.multiply, scale, statistics + channels, into: factor, count: channels)
        Scalar.combine(.multiply, factor, statistics, into: summand, count: channels)
        Scalar.combine(.subtract, shift, summand, into: summand, count: channels)
    }

    /// Writes the result.
    func write(
        _ x: UnsafePointer<Scalar>, _ scale: UnsafePointer<Scalar>, _ shift: UnsafePointer<Scalar>,
        _ statistics: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>
    ) {
        prepare(scale, shift, statistics)
        forBlocks { _, start, rows, _ in
            let y = y + start
            Scalar.scaleRows(
                x + start, by: coefficients(0), adding: coefficients(1), into: y, rows: rows, columns: channels)
            if form.activation != .identity { Scalar.activate(form.activation, y, into: y, count: rows * channels) }
        }
    }

    /// Writes the derivative of x, and the sums that are the derivatives of shift and scale, one behind the other.
    func pullBack(
        _ g: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ scale: UnsafePointer<Scalar>,
        _ shift: UnsafePointer<Scalar>, _ statistics: UnsafePointer<Scalar>, into dx: UnsafeMutablePointer<Scalar>,
        sums total: UnsafeMutablePointer<Scalar>
    ) {
        let (mean, inverse) = (statistics, statistics + channels)
        prepare(scale, shift, statistics)
        forBlocks { block, start, rows, room in
            var change = g + start
            if form.activation != .identity {
                Scalar.scaleRows(
                    x + start, by: coefficients(0), adding: coefficients(1), into: room, rows: rows, columns: channels)
                Scalar.activationBackward(
                    form.activation, room, gradient: change, into: dx + start, count: rows * channels)
                change = UnsafePointer(dx + start)
            }
            clear(sums(block, 0))
            clear(sums(block, 1))
            Scalar.addColumnProducts(
                change, x + start, mean: mean, rows: rows, columns: channels, sums: sums(block, 0),
                products: sums(block, 1))
        }
        self.total(0, into: total)
        self.total(1, into: total + channels)
        Scalar.combine(.multiply, total + channels, inverse, into: total + channels, count: channels)

        // With x̂ = (x − μ)/s: dx = (γ dz − ⟨γ dz⟩ − x̂ ⟨γ dz x̂⟩)/s, where ⟨⟩ is the mean over the group.
        let count = Double(points * channels / form.groups)
        let (slope, summand, mixed) = (coefficients(2), coefficients(3), coefficients(4))
        Scalar.combine(.multiply, total, scale, into: summand, count: channels)
        overGroups(summand) { -$0 / count }
        Scalar.combine(.multiply, summand, inverse, into: summand, count: channels)
        Scalar.combine(.multiply, total + channels, scale, into: slope, count: channels)
        overGroups(slope) { -$0 / count }
        for _ in 0..<2 { Scalar.combine(.multiply, slope, inverse, into: slope, count: channels) }
        Scalar.combine(.multiply, slope, mean, into: mixed, count: channels)
        Scalar.combine(.subtract, summand, mixed, into: summand, count: channels)
        let changes = form.activation == .identity ? g : UnsafePointer(dx)
        forBlocks { _, start, rows, _ in
            Scalar.combineRows(
                changes + start, by: coefficients(0), x + start, by: slope, adding: summand, into: dx + start,
                rows: rows,
                columns: channels)
        }
    }
}
