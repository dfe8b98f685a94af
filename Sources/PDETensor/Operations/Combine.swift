import PDECore

/// Two tensors combined value by value; the smaller is repeated as in numpy.
struct Combine<Scalar: Real>: Operation {
    let operation: BinaryOperation

    var keeps: Keeping {
        switch operation {
        case .add, .subtract: []
        case .multiply, .maximum, .minimum: .operands
        case .divide, .power: [.operands, .result]
        }
    }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let (a, b) = (x[0], x[1])
        guard let shape = [Int].broadcast(a.shape, b.shape) else {
            preconditionFailure("\(operation): shapes \(a.shape) and \(b.shape) do not fit")
        }
        let result = a.empty(shape)
        let left = a.detached.fitted(to: shape)
        let right = b.detached.fitted(to: shape)
        a.backend.combine(operation, left.tensor, left.block, right.tensor, right.block, into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let parts = (0...1).map { call.wants($0) ? change(cotangent, $0, call) : nil }
        return zip(parts, call.shapes).map { $0?.summed(to: $1) }
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        let parts = tangents.enumerated().compactMap { index, tangent in tangent.map { change($0, index, call) } }
        let sum = parts.count == 2 ? parts[0] + parts[1] : parts[0]
        return sum.expanded(to: call.resultShape)
    }

    /// What a change times the partial derivative is: with respect to the first operand or the second.
    private func change(_ change: Tensor<Scalar>, _ index: Int, _ call: Call<Scalar>) -> Tensor<Scalar> {
        let isFirst = index == 0
        switch operation {
        case .add: return change
        case .subtract: return isFirst ? change : -change
        case .multiply: return change * call.operand(1 - index)
        case .divide: return isFirst ? change / call.operand(1) : -(change * call.result / call.operand(1))
        case .power:
            let (a, b) = (call.operand(0), call.operand(1))
            return isFirst ? change * b * a.power(b - 1) : change * call.result * a.logarithm
        case .maximum, .minimum:
            // At a tie each operand gets half.
            let difference = call.operand(0).detached - call.operand(1).detached
            let isAbove = (difference.mapped(.sign) + 1) * 0.5
            let isChosen = (operation == .maximum) == isFirst ? isAbove : 1 - isAbove
            return change * isChosen
        }
    }
}

/// `factor` × x + `summand`.
struct Affine<Scalar: Real>: Operation {
    let factor, summand: Scalar
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let result = x[0].empty(x[0].shape)
        x[0].backend.scale(x[0], by: factor, plus: summand, into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [cotangent.scaled(by: factor)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0]?.scaled(by: factor)
    }
}

/// How a smaller operand repeats while the result is walked through: value number (i / `inner`) mod `count`.
public struct RepeatedBlock: Equatable, Sendable {
    /// Values of the operand.
    public let count: Int
    /// Results in a row that see the same value.
    public let inner: Int
}

extension Tensor {
    /// This tensor with how it repeats in a larger shape; written out where its repetition has no such form.
    fileprivate func fitted(to shape: [Int]) -> (tensor: Tensor, block: RepeatedBlock) {
        if count == shape.product { return (self, RepeatedBlock(count: count, inner: 1)) }
        if count == 1 { return (self, RepeatedBlock(count: 1, inner: 1)) }
        let padded = Array(repeating: 1, count: shape.count - rank) + self.shape
        let long = padded.indices.filter { padded[$0] != 1 }
        if zip(long, long.dropFirst()).allSatisfy({ $1 == $0 + 1 }), long.allSatisfy({ padded[$0] == shape[$0] }) {
            return (self, RepeatedBlock(count: count, inner: shape[(long.last! + 1)...].reduce(1, *)))
        }
        // Axes of length 1 between longer ones count too when the larger shape has length 1 there.
        if let first = long.first, let last = long.last, Array(shape[first...last]) == Array(padded[first...last]) {
            return (self, RepeatedBlock(count: count, inner: shape[(last + 1)...].reduce(1, *)))
        }
        return (expanded(to: shape), RepeatedBlock(count: shape.product, inner: 1))
    }

    func scaled(by factor: Scalar, plus summand: Scalar = 0) -> Tensor {
        Affine(factor: factor, summand: summand)(self)
    }

    /// The sum, in this tensor's own memory when nobody else sees it.
    consuming func adding(_ other: Tensor, inPlaceIfUnique: Bool) -> Tensor {
        guard inPlaceIfUnique, shape == other.shape, node == nil else { return self + other }
        var storage = storage
        let shape = shape
        _ = consume self
        guard isKnownUniquelyReferenced(&storage) else { return Tensor(storage, shape: shape) + other }
        let sum = Tensor(storage, shape: shape)
        let block = RepeatedBlock(count: sum.count, inner: 1)
        sum.backend.combine(.add, sum, block, other, block, into: sum)
        return sum
    }

    /// Values raised to powers; both derivatives need positive bases.
    public func power(_ exponents: Tensor) -> Tensor { Combine(operation: .power)(self, exponents) }
    /// The larger of two values; at a tie each gets half the derivative.
    public func maximum(_ other: Tensor) -> Tensor { Combine(operation: .maximum)(self, other) }
    /// The smaller of two values; at a tie each gets half the derivative.
    public func minimum(_ other: Tensor) -> Tensor { Combine(operation: .minimum)(self, other) }

    /// The sum, value by value; the smaller operand is repeated as in numpy.
    public static func + (a: Tensor, b: Tensor) -> Tensor { Combine(operation: .add)(a, b) }
    /// The difference, value by value; the smaller operand is repeated as in numpy.
    public static func - (a: Tensor, b: Tensor) -> Tensor { Combine(operation: .subtract)(a, b) }
    /// The product, value by value; the smaller operand is repeated as in numpy.
    public static func * (a: Tensor, b: Tensor) -> Tensor { Combine(operation: .multiply)(a, b) }
    /// The quotient, value by value; the smaller operand is repeated as in numpy.
    public static func / (a: Tensor, b: Tensor) -> Tensor { Combine(operation: .divide)(a, b) }
    /// The negative of every value.
    public static prefix func - (a: Tensor) -> Tensor { a.scaled(by: -1) }

    /// The sum, value by value; the smaller operand is repeated as in numpy.
    public static func + (a: Tensor, b: Scalar) -> Tensor { a.scaled(by: 1, plus: b) }
    /// The sum, value by value; the smaller operand is repeated as in numpy.
    public static func + (a: Scalar, b: Tensor) -> Tensor { b.scaled(by: 1, plus: a) }
    /// The difference, value by value; the smaller operand is repeated as in numpy.
    public static func - (a: Tensor, b: Scalar) -> Tensor { a.scaled(by: 1, plus: -b) }
    /// The difference, value by value; the smaller operand is repeated as in numpy.
    public static func - (a: Scalar, b: Tensor) -> Tensor { b.scaled(by: -1, plus: a) }
    /// The product, value by value; the smaller operand is repeated as in numpy.
    public static func * (a: Tensor, b: Scalar) -> Tensor { a.scaled(by: b) }
    /// The product, value by value; the smaller operand is repeated as in numpy.
    public static func * (a: Scalar, b: Tensor) -> Tensor { b.scaled(by: a) }
    /// The quotient, value by value; the smaller operand is repeated as in numpy.
    public static func / (a: Tensor, b: Scalar) -> Tensor { a.scaled(by: 1 / b) }
    /// The quotient, value by value; the smaller operand is repeated as in numpy.
    public static func / (a: Scalar, b: Tensor) -> Tensor { a * b.mapped(.reciprocal) }
}
