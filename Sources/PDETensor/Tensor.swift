import PDECore

/// A dense array of numbers with any number of axes, stored row-major, that remembers how it was computed.
///
/// Operations return new tensors; the values of a tensor never change under its user's eyes. Those computed from a
/// `variable` are recorded, and derivatives of any order are swept out of the record: `gradient` backwards, `tangent`
/// forwards. Both are themselves made of recorded operations. What depends on no variable is not recorded and its memory
/// goes back to the pool at once.
///
/// Mistakes in shapes are a programmer's: they trap and say what was expected.
public struct Tensor<Scalar: Real>: Sendable {
    /// Length of every axis, slowest first; empty for a single number.
    public let shape: [Int]
    package let storage: Storage<Scalar>
    package let node: Node<Scalar>?

    package init(_ storage: Storage<Scalar>, shape: [Int], node: Node<Scalar>? = nil) {
        assert(storage.count >= shape.product)
        self.storage = storage
        self.shape = shape
        self.node = node
    }

    /// Room for a result of this shape, beside `self`.
    package func empty(_ shape: [Int]) -> Tensor {
        Tensor(uninitialized: shape, on: backend)
    }

    /// A tensor of any content, to be filled by the operation that made it.
    package init(uninitialized shape: [Int], on backend: any Backend) {
        self.init(Storage(count: shape.product, on: backend), shape: shape)
    }

    /// Number of axes.
    public var rank: Int { shape.count }
    /// Number of values.
    public var count: Int { shape.product }
    /// What computes with this tensor and everything made of it.
    public var backend: any Backend { storage.backend }
    package var pointer: UnsafeMutablePointer<Scalar> { storage.pointer }
}

// MARK: Making tensors

extension Tensor {
    /// A tensor with the given values in row-major order.
    public init(_ values: [Scalar], shape: [Int], on backend: any Backend) {
        precondition(
            values.count == shape.product, "values: expected \(shape.product) for shape \(shape), got \(values.count)")
        self.init(uninitialized: shape, on: backend)
        values.withUnsafeBufferPointer { pointer.update(from: $0.baseAddress!, count: values.count) }
    }

    /// A tensor of one value everywhere.
    public init(repeating value: Scalar, shape: [Int] = [], on backend: any Backend) {
        self.init(uninitialized: shape, on: backend)
        pointer.update(repeating: value, count: count)
    }

    /// A tensor with a copy of memory in row-major order.
    public init(copying values: UnsafePointer<Scalar>, shape: [Int], on backend: any Backend) {
        self.init(uninitialized: shape, on: backend)
        pointer.update(from: values, count: count)
    }

    /// A tensor filled by a closure, which gets room for all values, with any content.
    public init(shape: [Int], on backend: any Backend, filledBy fill: (UnsafeMutableBufferPointer<Scalar>) -> Void) {
        self.init(uninitialized: shape, on: backend)
        fill(UnsafeMutableBufferPointer(start: pointer, count: count))
    }

    /// Zeros of this tensor's shape.
    public var zeros: Tensor { Tensor(repeating: 0, shape: shape, on: backend) }
    /// Ones of this tensor's shape.
    public var ones: Tensor { Tensor(repeating: 1, shape: shape, on: backend) }

    /// A single number beside this tensor.
    package func number(_ value: Scalar) -> Tensor { Tensor(repeating: value, on: backend) }
}

// MARK: Looking at tensors

extension Tensor {
    /// A copy of the values in row-major order.
    public var values: [Scalar] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    /// The value of a tensor with just one.
    public var item: Scalar {
        precondition(count == 1, "item: expected a tensor with one value, got shape \(shape)")
        return pointer[0]
    }

    /// Gives read access to the memory.
    public func withUnsafeValues<Result>(_ body: (UnsafeBufferPointer<Scalar>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafeBufferPointer(start: pointer, count: count)) }
    }

    /// Gives write access to the memory, which every tensor sharing it sees: for whoever owns a parameter, between steps.
    public func withUnsafeMutableValues<Result>(
        _ body: (UnsafeMutableBufferPointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafeMutableBufferPointer(start: pointer, count: count)) }
    }
}

extension Tensor: CustomStringConvertible {
    /// The shape and the initial values.
    public var description: String {
        let shown = withUnsafeValues { $0.prefix(8).map { "\($0)" }.joined(separator: ", ") }
        return "Tensor<\(Scalar.self)>\(shape) [\(shown)\(count > 8 ? ", …" : "")]"
    }
}

extension [Int] {
    /// The number of values of a tensor of this shape.
    package var product: Int { reduce(1, *) }
}
