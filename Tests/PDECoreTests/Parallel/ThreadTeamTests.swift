import CAllocationCounter
import PDECore
import Synchronization
import Testing

@Suite struct ThreadTeamTests {
    private struct Failure: Error, Equatable { let item: Int }

    @Test(arguments: [1, 2, 5]) func everyItemRunsOnceOnAWorkerOfTheTeam(threads: Int) {
        let team = ThreadTeam(threads: threads)
        #expect(team.count == threads)
        var visits = [Int](repeating: 0, count: 1000)
        visits.withUnsafeMutableBufferPointer { visits in
            team.forEach(0..<1000) { item, worker in visits[item] += worker >= 0 && worker < threads ? 1 : 1000 }
            team.forEach(10..<20) { item, _ in visits[item] += 1 }
            team.forEach(5..<5) { _, _ in visits[5] += 1000 }
        }
        #expect(visits.enumerated().allSatisfy { $1 == (10..<20 ~= $0 ? 2 : 1) })
    }

    @Test func workersShareTheItems() {
        let team = ThreadTeam(threads: 2)
        // Two items that each wait for the other can only end when two workers run them at once.
        let arrived = Atomic(0)
        team.forEach(0..<2) { _, _ in
            arrived.add(1, ordering: .relaxed)
            while arrived.load(ordering: .relaxed) < 2 {}
        }
        #expect(arrived.load(ordering: .relaxed) == 2)
    }

    @Test func chunksDoNotDependOnTheNumberOfThreads() {
        for threads in [1, 2, 5] {
            let team = ThreadTeam(threads: threads)
            let seen = Mutex<[Range<Int>]>([])
            team.chunks(of: 103, chunk: 10) { range, _ in seen.withLock { $0.append(range) } }
            let ranges = seen.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
            #expect(ranges == (0..<11).map { $0 * 10..<min(103, $0 * 10 + 10) })
        }
    }

    @Test func sumsHaveTheSameBitsForAnyNumberOfThreads() {
        var stream = RandomStream(seed: 1, index: 0, purpose: "sum")
        let values = (0..<100_003).map { _ in stream.normal() }
        let sums = [1, 2, 5].flatMap { threads in
            let team = ThreadTeam(threads: threads)
            return (0..<10).map { _ in
                team.sum(count: values.count, chunk: 1000) { $0.reduce(0) { $0 + values[$1] } }
            }
        }
        #expect(Set(sums.map(\.bitPattern)).count == 1)
        #expect(abs(sums[0] - values.reduce(0, +)) < 1e-9)
        #expect(ThreadTeam(threads: 2).sum(count: 0, chunk: 4) { _ in 1 } == 0)
    }

    @Test(arguments: [1, 2, 5]) func theFirstFailingItemDecidesTheError(threads: Int) {
        let team = ThreadTeam(threads: threads)
        for _ in 0..<50 {
            let begun = Atomic(0)
            #expect(throws: Failure(item: 7)) {
                try team.forEach(0..<100_000) { item, _ throws(Failure) in
                    begun.add(1, ordering: .relaxed)
                    if item % 9 == 7 { throw Failure(item: item) }
                }
            }
            #expect(begun.load(ordering: .relaxed) < 100_000)
        }
        var count = 0
        team.forEach(0..<1) { _, _ in count += 1 }
        #expect(count == 1)
    }

    @Test func aSharedLoopAllocatesOnceAndASerialOneNever() {
        let values = UnsafeMutablePointer<Double>.allocate(capacity: 64)
        values.initialize(repeating: 0, count: 64)
        defer { values.deallocate() }
        for (threads, ceiling) in [(1, 0), (2, 1)] {
            let team = ThreadTeam(threads: threads)
            for round in 0..<3 {
                let before = allocation_count()
                team.forEach(0..<64) { item, _ in values[item] += Double(round) }
                let loop = allocation_count()
                let sum = team.sum(count: 64, chunk: 8) { $0.reduce(0) { $0 + values[$1] } }
                let end = allocation_count()
                #expect(sum >= 0)
                guard round > 0 else { continue }
                #expect(loop - before <= ceiling)
                #expect(end - loop <= ceiling)
            }
        }
    }

    @Test func teamsStartWorkAndEndManyTimes() {
        for round in 0..<200 {
            let team = ThreadTeam(threads: 1 + round % 4)
            let total = Atomic(0)
            for _ in 0..<5 { team.forEach(0..<7) { item, _ in total.add(item, ordering: .relaxed) } }
            #expect(total.load(ordering: .relaxed) == 105)
        }
    }
}
