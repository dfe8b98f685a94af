/// Places that one consumer supplies with indices and empties in order, and that producers take in that order and fill in any.
///
/// Unchecked: everything that changes is guarded by the monitor.
final class OrderedQueue<Element: Sendable>: @unchecked Sendable {
    private let monitor = Monitor(conditions: 2)
    private let window: Int

    // Guarded by the monitor; a place is at its number modulo the window.
    private var indices: [Int]
    private var slots: [Result<Element, any Error>?]
    private var supplied = 0
    private var taken = 0
    private var read = 0
    private var isEnded = false
    private var isClosed = false

    /// A queue of which at most `window` places are supplied and not yet read.
    init(window: Int) {
        self.window = window
        indices = Array(repeating: 0, count: window)
        slots = Array(repeating: nil, count: window)
    }

    // MARK: Producers

    /// The next place and its index once there is one, or nil when all are taken or the queue is closed.
    ///
    /// Asks `shouldStop` right before a place is given out, and closes the queue when it says true.
    func take(unless shouldStop: () -> Bool) -> (place: Int, index: Int)? {
        while true {
            if shouldStop() { close() }
            monitor.lock()
            defer { monitor.unlock() }
            if isClosed { return nil }
            if taken < supplied {
                taken += 1
                return (taken - 1, indices[(taken - 1) % window])
            }
            if isEnded { return nil }
            monitor.wait(for: OrderedQueueEvent.indexCame)
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
        monitor.announce(OrderedQueueEvent.indexCame)
        monitor.announce(OrderedQueueEvent.elementCame)
        monitor.unlock()
    }

    // MARK: The consumer

    /// How many places were supplied.
    var count: Int {
        monitor.lock()
        defer { monitor.unlock() }
        return supplied
    }

    /// Whether one more place may be supplied.
    var hasRoom: Bool {
        monitor.lock()
        defer { monitor.unlock() }
        return !isEnded && !isClosed && supplied - read < window
    }

    /// Adds a place for an index; there must be room.
    func supply(_ index: Int) {
        monitor.lock()
        indices[supplied % window] = index
        supplied += 1
        monitor.announce(OrderedQueueEvent.indexCame)
        monitor.unlock()
    }

    /// Says that no more places will be supplied.
    func end() {
        monitor.lock()
        isEnded = true
        monitor.announce(OrderedQueueEvent.indexCame)
        monitor.unlock()
    }

    /// The index and the result of the next place once it is there, or nil when there are no more.
    func next() -> (index: Int, result: Result<Element, any Error>)? {
        monitor.lock()
        defer { monitor.unlock() }
        while read < supplied {
            if let result = slots[read % window] {
                let index = indices[read % window]
                slots[read % window] = nil
                read += 1
                return (index, result)
            }
            if isClosed && read == taken { return nil }
            monitor.wait(for: OrderedQueueEvent.elementCame)
        }
        return nil
    }
}

private enum OrderedQueueEvent {
    static let indexCame = 0
    static let elementCame = 1
}
