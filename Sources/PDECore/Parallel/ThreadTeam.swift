import Synchronization

/// A fixed set of threads that share the items of a loop.
///
/// The threads sleep between loops and end with the team. The thread that calls a loop takes part as worker 0, so a team
/// of one runs everything on the caller. Which worker gets which item is left to chance; a loop whose items do not depend
/// on each other therefore gives the same bits for any number of threads, and `sum` does so by construction.
///
/// The bodies are not `@Sendable`, so that they can use pointers into workspaces: that different items write to
/// different memory is the caller's promise. A team runs one loop at a time; a loop inside a loop, or from a second
/// thread, traps.
///
/// A loop that is shared allocates once, a few bytes for the body that the other threads see. A loop with one item or on
/// a team of one allocates nothing.
public final class ThreadTeam: Sendable {
    /// The number of workers, the calling thread among them.
    public let count: Int

    @usableFromInline let loop: TeamLoop
    private let threads: [WorkerThread]

    /// A team of `threads` workers, of which `threads` − 1 are new threads.
    ///
    /// When the system refuses some of the threads the team is smaller, which changes no result; `count` tells.
    public init(threads: Int) {
        precondition(threads > 0, "ThreadTeam: threads must be positive, got \(threads)")
        let loop = TeamLoop()
        self.loop = loop
        var started: [WorkerThread] = []
        for worker in 1..<max(1, threads) {
            guard let thread = WorkerThread({ loop.serve(as: worker) }) else { break }
            started.append(thread)
        }
        self.threads = started
        count = started.count + 1
    }

    deinit {
        loop.end()
        for thread in threads {
            thread.join()
        }
    }

    /// Calls `body` once for each item of `range`, on all workers; returns when all are done.
    ///
    /// - Parameters:
    ///   - range: The items, handed out in ascending order.
    ///   - body: Receives the item and the number of the worker, from 0 to `count` − 1, to pick a workspace by.
    /// - Throws: When bodies throw, no further items are handed out, and the error of the first failing item in
    ///   `range`'s order is thrown: the same one for any number of threads.
    @inlinable
    public func forEach<Failure: Error>(
        _ range: Range<Int>, _ body: (_ item: Int, _ worker: Int) throws(Failure) -> Void
    ) throws(Failure) {
        // Items are handed out in ascending order, so those before a failing one have all been started and will report.
        let first = Mutex<(item: Int, error: Failure)?>(nil)
        loop.run(range, isShared: count > 1) { item, worker in
            do throws(Failure) {
                try body(item, worker)
            } catch {
                first.withLock { first in
                    if first.map({ item < $0.item }) ?? true { first = (item, error) }
                }
                loop.handOutNoMore()
            }
        }
        if let failure = first.withLock({ $0 }) { throw failure.error }
    }

    /// Calls `body` once for each chunk of 0..<`count`; the chunks do not depend on the number of threads.
    ///
    /// - Parameters:
    ///   - count: The number of elements.
    ///   - chunk: The length of every chunk but perhaps the last.
    ///   - body: Receives the chunk's range and the number of the worker.
    /// - Throws: The error of the first failing chunk.
    @inlinable
    public func chunks<Failure: Error>(
        of count: Int, chunk: Int, _ body: (_ range: Range<Int>, _ worker: Int) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(
            count >= 0 && chunk > 0,
            "ThreadTeam.chunks: expected count ≥ 0 and chunk > 0, got \(count) and \(chunk)")
        try forEach(0..<(count + chunk - 1) / chunk) { (item, worker) throws(Failure) in
            try body(item * chunk..<min(count, (item + 1) * chunk), worker)
        }
    }

    /// The sum of `body` over the chunks of 0..<`count`, with the same bits for any number of threads.
    ///
    /// The chunks' sums are added in ascending order. Once the team has summed as many chunks before, their places are
    /// there already.
    ///
    /// - Parameters:
    ///   - count: The number of elements.
    ///   - chunk: The length of every chunk but perhaps the last. A different length gives different round-off.
    ///   - body: The sum over one chunk.
    @inlinable
    public func sum(count: Int, chunk: Int, _ body: (_ range: Range<Int>) -> Double) -> Double {
        precondition(
            count >= 0 && chunk > 0, "ThreadTeam.sum: expected count ≥ 0 and chunk > 0, got \(count) and \(chunk)")
        let chunks = (count + chunk - 1) / chunk
        return loop.sum(chunks, isShared: self.count > 1) { item in
            body(item * chunk..<min(count, (item + 1) * chunk))
        }
    }

    /// What becomes of each element, in the elements' order.
    ///
    /// - Throws: The error of the first element that fails.
    package func map<Element, Result, Failure: Error>(
        _ elements: [Element], _ transform: (Element) throws(Failure) -> Result
    ) throws(Failure) -> [Result] {
        var results = [Result?](repeating: nil, count: elements.count)
        try results.withUnsafeMutableBufferPointer { (results) throws(Failure) in
            try forEach(0..<elements.count) { (item, _) throws(Failure) in
                results[item] = try transform(elements[item])
            }
        }
        return results.map { $0! }
    }
}
