import PDECore
import Synchronization
import Testing

@Suite struct OrderedPipelineTests {
    private struct Failure: Error, Equatable { let index: Int }

    /// Work whose duration has nothing to do with the order of the items.
    private static func work(_ index: Int) -> Double {
        var stream = RandomStream(seed: 5, index: index, purpose: "work")
        return (0..<stream.integer(below: 2000)).reduce(0) { sum, _ in sum + stream.uniform() }
    }

    @Test(arguments: [1, 2, 5]) func resultsComeInOrderWithTheSameBits(threads: Int) throws {
        let indices = [9, 3, 100] + Array(200..<260)
        var received: [Int] = []
        var values: [Double] = []
        let consumed = try OrderedPipeline.run(
            indices: indices, threads: threads, window: 2 * threads, makeWorker: { _ in { Self.work($0) } },
            consume: { index, value in
                received.append(index)
                values.append(value)
            })
        #expect(consumed == indices.count)
        #expect(received == indices)
        #expect(values == indices.map(Self.work))
    }

    @Test func eachWorkerMakesItsClosureOnceOnItsOwnThread() throws {
        let made = Mutex<[Int]>([])
        try OrderedPipeline.run(
            indices: 0..<50, threads: 3, window: 6,
            makeWorker: { worker in
                made.withLock { $0.append(worker) }
                var calls = 0
                return { _ in
                    calls += 1
                    return calls
                }
            }, consume: { _, calls in #expect(calls > 0) })
        let workers = made.withLock { $0 }
        #expect(Set(workers).count == workers.count && workers.allSatisfy { 0..<3 ~= $0 })
    }

    @Test func noMoreItemsAreBegunThanTheWindowHolds() throws {
        let begun = Atomic(0)
        var consumed = 0
        try OrderedPipeline.run(
            indices: 0..<200, threads: 4, window: 5,
            makeWorker: { _ in { _ in begun.add(1, ordering: .relaxed).newValue } },
            consume: { _, _ in
                #expect(begun.load(ordering: .relaxed) <= consumed + 5)
                consumed += 1
            })
        #expect(consumed == 200)
    }

    @Test(arguments: [1, 2, 5]) func theFirstFailingItemEndsTheRunAfterThoseBeforeIt(threads: Int) {
        for _ in 0..<20 {
            var received: [Int] = []
            #expect(throws: Failure(index: 11)) {
                try OrderedPipeline.run(
                    indices: 0..<100, threads: threads, window: 8,
                    makeWorker: { _ in
                        { index in
                            if index == 11 { _ = Self.work(index) }
                            if index >= 11 && index % 2 == 1 { throw Failure(index: index) }
                            return index
                        }
                    }, consume: { index, _ in received.append(index) })
            }
            #expect(received == Array(0..<11))
        }
    }

    @Test func aWorkerThatCannotBeMadeEndsTheRun() {
        #expect(throws: Failure(index: -1)) {
            try OrderedPipeline.run(
                indices: 0..<10, threads: 2, window: 4,
                makeWorker: { _ -> (Int) throws -> Int in throw Failure(index: -1) }, consume: { _, _ in })
        }
    }

    @Test func anErrorOfTheConsumerEndsTheRunAndLeavesNoWorkerBehind() {
        for _ in 0..<20 {
            let inside = Atomic(0)
            var received = 0
            #expect(throws: Failure(index: 4)) {
                try OrderedPipeline.run(
                    indices: 0..<1000, threads: 3, window: 6,
                    makeWorker: { _ in
                        { index in
                            inside.add(1, ordering: .relaxed)
                            defer { inside.subtract(1, ordering: .relaxed) }
                            return Self.work(index)
                        }
                    },
                    consume: { index, _ in
                        if index == 4 { throw Failure(index: 4) }
                        received += 1
                    })
            }
            #expect(received == 4)
            #expect(inside.load(ordering: .relaxed) == 0)
        }
    }

    @Test func stoppingConsumesWhatWasBegunWithoutAGap() throws {
        let begun = Atomic(0)
        let stop = Atomic(false)
        var received: [Int] = []
        let consumed = try OrderedPipeline.run(
            indices: 0..<10_000, threads: 3, window: 6,
            makeWorker: { _ in
                { index in
                    begun.add(1, ordering: .relaxed)
                    return index
                }
            },
            consume: { index, _ in
                received.append(index)
                if index == 20 { stop.store(true, ordering: .relaxed) }
            }, shouldStop: { stop.load(ordering: .relaxed) })
        #expect(consumed == begun.load(ordering: .relaxed))
        #expect(received == Array(0..<consumed))
        #expect(consumed > 20 && consumed <= 21 + 6)
    }

    @Test func aRunStoppedFromTheStartConsumesNothing() throws {
        let consumed = try OrderedPipeline.run(
            indices: 0..<10, threads: 2, window: 4, makeWorker: { _ in { $0 } },
            consume: { _, _ in Issue.record("nothing was to be consumed") }, shouldStop: { true })
        #expect(consumed == 0)
    }

    @Test(.timeLimit(.minutes(1))) func manyRunsEnd() throws {
        for round in 0..<200 {
            var sum = 0
            try OrderedPipeline.run(
                indices: 0..<round % 17, threads: 1 + round % 5, window: 1 + round % 3,
                makeWorker: { _ in { $0 * 2 } }, consume: { sum += $1 - $0 })
            #expect(sum == (0..<round % 17).reduce(0, +))
        }
    }

    /// Indices are asked for as there is room, and what comes before the source's error is consumed.
    @Test(arguments: [1, 3]) func indicesComeFromASourceAsThereIsRoom(_ threads: Int) throws {
        struct Dry: Error {}
        var (asked, consumed, most) = (0, [Int](), 0)
        func next() throws -> Int? {
            if asked == 40 { throw Dry() }
            asked += 1
            most = max(most, asked - consumed.count)
            return asked * asked
        }
        #expect(throws: Dry.self) {
            try OrderedPipeline.run(
                threads: threads, window: 5, nextIndex: next, makeWorker: { _ in { -$0 } },
                consume: { index, element in
                    #expect(element == -index)
                    consumed.append(index)
                })
        }
        #expect(consumed == (1...40).map { $0 * $0 })
        #expect(most == 5)
        let none = try OrderedPipeline.run(
            threads: threads, window: 5, nextIndex: { nil }, makeWorker: { _ in { $0 } }, consume: { _, _ in })
        #expect(none == 0)
    }
}
