import PDECore

/// Memory on a 64-byte boundary seen as vectors of eight values, which hold four complex numbers.
struct VectorView<Scalar: Real> {
    private let memory: UnsafeRawPointer

    @inline(__always)
    init(_ pointer: UnsafePointer<Scalar>) { memory = UnsafeRawPointer(pointer) }

    @inline(__always)
    subscript(index: Int) -> SIMD8<Scalar> {
        memory.load(fromByteOffset: index &* MemoryLayout<SIMD8<Scalar>>.size, as: SIMD8<Scalar>.self)
    }
}

/// The same for writing.
struct MutableVectorView<Scalar: Real> {
    private let memory: UnsafeMutableRawPointer

    @inline(__always)
    init(_ pointer: UnsafeMutablePointer<Scalar>) { memory = UnsafeMutableRawPointer(pointer) }

    @inline(__always)
    subscript(index: Int) -> SIMD8<Scalar> {
        get { memory.load(fromByteOffset: index &* MemoryLayout<SIMD8<Scalar>>.size, as: SIMD8<Scalar>.self) }
        nonmutating set {
            memory.storeBytes(
                of: newValue, toByteOffset: index &* MemoryLayout<SIMD8<Scalar>>.size, as: SIMD8<Scalar>.self)
        }
    }
}

extension SIMD8 where Scalar: Real {
    /// (re, im, …) → (im, re, …).
    @inline(__always)
    var swappedParts: SIMD8 { SIMD8(self[1], self[0], self[3], self[2], self[5], self[4], self[7], self[6]) }
}
