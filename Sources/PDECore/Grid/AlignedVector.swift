/// Numbers in 64-byte aligned memory with value semantics: the memory is shared until one of the copies is written to.
public struct AlignedVector<Scalar: Real>: Sendable {
    @usableFromInline var storage: AlignedBuffer<Scalar>

    /// `count` zeros.
    public init(count: Int) {
        storage = AlignedBuffer(count: count)
    }

    /// Number of values.
    public var count: Int { storage.count }

    /// A copy of the values.
    public var values: [Scalar] { Array(storage.values) }

    /// The value at `index`.
    public subscript(index: Int) -> Scalar {
        get {
            precondition(index >= 0 && index < count, "index: expected 0..<\(count), got \(index)")
            return storage.pointer[index]
        }
        set {
            precondition(index >= 0 && index < count, "index: expected 0..<\(count), got \(index)")
            makeUnique()
            storage.pointer[index] = newValue
        }
    }

    /// Gives read access to the memory. The pointer is mutable because FFTW's signatures are; do not write through it.
    @inlinable
    public func withUnsafePointer<Result>(_ body: (UnsafeMutablePointer<Scalar>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(storage.pointer) }
    }

    /// Gives write access to the memory. Nothing is allocated unless the memory is shared.
    @inlinable
    public mutating func withUnsafeMutablePointer<Result>(
        _ body: (UnsafeMutablePointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        makeUnique()
        return try body(storage.pointer)
    }

    @inlinable
    mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
    }
}

extension AlignedVector: Equatable {
    /// Whether all values are equal.
    public static func == (a: AlignedVector, b: AlignedVector) -> Bool {
        a.storage.values.elementsEqual(b.storage.values)
    }
}
