/// Places that producers take in ascending order and fill in any order, and that one consumer empties in order.
///
/// Unchecked: everything that changes is guarded by the monitor.
final class OrderedQueue<Element: Sendable>: @unchecked Sendable {
    private let monitor = Monitor(conditions: 2)
    private let count: Int
    private let window: Int

    // Guarded by the monitor.
    private var slots: [Result<Element, any Error>?]
    private var taken = 0
    private var read = 0
    private var released = 0
    private var isClosed = false

    /// A queue of `count` places of which at most `window` are taken and not yet released.
    init(count: Int, window: Int) {
        self.count = count
        self.window = min(window, count)
        slots = Array(repeating: nil, count: self.window)
    }

    // MARK: Producers

    /// The next place once there is room, or nil when all are taken or the queue is closed.
    ///
    /// Asks `shouldStop` right before a place is given out, and closes the queue when it says true.
    func take(unless shouldStop: () -> Bool) -> Int? {
        while true {
            if shouldStop() { close() }
            monitor.lock()
            defer { monitor.unlock() }
            guard !isClosed && taken < count else { return nil }
            if taken - released < window {
                taken += 1
                return taken - 1
            }
            monitor.wait(for: OrderedQueueEvent.roomCame)
        }
    }

    /// Fills a place that was taken.
    func put(_ result: Result<Element, any Error>, at place: Int) {
        monitor.lock()
        slots[place % window] = result
        monitor.announce(OrderedQueueEvent.elementCame)
        monitor.unlock()
    }

    /// Gives out no more places; those taken can still be filled and read.
    func close() {
        monitor.lock()
        isClosed = true
        monitor.announce(OrderedQueueEvent.roomCame)
        monitor.announce(OrderedQueueEvent.elementCame)
        monitor.unlock()
    }

    // MARK: The consumer

    /// The result in the next place once it is there, or nil when there are no more.
    func next() -> Result<Element, any Error>? {
        monitor.lock()
        defer { monitor.unlock() }
        while read < count {
            if let result = slots[read % window] {
                slots[read % window] = nil
                read += 1
                return result
            }
            if isClosed && read == taken { return nil }
            monitor.wait(for: OrderedQueueEvent.elementCame)
        }
        return nil
    }

    /// Makes room for one more place.
    func release() {
        monitor.lock()
        released += 1
        monitor.announce(OrderedQueueEvent.roomCame)
        monitor.unlock()
    }
}

private enum OrderedQueueEvent {
    static let elementCame = 0
    static let roomCame = 1
}
