import PDEData
import Testing

@Suite struct WindowSamplerTests {
    /// Twelve samples with Reynolds numbers 0, 100, … 1100 and as many obstacles as their number has in thirds.
    private func sampler(
        _ mix: SampleMix = .everything, shape: WindowShape = WindowShape(frames: 2), frames: Range<Int>? = nil,
        seed: UInt64 = 1
    ) throws -> WindowSampler {
        try WindowSampler(sampleCount: 12, frameCount: 10, shape: shape, frames: frames, mix: mix, seed: seed) {
            (name) throws(DataError) in
            (0..<12).map { name == "reynolds" ? 100 * Double($0) : Double($0 / 4) }
        }
    }

    private let easy = SampleLevel("easy", ["reynolds": 0...350])
    private let hard = SampleLevel("hard", ["reynolds": 300...1100, "obstacles": 1...2])

    @Test func anEpochHasEveryWindowOnceInAnOrderOfItsOwn() throws {
        let sampler = try sampler()
        let all = (0..<12).flatMap { sample in (0..<9).map { FrameWindow(sample: sample, first: $0) } }
        let first = sampler.windows(of: 0)
        #expect(Set(first) == Set(all) && first.count == all.count && first != all)
        #expect(sampler.windowCount == 108 && sampler.batchCount(batchSize: 10) == 11)
        let second = sampler.windows(of: 1)
        #expect(Set(second) == Set(all) && second != first)
    }

