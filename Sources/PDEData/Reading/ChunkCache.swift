import PDECore
import Synchronization

/// Checked chunks of fields in memory, at most so many bytes; what was not used lately makes room.
///
/// Every field has a shelf with places of one size, made as they are needed and used again ever after: a shelf that is
/// full allocates nothing. A place is held while a thread reads from it or fills it, and cannot be given away then;
/// when all places of a full shelf are held it grows by one, so at most by the number of threads.
final class ChunkCache: Sendable {
    /// A place in a shelf that the caller holds.
    struct Place {
        fileprivate let shelf: Int
        fileprivate let slot: Int
        /// A chunk and the four bytes of its checksum.
        let values: UnsafeMutablePointer<Float>
    }

    private struct Slot {
        let buffer: AlignedBuffer<Float>
        /// The chunk in it, -1 when it holds none.
        var key = -1
        var holders = 0
        /// Whether it was used since the hand last passed.
        var isRecent = false
    }

    private struct Shelf {
        /// The number of values of a chunk with its checksum.
        let size: Int
        var slots: [Slot] = []
        var slotOfKey: [Int: Int] = [:]
        var hand = 0

        /// The next slot that nobody holds and that was not used since the hand passed it (the clock algorithm, Corbató
        /// 1968); nil when all are held.
        mutating func victim() -> Int? {
            for _ in 0..<(2 * slots.count) {
                let slot = hand
                hand = hand + 1 == slots.count ? 0 : hand + 1
                if slots[slot].holders > 0 { continue }
                if !slots[slot].isRecent { return slot }
                slots[slot].isRecent = false
            }
            return nil
        }
    }

    private struct State {
        var shelves: [Shelf]
        var bytes = 0
    }

    private let state: Mutex<State>
    private let limit: Int

    /// - Parameters:
    ///   - sizes: The number of values of each shelf's chunks, without the checksum.
    ///   - limit: The most bytes of all places together; a shelf has one place at least.
    init(sizes: [Int], limit: Int) {
        state = Mutex(State(shelves: sizes.map { Shelf(size: $0 + 1) }))
        self.limit = limit
    }

    /// The bytes of all places.
    var bytes: Int { state.withLock { $0.bytes } }

    /// The place of a chunk that is in memory; the caller holds it.
    func hold(_ shelf: Int, key: Int) -> Place? {
        state.withLock { state in
            guard let slot = state.shelves[shelf].slotOfKey[key] else { return nil }
            state.shelves[shelf].slots[slot].holders += 1
            state.shelves[shelf].slots[slot].isRecent = true
            return Place(shelf: shelf, slot: slot, values: state.shelves[shelf].slots[slot].buffer.pointer)
        }
    }

    /// A place to read a chunk into; the caller holds it, and nobody else finds it before it is published.
    func reserve(_ shelf: Int) -> Place {
        state.withLock { state in
            let size = state.shelves[shelf].size * MemoryLayout<Float>.size
            let hasRoom = state.shelves[shelf].slots.isEmpty || state.bytes + size <= limit
            let slot: Int
            if !hasRoom, let victim = state.shelves[shelf].victim() {
                slot = victim
                if state.shelves[shelf].slots[slot].key >= 0 {
                    state.shelves[shelf].slotOfKey[state.shelves[shelf].slots[slot].key] = nil
                    state.shelves[shelf].slots[slot].key = -1
                }
            } else {
                slot = state.shelves[shelf].slots.count
                state.shelves[shelf].slots.append(Slot(buffer: AlignedBuffer(count: state.shelves[shelf].size)))
                state.bytes += size
            }
            state.shelves[shelf].slots[slot].holders = 1
            return Place(shelf: shelf, slot: slot, values: state.shelves[shelf].slots[slot].buffer.pointer)
        }
    }

    /// Lets others find what was read into a reserved place.
    func publish(_ place: Place, key: Int) {
        state.withLock { state in
            // Another thread may have read the same chunk meanwhile; one place is enough for it.
            guard state.shelves[place.shelf].slotOfKey[key] == nil else { return }
            state.shelves[place.shelf].slotOfKey[key] = place.slot
            state.shelves[place.shelf].slots[place.slot].key = key
            state.shelves[place.shelf].slots[place.slot].isRecent = true
        }
    }

    /// Gives a place back.
    func release(_ place: Place) {
        state.withLock { $0.shelves[place.shelf].slots[place.slot].holders -= 1 }
    }
}
