import PDECore

/// A differentiable operation: its value and its two derivative rules, in one place.
///
/// Rules are made of operations on tensors, so that what they compute can be differentiated again.
package protocol Operation<Scalar>: Sendable {
    associatedtype Scalar: Real

    /// What of the operands and the result the rules look at, and what the record therefore keeps in memory.
    var keeps: Keeping { get }

    /// The result. An operation that its rules look at again may also save what it had to compute on the way; it need not
    /// when nothing is recorded.
    func evaluate(_ operands: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>])

    /// Reverse rule: what a change of each operand contributes, given what a change of the result does.
    ///
    /// - Returns: one tensor an operand, of the operand's shape; nil where `call` does not want it or it is zero.
    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?]

    /// Forward rule: the change of the result, given that of each operand; nil stands for none. One at least is given.
    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>?
}

/// What an operation's rules look at.
package struct Keeping: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let operands = Keeping(rawValue: 1)
    package static let result = Keeping(rawValue: 2)
}

extension Operation {
    /// Applies the operation, and records it if an operand is recorded.
    package func callAsFunction(_ operands: Tensor<Scalar>...) -> Tensor<Scalar> { apply(operands) }

    /// Applies the operation, and records it if an operand is recorded.
    package func apply(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        let isRecorded = operands.contains { $0.node != nil }
        let (result, saved) = evaluate(operands, isRecorded: isRecorded)
        guard isRecorded else { return result }
        return Tensor(result.storage, shape: result.shape, node: Node(self, operands, result, saved))
    }
}
