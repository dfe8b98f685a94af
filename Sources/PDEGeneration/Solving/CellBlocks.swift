/// Blocks of k cells along every axis that become one stored cell each, in two or three dimensions.
///
/// A block is solid where more than half of its cells are; elsewhere its value is the mean over its fluid cells. So a solid
/// cell's value never enters.
public struct CellBlocks: Sendable {
    /// For each stored cell 1 if it is solid, 0 if it is fluid.
    public let mask: [Float]
    /// The stored cell of each cell; −1 of a solid one.
    private let blocks: [Int32]
    /// For each stored cell what the sum over its fluid cells is multiplied by.
    private let weights: [Float]

    /// Blocks of `side` cells a side over cells of `shape`, slowest first, whose sizes it must divide.
    ///
    /// - Parameter solid: other than 0 in solid cells; empty when nothing is.
    public init(of solid: [UInt8], shape: [Int], side: Int) {
        precondition(shape.allSatisfy { $0 % side == 0 }, "side: expected a divisor of \(shape), got \(side)")
        let count = shape.reduce(1, *)
        let storedCount = shape.reduce(1) { $0 * ($1 / side) }
        precondition(solid.isEmpty || solid.count == count, "solid: expected \(count) cells, got \(solid.count)")
        var blocks = [Int32](repeating: -1, count: count)
        var fluid = [Int](repeating: 0, count: storedCount)
        for cell in 0..<count where solid.isEmpty || solid[cell] == 0 {
            var (rest, block, weight) = (cell, 0, 1)
            for size in shape.reversed() {
                block += rest % size / side * weight
                weight *= size / side
                rest /= size
            }
            blocks[cell] = Int32(block)
            fluid[block] += 1
        }
        self.blocks = blocks
        let cells = count / storedCount
        mask = fluid.map { 2 * $0 < cells ? 1 : 0 }
        weights = fluid.map { 2 * $0 < cells ? 0 : 1 / Float($0) }
    }

    /// Writes the blocks' means of `values` to `target`, both [cell][component]; 0 in solid blocks.
    public func average(_ values: UnsafePointer<Float>, components: Int, into target: UnsafeMutablePointer<Float>) {
        target.update(repeating: 0, count: weights.count * components)
        for (cell, block) in blocks.enumerated() where block >= 0 {
            let (from, to) = (cell &* components, Int(block) &* components)
            for component in 0..<components { target[to &+ component] += values[from &+ component] }
        }
        for (block, weight) in weights.enumerated() {
            for component in 0..<components { target[block &* components &+ component] *= weight }
        }
    }

    /// The blocks' means of values [cell][component]; 0 in solid blocks.
    public func averaged(_ values: [Float], components: Int = 1) -> [Float] {
        precondition(
            values.count == blocks.count * components,
            "values: expected \(blocks.count * components), got \(values.count)")
        return [Float](unsafeUninitializedCapacity: weights.count * components) { target, count in
            values.withUnsafeBufferPointer {
                average($0.baseAddress!, components: components, into: target.baseAddress!)
            }
            count = weights.count * components
        }
    }
}
