import Foundation
import PDECore
import PDEData
import Testing

#if canImport(CAllocationCounter)
    import CAllocationCounter
#endif

@Suite struct BatchLoaderTests {
    private let shape = WindowShape(frames: 2, step: 2)

    private func windows(_ count: Int, of reader: DatasetReader) -> [FrameWindow] {
        (0..<count).map { FrameWindow(sample: $0 * 7 % reader.sampleCount, first: $0 * 5 % (reader.frameCount - 2)) }
    }

    @Test(arguments: [1, 2, 3, 9])
    func batchesComeInTheOrderOfThePlanForAnyDepth(_ depth: Int) throws {
        let set = try FinishedSet(Generation(description: Datasets.plane))
        let reader = try set.reader()
        let plan = windows(22, of: reader)
        let loader = BatchLoader(
            reader, try reader.select(["pressure", "velocity"]), constants: try reader.select(["mask"]), shape: shape,
            batchSize: 4, depth: depth, windows: plan)
        var seen: [FrameWindow] = []
        while let batch = try loader.next() {
            #expect(batch.position == BatchPosition(batch: loader.takenCount - 1))
            #expect(batch.count == (seen.count == 20 ? 2 : 4))
            let size = batch.values.count / 4
            for place in 0..<batch.count {
                let window = batch.windows[place]
                let sample = Datasets.sample(reader.sampleNumbers[window.sample], of: Datasets.plane)
                #expect(
                    Array(batch.values.values[(place * size)..<((place + 1) * size)])
                        == expected(
                            ["pressure", "velocity"], sample, of: Datasets.plane,
                            frames: [window.first, window.first + 2]))
                #expect(
                    try Array(#require(batch.constants).values[(place * 48)..<((place + 1) * 48)])
                        == expected(["mask"], sample, of: Datasets.plane, frames: [0]))
                seen.append(window)
            }
        }
        #expect(seen == plan)
        #expect(loader.takenCount == 6)
        #expect(try loader.next() == nil && loader.next() == nil)
        // Two frames of three channels and a mask, for each of 48 points.
        #expect(loader.bufferBytes == (depth + 1) * 4 * (2 * 3 + 1) * 48 * 4)
    }

    @Test func secondsOfWaitingAreThoseOfTheConsumer() throws {
        let set = try FinishedSet()
        let reader = try set.reader()
        let plan = windows(6, of: reader)
        let (isReadAhead, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let loader = BatchLoader(reader, try reader.select(["u"]), shape: shape, batchSize: 2) { epoch in
            guard epoch == 1 else { return epoch == 0 ? plan : nil }
            // The second epoch is slow: half a second after the first was taken.
            isReadAhead.signal()
            mayGoOn.wait()
            Thread.sleep(forTimeInterval: 0.5)
            return plan
        }
        isReadAhead.wait()
        for _ in 0..<3 { #expect(try loader.next() != nil) }
        #expect(loader.waitingCount == 0 && loader.waitingSeconds == 0)
        mayGoOn.signal()
        #expect(try loader.next() != nil)
        #expect(loader.waitingCount == 1)
        #expect(loader.waitingSeconds > 0)
    }

    @Test func memoryIsThatOfTheQueueHoweverLargeTheDataset() throws {
        var generation = FinishedSet.largeGeneration()
        generation.plan = (0..<3).map { PlannedShard(ShardID(.train, $0), indices: ($0 * 2)..<($0 * 2 + 2)) }
        let set = try FinishedSet(generation)
        let limit = 6 << 20
        let reader = try set.reader(cacheBytes: limit, openShards: 1)
        #expect(reader.sampleCount * reader.description.bytesPerSample > 4 * limit)
        let sampler = try WindowSampler(reader, shape: WindowShape(frames: 2), seed: 0)
        let selection = try reader.select(["velocity", "pressure"], stride: 8)
        let loader = BatchLoader(reader, selection, shape: sampler.shape, batchSize: 2, depth: 2) {
            $0 < 2 ? sampler.windows(of: $0) : nil
        }
        #expect(loader.bufferBytes == 3 * 2 * 2 * 3 * 40 * 32 * 4)
        var buffers: Set<UnsafeMutablePointer<Float>> = []
        while let batch = try loader.next() {
            buffers.insert(batch.values.pointer)
            #expect(reader.cachedBytes <= limit && reader.openShardCount <= 1)
        }
        #expect(loader.takenCount == 24 && buffers.count <= 3)
    }

    @Test func trainingGoesOnFromAnyPlaceInAnyEpoch() throws {
        let set = try FinishedSet()
        let reader = try set.reader()
        let sampler = try WindowSampler(reader, shape: shape, seed: 3)
        let selection = try reader.select(["u"], stride: 4)
        func run(from start: BatchPosition) throws -> [(BatchPosition, [FrameWindow], [Float])] {
            let loader = BatchLoader(reader, selection, shape: shape, batchSize: 3, from: start) {
                $0 < 3 ? sampler.windows(of: $0) : nil
            }
            var batches: [(BatchPosition, [FrameWindow], [Float])] = []
            while let batch = try loader.next() {
                let size = batch.count * 2 * selection.valuesPerFrame
                batches.append(
                    (batch.position, Array(batch.windows[..<batch.count]), Array(batch.values.values[..<size])))
            }
            return batches
        }
        let whole = try run(from: BatchPosition())
        // Five samples with four windows each: six batches of three and one of two.
        #expect(whole.count == 21)
        for (number, batch) in whole.enumerated() {
            #expect(batch.0 == BatchPosition(epoch: number / 7, batch: number % 7))
        }
        for start in [1, 7, 11, 20] {
            let rest = try run(from: whole[start].0)
            #expect(rest.count == 21 - start)
            #expect(zip(rest, whole[start...]).allSatisfy { $0 == $1 })
        }
        #expect(try run(from: BatchPosition(epoch: 2, batch: 7)).isEmpty)
        #expect(try run(from: BatchPosition(epoch: 3)).isEmpty)
    }

    @Test func aBatchKeepsItsValuesWhileItIsHeld() throws {
        let set = try FinishedSet()
        let reader = try set.reader()
        let selection = try reader.select(["u"])
        let plan = windows(12, of: reader)
        let loader = BatchLoader(reader, selection, shape: shape, batchSize: 1, depth: 3, windows: plan)
        let held = try #require(try loader.next())
        let values = Array(held.values.values)
        var others = 0
        while let batch = try loader.next() {
            #expect(batch !== held)
            others += 1
        }
        #expect(others == 11)
        #expect(Array(held.values.values) == values)
        #expect(held.windows == [plan[0]])
    }

    @Test func aBatchThatIsGivenBackIsFilledAgain() throws {
        let set = try FinishedSet()
        let reader = try set.reader()
        let plan = windows(9, of: reader)
        let loader = BatchLoader(reader, try reader.select(["u"]), shape: shape, batchSize: 1, depth: 1, windows: plan)
        // Held by the list and given back all the same: the loader's two batches are enough for nine.
        var batches: [Batch] = []
        var seen: [FrameWindow] = []
        while let batch = try loader.next() {
            seen.append(batch.windows[0])
            batches.append(batch)
            loader.recycle(batch)
        }
        #expect(seen == plan)
        // One, where each was given back before the thread looked for the next.
        #expect(Set(batches.map(ObjectIdentifier.init)).count <= 2)
    }

    @Test func whatFailsOnTheThreadIsThrownInItsPlace() throws {
        let set = try FinishedSet()
        let file = "set/data/train/line_train_0001.hdf5"
        try AtomicFile.write(Array(try set.root.bytes(file).dropLast(8)), to: set.root.file(file))
        let reader = try set.reader()
        let plan = [0, 1, 2, 0, 3, 0].map { FrameWindow(sample: $0, first: 0) }
        let loader = BatchLoader(reader, try reader.select(["u"]), shape: shape, batchSize: 2, windows: plan)
        #expect(try loader.next()?.windows == Array(plan[0..<2]))
        #expect(try loader.next()?.windows == Array(plan[2..<4]))
        let error = try #require(#expect(throws: DataError.self) { try loader.next() })
        #expect("\(error)".contains("line_train_0001.hdf5"))
        #expect(throws: error) { try loader.next() }
    }

    @Test func aLoaderThatIsLetGoEndsItsThread() throws {
        let set = try FinishedSet()
        let reader = try set.reader()
        let selection = try reader.select(["u"])
        let plan = windows(40, of: reader)
        let start = ContinuousClock.now
        for taken in [0, 1, 5] {
            let loader = BatchLoader(reader, selection, shape: shape, batchSize: 8) { _ in plan }
            for _ in 0..<taken { #expect(try loader.next() != nil) }
        }
        // A plan without an end and without windows must end, too.
        _ = BatchLoader(reader, selection, shape: shape, batchSize: 8) { _ in [] }
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    #if canImport(CAllocationCounter)
        @Test func aWarmReadAllocatesNothing() throws {
            let set = try FinishedSet(Generation(description: Datasets.plane))
            let reader = try set.reader()
            let selection = try reader.select(["pressure", "velocity"], stride: 2)
            let filler = BatchFiller(
                reader: reader, selection: selection, constants: try reader.select(["mask", "depth"]), shape: shape,
                batchSize: 8)
            let plan = windows(64, of: reader)
            let loader = BatchLoader(
                reader, selection, constants: try reader.select(["mask", "depth"]), shape: shape, batchSize: 8,
                windows: plan)
            let batch = try #require(try loader.next())
            var counts: [Int] = []
            for _ in 0..<2 {
                let before = allocation_count()
                for number in 0..<8 {
                    _ = try filler.fill(batch, plan, at: BatchPosition(batch: number), unless: { false })
                }
                counts.append(allocation_count() - before)
            }
            #expect(counts[1] == 0)
            let before = allocation_count()
            var taken = 0
            while let batch = try loader.next() { taken += batch.count }
            #expect(allocation_count() == before)
            #expect(taken == 56)
        }
    #endif
}
