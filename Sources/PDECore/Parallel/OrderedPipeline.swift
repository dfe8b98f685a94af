/// Work on many items at once whose results are taken strictly in order.
public enum OrderedPipeline {
    /// Produces one element for each index on `threads` new threads and consumes them in order on the calling thread.
    ///
    /// The first failing item in order decides: the items before it are consumed, then its error is thrown, and it is the
    /// same one for any number of threads. Whatever ends the run, the workers finish the items that they have begun and
    /// are joined before this function returns or throws.
    ///
    /// - Parameters:
    ///   - threads: The number of workers. When the system refuses some, the others do the work.
    ///   - window: How many items may be begun and not yet consumed, at least 1: a bound on the memory. At least twice
    ///     `threads` keeps the workers busy when items take different times.
    ///   - nextIndex: Gives the indices in the order of consumption, each when there is room for it in the window; nil ends
    ///     them. Called on the calling thread; its error is thrown after the items before it are consumed.
    ///   - makeWorker: Called once on each worker's thread with the worker's number from 0, before its first item; makes
    ///     the closure that produces the elements and owns the worker's workspaces. An error that it throws counts as
    ///     that of the item.
    ///   - consume: Receives each index with its element.
    ///   - shouldStop: Asked by the workers before each item, so on several threads. Once it says true no further items
    ///     are begun; those begun are finished and consumed.
    /// - Returns: How many elements were consumed: fewer than there are indices only after `shouldStop`.
    /// - Throws: What `nextIndex`, `makeWorker`, the workers and `consume` throw; `ThreadError.refused` when no thread could
    ///   be made.
    @discardableResult
    public static func run<Element: Sendable>(
        threads: Int, window: Int, nextIndex: () throws -> Int?,
        makeWorker: @escaping @Sendable (_ worker: Int) throws -> (_ index: Int) throws -> Element,
        consume: (_ index: Int, _ element: Element) throws -> Void,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Int {
        precondition(threads > 0, "OrderedPipeline: threads must be positive, got \(threads)")
        precondition(window > 0, "OrderedPipeline: window must be positive, got \(window)")
        let queue = OrderedQueue<Element>(window: window)
        var sourceError: (any Error)?
        func fill() {
            do {
                while queue.hasRoom {
                    guard let index = try nextIndex() else { return queue.end() }
                    queue.supply(index)
                }
            } catch {
                sourceError = error
                queue.end()
            }
        }
        fill()
        var workers: [WorkerThread] = []
        for worker in 0..<min(threads, queue.count) {
            let thread = WorkerThread {
                produce(into: queue, makeProducer: { try makeWorker(worker) }, shouldStop: shouldStop)
            }
            guard let thread else { break }
            workers.append(thread)
        }
        guard !workers.isEmpty || queue.count == 0 else { throw ThreadError.refused }
        defer {
            queue.close()
            for worker in workers {
                worker.join()
            }
        }

        var consumed = 0
        while let (index, result) = queue.next() {
            try consume(index, result.get())
            consumed += 1
            fill()
        }
        if let sourceError { throw sourceError }
        return consumed
    }

    /// The same for indices that are known beforehand.
    @discardableResult
    public static func run<Element: Sendable>(
        indices: some Sequence<Int>, threads: Int, window: Int,
        makeWorker: @escaping @Sendable (_ worker: Int) throws -> (_ index: Int) throws -> Element,
        consume: (_ index: Int, _ element: Element) throws -> Void,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Int {
        var iterator = indices.makeIterator()
        return try run(
            threads: threads, window: window, nextIndex: { iterator.next() }, makeWorker: makeWorker, consume: consume,
            shouldStop: shouldStop)
    }

    /// What a worker's thread does: takes places from the queue, in order, until there are none.
    private static func produce<Element: Sendable>(
        into queue: OrderedQueue<Element>, makeProducer: () throws -> (Int) throws -> Element, shouldStop: () -> Bool
    ) {
        var producer: ((Int) throws -> Element)?
        while let (place, index) = queue.take(unless: shouldStop) {
            do {
                let produceElement = try producer ?? makeProducer()
                producer = produceElement
                queue.put(.success(try produceElement(index)), at: place)
            } catch {
                queue.put(.failure(error), at: place)
                queue.close()
            }
        }
    }
}

/// Why parallel work could not begin.
public enum ThreadError: Error, Equatable, CustomStringConvertible {
    /// The system made none of the threads that were asked for.
    case refused

    /// What went wrong, why, and what to do next.
    public var description: String {
        "The system refused to make a thread: the limit on processes or on memory is reached. "
            + "Look at `ulimit -u` and `ulimit -v`."
    }
}
