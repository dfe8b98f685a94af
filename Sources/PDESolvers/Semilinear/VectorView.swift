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

    /// The larger of the two, lane by lane; of a number and a NaN, `other`. Eight scalar comparisons become one
    /// vector instruction; the standard library's `pointwiseMax` and `replacing(with:where:)` do not.
    @inline(__always)
    func larger(_ other: SIMD8) -> SIMD8 {
        SIMD8(
            self[0] > other[0] ? self[0] : other[0], self[1] > other[1] ? self[1] : other[1],
            self[2] > other[2] ? self[2] : other[2], self[3] > other[3] ? self[3] : other[3],
            self[4] > other[4] ? self[4] : other[4], self[5] > other[5] ? self[5] : other[5],
            self[6] > other[6] ? self[6] : other[6], self[7] > other[7] ? self[7] : other[7])
    }
}
