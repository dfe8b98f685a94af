import Glibc

/// Zero-filled memory for `count` values that starts on a 64-byte boundary, freed with its last owner.
///
/// The fixed alignment matters twice: vector loads never straddle a cache line, and FFTW, whose planner looks at
/// the alignment, picks the same plan for every buffer, so results do not depend on where memory happened to be.
/// The memory also ends on such a boundary: loops over vectors may run into the padding, which starts as zeros.
public final class AlignedBuffer<Scalar: Real>: @unchecked Sendable {
    /// Number of values.
    public let count: Int
    /// The first value.
    public let pointer: UnsafeMutablePointer<Scalar>

    private static var hugePage: Int { 1 << 21 }

    /// Allocates `count` zeros.
    public init(count: Int) {
        precondition(count >= 0, "count: expected 0 or more values, got \(count)")
        var memory: UnsafeMutableRawPointer?
        let bytes = max(64, (count * MemoryLayout<Scalar>.stride + 63) / 64 * 64)
        let isLarge = bytes >= Self.hugePage
        guard posix_memalign(&memory, isLarge ? Self.hugePage : 64, bytes) == 0, let memory else {
            fatalError("out of memory: \(bytes) bytes were asked for")
        }
        // Where the system offers huge pages on request, first touch and address translation cost a fraction. Whole pages
        // only: what is left over belongs to others.
        if isLarge { madvise(memory, bytes / Self.hugePage * Self.hugePage, MADV_HUGEPAGE) }
        memset(memory, 0, bytes)
        self.count = count
        self.pointer = memory.bindMemory(to: Scalar.self, capacity: max(1, count))
    }

    /// A copy with memory of its own.
    public func copy() -> AlignedBuffer {
        let result = AlignedBuffer(count: count)
        result.pointer.update(from: pointer, count: count)
        return result
    }

    /// Sets every value to zero.
    public func clear() {
        pointer.update(repeating: 0, count: count)
    }

    /// The values as a collection.
    public var values: UnsafeMutableBufferPointer<Scalar> {
        UnsafeMutableBufferPointer(start: pointer, count: count)
    }

    deinit { free(pointer) }
}