    @Test func windowsAreAFunctionOfSeedAndEpoch() throws {
        let mixes: [SampleMix] = [
            .everything, .weights([(easy, 1), (hard, 3)]), .counts([(easy, 2), (hard, 5)]),
        ]
        for mix in mixes {
            let one = try sampler(mix)
            // Asked for in another order, by another sampler.
            let later = [3, 0, 2].map { one.windows(of: $0) }
            let other = try sampler(mix)
            #expect([3, 0, 2].map { other.windows(of: $0) } == later)
            #expect(try sampler(mix, seed: 2).windows(of: 0) != later[1])
            #expect(Set(later).count == 3)
        }
        // The order is part of what a checkpoint relies on.
        #expect(
            Array(try sampler().windows(of: 5).prefix(3)) == [
                FrameWindow(sample: 6, first: 7), FrameWindow(sample: 10, first: 3), FrameWindow(sample: 3, first: 4),
            ])
    }

    @Test func startsLeaveRoomForTheWindowWithinTheFrames() throws {
        #expect(try sampler(shape: WindowShape(frames: 3, step: 2)).starts == 0..<6)
        #expect(try sampler(shape: WindowShape(frames: 3, step: 2), frames: 4..<9).starts == 4..<5)
        let whole = try sampler(shape: .firstAndLast(of: 10))
        #expect(whole.starts == 0..<1 && whole.windowCount == 12 && whole.shape.span == 10)
        let error = #expect(throws: DataError.self) {
            try sampler(shape: WindowShape(frames: 3, step: 2), frames: 4..<8)
        }
        #expect("\(try #require(error))".contains("frames 4..<8 of 10 hold no window of 3 frames, 2 apart"))
    }

    /// A curriculum: shares are a function of the epoch, whatever was asked for before.
    @Test func sharesGoFromOneToAnother() throws {
        let mix = SampleMix.curriculum([
            (SampleLevel("easy", easy.bounds, count: 2), LevelWeight(from: 1, to: 0, epochs: 4)),
            (hard, LevelWeight(from: 0, to: 1, epochs: 4)),
        ])
        let sampler = try sampler(mix)
        let picked = Set(sampler.groups[0].samples)
        #expect(picked.count == 2 && sampler.windowCount == (2 + 8) * 9)
        func share(_ epoch: Int) -> Double {
            let windows = sampler.windows(of: epoch)
            return Double(windows.count { picked.contains($0.sample) }) / Double(windows.count)
        }
        #expect(share(0) == 1 && share(4) == 0 && share(9) == 0)
        let middle = (0..<40).map { _ in share(2) }
        #expect(Set(middle).count == 1 && abs(middle[0] - 0.5) < 0.27)
        #expect(LevelWeight(from: 1, to: 0.2, epochs: 4).share(in: 1) == 0.8)
        let gap = #expect(throws: DataError.self) {
            try self.sampler(.curriculum([(easy, LevelWeight(from: 1, to: 0, epochs: 4)), (hard, LevelWeight(0))]))
        }
        #expect("\(try #require(gap))".contains("add up to 0.0 in epoch 4"))
    }

    @Test func weightsDrawLevelsInProportionAndTheirWindowsEvenly() throws {
        let sampler = try sampler(.weights([(easy, 1), (hard, 3)]))
        #expect(sampler.groups.map(\.samples) == [[0, 1, 2, 3], [4, 5, 6, 7, 8, 9, 10, 11]])
        #expect(sampler.windowCount == 108)
        let windows = (0..<100).flatMap { sampler.windows(of: $0) }
        let share = Double(windows.count { $0.sample < 4 }) / Double(windows.count)
        // Ten standard deviations of a share of 1/4 among 10,800.
        #expect(abs(share - 0.25) < 0.042)
        for sample in 4..<12 {
            let share = Double(windows.count { $0.sample == sample }) / Double(windows.count)
            #expect(abs(share - 0.75 / 8) < 0.028)
        }
        #expect(Set(windows.map(\.first)) == Set(0..<9))
        let only = try self.sampler(.weights([(easy, 0), (hard, 2)]))
        #expect(only.windowCount == 72 && only.windows(of: 0).allSatisfy { $0.sample >= 4 })
    }

    @Test func countsTakeTheSameSamplesInEveryEpochAndMoreOfThemWhenAskedForMore() throws {
        var before: Set<Int> = []
        for count in 1...8 {
            let sampler = try sampler(.counts([(easy, 1), (hard, count)]))
            let chosen = Set(sampler.groups[1].samples)
            #expect(chosen.count == count && chosen.isSuperset(of: before) && chosen.isSubset(of: 4..<12))
            #expect(sampler.windowCount == (1 + count) * 9)
            for epoch in 0..<3 {
                let windows = sampler.windows(of: epoch)
                #expect(Set(windows.map(\.sample)) == chosen.union(sampler.groups[0].samples))
                #expect(Set(windows).count == windows.count && windows.count == sampler.windowCount)
            }
            before = chosen
        }
        let seeds = try (0..<20).map { try sampler(.counts([(hard, 3)]), seed: $0).groups[0].samples }
        #expect(Set(seeds).count > 5)
    }

    @Test func mixesThatCannotBeDrawnAreRefused() throws {
        func problem(_ mix: SampleMix) throws -> String {
            "\(try #require(#expect(throws: DataError.self) { try sampler(mix) }))"
        }
        #expect(
            try problem(.counts([(easy, 5)]))
                .contains("level 'easy' (reynolds from 0.0 to 350.0) has 4 samples, 5 are asked for"))
        #expect(try problem(.weights([(SampleLevel("none", ["reynolds": 1...2]), 1)])).contains("has 0 samples"))
        #expect(try problem(.weights([(easy, 0)])).contains("the levels' weights add up to 0"))
        #expect(try problem(.weights([(easy, -1), (hard, 2)])).contains("level 'easy' has the weight -1.0"))
        #expect(try problem(.counts([(easy, 0)])).contains("the counts of all levels are 0"))
        #expect(try problem(.counts([])).contains("the mix has no levels"))
        let set = try FinishedSet()
        let reader = try set.reader()
        let error = #expect(throws: DataError.self) {
            try WindowSampler(
                reader, shape: WindowShape(frames: 2), mix: .weights([(SampleLevel("x", ["viscosty": 0...1]), 1)]),
                seed: 0)
        }
        #expect("\(try #require(error))".hasSuffix("Was 'viscosity' meant?"))
    }
}
