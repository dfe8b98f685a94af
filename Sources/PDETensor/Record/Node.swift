import PDECore

/// One entry of the record: a variable, or an operation with what its rules look at.
///
/// Unchecked: after `init` nothing changes but through a sweep that ends the record, which belongs to one thread.
package final class Node<Scalar: Real>: @unchecked Sendable {
    /// An operand: where it came from, and its values if the rules look at them.
    struct Operand {
        let shape: [Int]
        var node: Node?
        var storage: Storage<Scalar>?
    }

    let operation: (any Operation<Scalar>)?
    let shape: [Int]
    /// More than the depth of every operand: an order in which the record can be swept.
    let depth: Int
    private(set) var operands: [Operand]
    private(set) var result: Storage<Scalar>?
    private(set) var saved: [Tensor<Scalar>]
    private(set) var hasEnded = false

    /// A variable.
    init(variableOf shape: [Int]) {
        operation = nil
        self.shape = shape
        depth = 0
        operands = []
        saved = []
    }

    init(
        _ operation: any Operation<Scalar>, _ operands: [Tensor<Scalar>], _ result: Tensor<Scalar>,
        _ saved: [Tensor<Scalar>]
    ) {
        self.operation = operation
        shape = result.shape
        depth = 1 + operands.reduce(0) { max($0, $1.node?.depth ?? 0) }
        let keeps = operation.keeps
        self.operands = operands.map {
            Operand(shape: $0.shape, node: $0.node, storage: keeps.contains(.operands) ? $0.storage : nil)
        }
        self.result = keeps.contains(.result) ? result.storage : nil
        self.saved = saved
    }

    /// Lets go of the memory once no sweep will come by again.
    func end() {
        hasEnded = true
        result = nil
        saved = []
        for index in operands.indices { operands[index].storage = nil }
    }

    /// Takes long chains apart one by one: left to themselves they would end each other recursively, until the stack is
    /// used up.
    deinit {
        var open = operands.compactMap { operand in operand.node }
        operands = []
        while var node = open.popLast() {
            if isKnownUniquelyReferenced(&node) {
                open += node.operands.compactMap { operand in operand.node }
                node.operands = []
            }
        }
    }
}

/// A recorded operation as its rules see it.
package struct Call<Scalar: Real> {
    let node: Node<Scalar>
    /// Which operands a derivative is asked for.
    let wanted: [Bool]
    /// Whether what the rule computes will be differentiated itself. If not, a rule may take a shorter way.
    package let isRecorded: Bool
    let backend: any Backend

    /// The shapes of the operands.
    package var shapes: [[Int]] { node.operands.map(\.shape) }
    /// The shape of the result.
    package var resultShape: [Int] { node.shape }

    /// Whether the derivative for an operand is asked for.
    package func wants(_ index: Int) -> Bool { wanted[index] }

    /// An operand's values.
    package func operand(_ index: Int) -> Tensor<Scalar> {
        let operand = node.operands[index]
        guard let storage = operand.storage else { preconditionFailure("this operation does not keep its operands") }
        return Tensor(storage, shape: operand.shape, node: isRecorded ? operand.node : nil)
    }

    /// All operands' values.
    package var operands: [Tensor<Scalar>] { node.operands.indices.map(operand) }

    /// The result's values.
    package var result: Tensor<Scalar> {
        guard let storage = node.result else { preconditionFailure("this operation does not keep its result") }
        return Tensor(storage, shape: node.shape, node: isRecorded ? node : nil)
    }

    /// What the operation saved on the way; never part of the record.
    package var saved: [Tensor<Scalar>] { node.saved }

    /// Zeros of the result's shape.
    package var zeros: Tensor<Scalar> { Tensor(repeating: 0, shape: node.shape, on: backend) }
}
