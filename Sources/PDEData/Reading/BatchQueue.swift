import Dispatch
import PDECore
import Synchronization

/// The batches of a loader: free, filled in order, or with the consumer.
final class BatchQueue: Sendable {
    private enum Owner { case free, filler, queue, consumer }

    private struct State {
        var batches: [Batch]
        var owners: [Owner]
        /// The filled batches in order: a ring of as many places as there are batches.
        var ring: [Int]
        var head = 0
        var filled = 0
        var failure: DataError?
    }

    private let state: Mutex<State>
    private let isClosed = Atomic<Bool>(false)
    /// Counts the free batches.
    private let room = DispatchSemaphore(value: 0)
    /// Counts the filled batches, and one for the end.
    private let ready = DispatchSemaphore(value: 0)
    /// The memory of all batches.
    let bytes: Int

    init(_ batches: [Batch]) {
        bytes = batches.reduce(0) {
            $0 + ($1.values.count + ($1.constants?.count ?? 0)) * MemoryLayout<Float>.size
        }
        state = Mutex(
            State(
                batches: batches, owners: batches.map { _ in .free }, ring: batches.map { _ in 0 }, failure: nil))
        for _ in batches { room.signal() }
    }

    // MARK: The filler

    /// Whether the consumer wants no more.
    var wantsNoMore: Bool { isClosed.load(ordering: .relaxed) }

    /// A free batch to fill; waits for one. nil when the consumer wants no more.
    func takeFree() -> (number: Int, batch: Batch)? {
        room.wait()
        if wantsNoMore { return nil }
        return state.withLock { state in
            guard let number = state.owners.firstIndex(of: .free) else {
                preconditionFailure("BatchQueue.takeFree: more was signalled than is free")
            }
            state.owners[number] = .filler
            return (number, state.batches[number])
        }
    }

    /// Puts a filled batch at the end of the queue.
    func put(_ number: Int) {
        state.withLock { state in
            state.ring[(state.head + state.filled) % state.ring.count] = number
            state.filled += 1
            state.owners[number] = .queue
        }
        ready.signal()
    }

    /// Ends the queue after the batches that are in it.
    func finish(_ failure: DataError? = nil) {
        state.withLock { $0.failure = failure }
        ready.signal()
    }

    // MARK: The consumer

    /// Tells the filler to stop.
    func close() {
        isClosed.store(true, ordering: .relaxed)
        room.signal()
    }

    /// Takes back the batches that the consumer no longer refers to.
    func collect() {
        let (freed, isStuck) = state.withLock { state in
            var freed = 0
            for number in state.owners.indices
            where state.owners[number] == .consumer && isKnownUniquelyReferenced(&state.batches[number]) {
                state.owners[number] = .free
                freed += 1
            }
            return (freed, state.owners.allSatisfy { $0 == .consumer })
        }
        precondition(!isStuck, "BatchLoader.next: all batches are still held; let go of one, or take a larger depth")
        for _ in 0..<freed { room.signal() }
    }

    /// Takes back one batch.
    func recycle(_ batch: Batch) {
        let isFreed = state.withLock { state in
            guard let number = state.batches.firstIndex(where: { $0 === batch }), state.owners[number] == .consumer
            else { return false }
            state.owners[number] = .free
            return true
        }
        precondition(isFreed, "BatchLoader.recycle: this batch is not one that was taken from this loader")
        room.signal()
    }

    /// Whether the next batch, or the end, is there; takes note of it.
    func isReady() -> Bool { ready.wait(timeout: .now()) == .success }

    /// Waits for the next batch or the end.
    func waitUntilReady() { ready.wait() }

    /// The next batch, which is there; nil at the end.
    func take() throws(DataError) -> Batch? {
        let (batch, failure) = state.withLock { state -> (Batch?, DataError?) in
            guard state.filled > 0 else { return (nil, state.failure) }
            let number = state.ring[state.head]
            state.head = (state.head + 1) % state.ring.count
            state.filled -= 1
            state.owners[number] = .consumer
            return (state.batches[number], nil)
        }
        if let batch { return batch }
        // The end stays where it is for whoever asks again.
        ready.signal()
        if let failure { throw failure }
        return nil
    }
}
