import Glibc
import Synchronization

/// The loop that a team is running, seen by its threads. It does not own them, so that a team can end them.
///
/// Unchecked: everything that changes is atomic, or guarded by the monitor, or belongs to the one thread that has set
/// `isRunning`.
@usableFromInline
final class TeamLoop: @unchecked Sendable {
    private enum Event {
        static let loopBegins = 0
        static let workersLeft = 1
    }

    private let monitor = Monitor(conditions: 2)
    private let isRunning = Atomic(false)
    private let nextItem = Atomic(0)

    // Guarded by the monitor, but for a look at the two numbers.
    private var body: ((Int, Int) -> Void)?
    private var endItem = 0
    private let loops = Atomic(0)
    private let workersInside = Atomic(0)
    private var hasEnded = false

    // Belongs to the thread that has set `isRunning`.
    private var partialSums = UnsafeMutableBufferPointer<Double>(start: nil, count: 0)

    @usableFromInline
    init() {}

    deinit {
        partialSums.deallocate()
    }

    // MARK: On the calling thread

    /// Runs `body` for all items and returns when all are done.
    @usableFromInline
    func run(_ range: Range<Int>, isShared: Bool, _ body: (Int, Int) -> Void) {
        begin()
        share(range, isShared: isShared, body)
        finish()
    }

    /// The sum of `body` over 0..<`count`, added in ascending order.
    @usableFromInline
    func sum(_ count: Int, isShared: Bool, _ body: (Int) -> Double) -> Double {
        begin()
        if partialSums.count < count {
            partialSums.deallocate()
            partialSums = .allocate(capacity: count)
        }
        let partialSums = partialSums
        share(0..<count, isShared: isShared) { item, _ in partialSums[item] = body(item) }
        var sum = 0.0
        for item in 0..<count {
            sum += partialSums[item]
        }
        finish()
        return sum
    }

    /// Lets the workers return from `serve`.
    func end() {
        monitor.lock()
        hasEnded = true
        monitor.announce(Event.loopBegins)
        monitor.unlock()
    }

    private func begin() {
        let wasRunning = isRunning.exchange(true, ordering: .acquiring)
        precondition(!wasRunning, "ThreadTeam: a team runs one loop at a time; give the inner loop a team of its own")
    }

    private func finish() {
        isRunning.store(false, ordering: .releasing)
    }

    private func share(_ range: Range<Int>, isShared: Bool, _ body: (Int, Int) -> Void) {
        nextItem.store(range.lowerBound, ordering: .relaxed)
        guard isShared, range.count > 1 else {
            takeItems(before: range.upperBound, as: 0, body)
            return
        }
        withoutActuallyEscaping(body) { body in
            monitor.lock()
            self.body = body
            endItem = range.upperBound
            loops.wrappingAdd(1, ordering: .releasing)
            monitor.announce(Event.loopBegins)
            monitor.unlock()

            takeItems(before: range.upperBound, as: 0, body)

            look { workersInside.load(ordering: .acquiring) == 0 }
            monitor.lock()
            // A worker that wakes up from here on finds nothing to do and is not waited for.
            self.body = nil
            while workersInside.load(ordering: .relaxed) > 0 {
                monitor.wait(for: Event.workersLeft)
            }
            monitor.unlock()
        }
    }

    // MARK: On every thread

    /// Looks for a while whether something has happened, before the thread sleeps: to wake one takes 60 µs on the two cores of a virtual
    /// machine, and the loops of a network are less apart. In between it gives way to whoever else has work.
    private func look(_ hasHappened: () -> Bool) {
        for _ in 0..<200 {
            if hasHappened() { return }
            sched_yield()
        }
    }

    /// Leaves the items that nobody has begun yet undone.
    @usableFromInline
    func handOutNoMore() {
        // Far beyond any end, and far enough from the largest Int for every worker to count on from here.
        nextItem.store(Int.max / 2, ordering: .relaxed)
    }

    private func takeItems(before end: Int, as worker: Int, _ body: (Int, Int) -> Void) {
        while true {
            let item = nextItem.wrappingAdd(1, ordering: .relaxed).oldValue
            guard item < end else { return }
            body(item, worker)
        }
    }

    // MARK: On the team's own threads

    /// Takes part in every loop until the team ends.
    func serve(as worker: Int) {
        var loopsSeen = 0
        monitor.lock()
        while !hasEnded {
            if loops.load(ordering: .relaxed) == loopsSeen || body == nil {
                loopsSeen = loops.load(ordering: .relaxed)
                monitor.unlock()
                look { loops.load(ordering: .acquiring) != loopsSeen }
                monitor.lock()
                if loops.load(ordering: .relaxed) == loopsSeen && !hasEnded { monitor.wait(for: Event.loopBegins) }
                continue
            }
            loopsSeen = loops.load(ordering: .relaxed)
            workersInside.wrappingAdd(1, ordering: .relaxed)
            takePart(as: worker)
            let left = workersInside.wrappingSubtract(1, ordering: .releasing).newValue
            if left == 0 { monitor.announce(Event.workersLeft) }
        }
        monitor.unlock()
    }

    /// Enters and leaves with the monitor locked. A function of its own, so that the body is released before it returns.
    @inline(never)
    private func takePart(as worker: Int) {
        guard let body else { return }
        let end = endItem
        monitor.unlock()
        takeItems(before: end, as: worker, body)
        monitor.lock()
    }
}
