import Glibc

/// Memory for the many arrays of a set-up, freed as a whole with its last owner.
///
/// Blocks lie in huge pages where the system offers them: the first touch of as many small ones takes as long as what is computed.
final class SetupMemory: @unchecked Sendable {
    private static var hugePage: Int { 1 << 21 }

    private let blockBytes: Int
    private var blocks: [UnsafeMutableRawPointer] = []
    private var start = 0, next = 0, end = 0

    /// - Parameter expected: bytes that will be asked for, more or less.
    init(expected: Int) { blockBytes = max(1 << 12, expected) }

    deinit { for block in blocks { free(block) } }

    /// Room for `count` values, which hold anything.
    func allocate<Value>(_ count: Int) -> UnsafeMutablePointer<Value> {
        let bytes = (max(1, count) * MemoryLayout<Value>.stride + 63) / 64 * 64
        // What is expected is a guess, and may be more than there is.
        if next + bytes > end, !addBlock(max(bytes, blockBytes)), !addBlock(bytes) {
            fatalError("out of memory: \(bytes) bytes were asked for")
        }
        defer { next += bytes }
        return UnsafeMutableRawPointer(bitPattern: next)!.bindMemory(to: Value.self, capacity: max(1, count))
    }

    /// Room for `count` values that are all `value`.
    func allocate<Value>(_ count: Int, of value: Value) -> UnsafeMutablePointer<Value> {
        let values: UnsafeMutablePointer<Value> = allocate(count)
        values.initialize(repeating: value, count: max(1, count))
        return values
    }

    /// Gives back all that was asked for after what ends at an address, or nothing where a new block was begun meanwhile.
    func giveBack(after address: UnsafeMutableRawPointer) {
        let place = (Int(bitPattern: address) + 63) / 64 * 64
        if place >= start, place <= next { next = place }
    }

    private func addBlock(_ bytes: Int) -> Bool {
        let isLarge = bytes >= Self.hugePage
        let unit = isLarge ? Self.hugePage : 64
        let whole = (bytes + unit - 1) / unit * unit
        var memory: UnsafeMutableRawPointer?
        guard posix_memalign(&memory, unit, whole) == 0, let memory else { return false }
        if isLarge { madvise(memory, whole, MADV_HUGEPAGE) }
        blocks.append(memory)
        start = Int(bitPattern: memory)
        (next, end) = (start, start + whole)
        return true
    }
}
