import Glibc
import Synchronization

/// Memory that is given back and handed out again, so that a warm training step touches no fresh page.
///
/// Blocks are kept by size class, eight classes an octave, and the block given back last is handed out first: it is the
/// one that the caches still hold. Nothing is returned to the system before the pool ends.
public final class MemoryPool: Sendable {
    /// What a pool has done so far.
    public struct Usage: Equatable, Sendable {
        /// Bytes handed out now.
        public internal(set) var bytesInUse = 0
        /// The most bytes that were handed out at once.
        public internal(set) var peakBytes = 0
        /// Bytes taken from the system.
        public internal(set) var bytesHeld = 0
        /// Blocks taken from the system, which a warm step must not do.
        public internal(set) var freshBlocks = 0
    }

    private struct State {
        var free: [Int: [UInt]] = [:]
        var usage = Usage()
    }

    private static var hugePage: Int { 1 << 21 }
    private let state = Mutex(State())

    /// An empty pool.
    package init() {}

    /// What the pool has done so far.
    public var usage: Usage { state.withLock { $0.usage } }

    /// Forgets the peak, so that the next one is of what follows.
    public func resetPeak() {
        state.withLock { $0.usage.peakBytes = $0.usage.bytesInUse }
    }

    /// Memory for at least `bytes` bytes on a 64-byte boundary, with any content.
    package func take(bytes: Int) -> UnsafeMutableRawPointer {
        let size = Self.classSize(bytes)
        let block = state.withLock { state -> UInt? in
            state.usage.bytesInUse += size
            state.usage.peakBytes = max(state.usage.peakBytes, state.usage.bytesInUse)
            if let block = state.free[size]?.popLast() { return block }
            state.usage.bytesHeld += size
            state.usage.freshBlocks += 1
            return nil
        }
        if let block { return UnsafeMutableRawPointer(bitPattern: block)! }
        var memory: UnsafeMutableRawPointer?
        let isLarge = size >= Self.hugePage
        guard posix_memalign(&memory, isLarge ? Self.hugePage : 64, size) == 0, let memory else {
            fatalError("out of memory: \(size) bytes were asked for")
        }
        if isLarge { madvise(memory, size / Self.hugePage * Self.hugePage, MADV_HUGEPAGE) }
        return memory
    }

    /// Takes back what `take` with the same number of bytes handed out.
    package func giveBack(_ memory: UnsafeMutableRawPointer, bytes: Int) {
        let size = Self.classSize(bytes)
        state.withLock { state in
            state.usage.bytesInUse -= size
            state.free[size, default: []].append(UInt(bitPattern: memory))
        }
    }

    /// The size of the blocks that serve a request: at most an eighth more than what is asked for.
    static func classSize(_ bytes: Int) -> Int {
        let bytes = max(512, bytes)
        let step = max(64, 1 << (Int.bitWidth - 1 - (bytes - 1).leadingZeroBitCount - 3))
        return (bytes + step - 1) / step * step
    }

    deinit {
        state.withLock { state in
            for block in state.free.values.joined() { free(UnsafeMutableRawPointer(bitPattern: block)) }
        }
    }
}
