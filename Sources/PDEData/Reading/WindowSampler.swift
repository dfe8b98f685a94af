import PDECore

/// The shuffled order in which training sees windows: a pure function of the seed and the epoch.
///
/// Any epoch can be asked for at any time, so that a place in training is (epoch, batch) and nothing else.
public struct WindowSampler: Sendable {
    /// The windows' frames.
    public let shape: WindowShape
    /// The seed of all epochs.
    public let seed: UInt64
    /// The first frames that windows may have.
    public let starts: Range<Int>
    /// The samples that epochs are made of, by the levels of the mix; one group of all without levels.
    public let groups: [(name: String, samples: [Int])]
    /// The levels' weights when windows are drawn with replacement.
    private let weights: [LevelWeight]?

    /// A sampler of a reader's split.
    /// - Parameters:
    ///   - reader: The split.
    ///   - shape: The windows' frames.
    ///   - frames: The stored frames that may be used; all unless given.
    ///   - mix: Which samples, and how often.
    ///   - seed: The seed of the order.
    /// - Throws: `DataError.corrupt` when the frames do not hold a window, when a level asks for a number that the
    ///   dataset has not, is empty or has fewer samples than asked for; what `DatasetReader.scalar` throws.
    public init(
        _ reader: DatasetReader, shape: WindowShape, frames: Range<Int>? = nil, mix: SampleMix = .everything,
        seed: UInt64
    ) throws(DataError) {
        try self.init(
            sampleCount: reader.sampleCount, frameCount: reader.frameCount, shape: shape, frames: frames, mix: mix,
            seed: seed, path: reader.path
        ) { (name) throws(DataError) in try reader.scalar(name) }
    }

    /// A sampler of samples that are not in files.
    /// - Parameters:
    ///   - sampleCount: How many samples.
    ///   - frameCount: How many frames each has.
    ///   - path: What errors speak of.
    ///   - scalar: One number of every sample, by its name.
    public init(
        sampleCount: Int, frameCount: Int, shape: WindowShape, frames: Range<Int>? = nil,
        mix: SampleMix = .everything, seed: UInt64, path: String = "samples",
        scalar: (String) throws(DataError) -> [Double]
    ) throws(DataError) {
        let frames = frames ?? 0..<frameCount
        guard frames.lowerBound >= 0, frames.upperBound <= frameCount, frames.count >= shape.span else {
            throw .corrupt(
                path: path,
                problem:
                    "frames \(frames) of \(frameCount) hold no window of \(shape.frames) frames, \(shape.step) apart",
                remedy: "Ask for at most \(frames.count) frames from first to last, or for more of the dataset's.")
        }
        self.shape = shape
        self.seed = seed
        starts = frames.lowerBound..<(frames.upperBound - shape.span + 1)
        switch mix {
        case .everything:
            groups = [("all", Array(0..<sampleCount))]
            weights = nil
        case .weights, .curriculum:
            let levels = mix.shares
            var groups = try Self.members(of: levels.map(\.level), among: sampleCount, path: path, scalar)
            for (level, weight) in levels {
                for share in [weight.from, weight.to] where !(share >= 0 && share.isFinite) {
                    throw .corrupt(
                        path: path, problem: "level '\(level.name)' has the weight \(share)",
                        remedy: "Weights are finite and not negative.")
                }
            }
            // Between the ends of straight lines nothing is smaller than at them.
            for epoch in [0] + levels.map(\.weight.epochs) {
                let sum = levels.reduce(0) { $0 + $1.weight.share(in: epoch) }
                guard sum > 0, sum.isFinite else {
                    throw .corrupt(
                        path: path,
                        problem: "the levels' weights add up to \(sum)" + (epoch > 0 ? " in epoch \(epoch)" : ""),
                        remedy: "Make one of them positive.")
                }
            }
            weights = levels.map(\.weight)
            try Self.pick(levels.map { ($0.level, $0.level.count) }, from: &groups, seed, path)
            for (group, level) in zip(groups, levels) where group.samples.isEmpty && level.weight.most > 0 {
                throw Self.tooFew(level.level, 1, 0, path)
            }
            self.groups = groups
        case .counts(let levels):
            weights = nil
            var groups = try Self.members(of: levels.map(\.level), among: sampleCount, path: path, scalar)
            try Self.pick(levels.map { ($0.level, $0.count) }, from: &groups, seed, path)
            guard groups.contains(where: { !$0.samples.isEmpty }) else {
                throw .corrupt(
                    path: path, problem: "the counts of all levels are 0", remedy: "Ask for one sample at least.")
            }
            self.groups = groups
        }
    }

    /// The samples that epochs can hold.
    public var samples: [Int] {
        groups.enumerated().filter { weight(of: $0.offset) > 0 }.flatMap(\.element.samples)
    }

    /// How many windows an epoch has.
    public var windowCount: Int {
        groups.enumerated().reduce(0) { $0 + (weight(of: $1.offset) > 0 ? $1.element.samples.count * starts.count : 0) }
    }

    /// How many batches an epoch has.
    public func batchCount(batchSize: Int) -> Int { (windowCount + batchSize - 1) / batchSize }

    /// The windows of an epoch in the order of training.
    public func windows(of epoch: Int) -> [FrameWindow] {
        var stream = RandomStream(seed: seed, index: epoch, purpose: "batches")
        if let weights { return drawn(&stream, weights.map { $0.share(in: epoch) }) }
        let samples = groups.flatMap(\.samples)
        return stream.permutation(of: samples.count * starts.count).map {
            FrameWindow(sample: samples[$0 / starts.count], first: starts.lowerBound + $0 % starts.count)
        }
    }

    /// Leaves so many samples of each level; those of a smaller number are among those of a larger one.
    private static func pick(
        _ levels: [(level: SampleLevel, count: Int?)], from groups: inout [(name: String, samples: [Int])],
        _ seed: UInt64, _ path: String
    ) throws(DataError) {
        for (number, (level, count)) in levels.enumerated() {
            guard let count else { continue }
            let members = groups[number].samples
            guard count >= 0, count <= members.count else { throw tooFew(level, count, members.count, path) }
            var stream = RandomStream(seed: seed, index: number, purpose: "level")
            groups[number].samples = stream.permutation(of: members.count).prefix(count).map { members[$0] }.sorted()
        }
    }

    private func drawn(_ stream: inout RandomStream, _ weights: [Double]) -> [FrameWindow] {
        var sums: [Double] = []
        for weight in weights { sums.append((sums.last ?? 0) + weight) }
        let total = sums[sums.count - 1]
        return (0..<windowCount).map { _ in
            let chosen = stream.uniform() * total
            // The sum rounds: what falls on the end belongs to the last level that has a weight.
            let level = sums.firstIndex { chosen < $0 } ?? sums.firstIndex(of: total)!
            let samples = groups[level].samples
            let window = stream.integer(below: samples.count * starts.count)
            return FrameWindow(
                sample: samples[window / starts.count], first: starts.lowerBound + window % starts.count)
        }
    }

    private func weight(of group: Int) -> Double {
        weights?[group].most ?? 1
    }

    private static func members(
        of levels: [SampleLevel], among sampleCount: Int, path: String,
        _ scalar: (String) throws(DataError) -> [Double]
    ) throws(DataError) -> [(name: String, samples: [Int])] {
        guard !levels.isEmpty else {
            throw .corrupt(path: path, problem: "the mix has no levels", remedy: "Name one, or take everything.")
        }
        var isTaken = Array(repeating: false, count: sampleCount)
        var groups: [(name: String, samples: [Int])] = []
        for level in levels {
            var isMember = isTaken.map { !$0 }
            for (name, bounds) in level.bounds.sorted(by: { $0.key < $1.key }) {
                let values = try scalar(name)
                precondition(
                    values.count == sampleCount, "WindowSampler: \(values.count) values of '\(name)' for \(sampleCount)"
                )
                for sample in 0..<sampleCount where !bounds.contains(values[sample]) { isMember[sample] = false }
            }
            let samples = (0..<sampleCount).filter { isMember[$0] }
            for sample in samples { isTaken[sample] = true }
            groups.append((level.name, samples))
        }
        return groups
    }

    private static func tooFew(_ level: SampleLevel, _ wanted: Int, _ found: Int, _ path: String) -> DataError {
        let bounds = level.bounds.sorted { $0.key < $1.key }.map {
            "\($0.key) from \($0.value.lowerBound) to \($0.value.upperBound)"
        }
        return .corrupt(
            path: path,
            problem: "level '\(level.name)' (\(bounds.isEmpty ? "all" : bounds.joined(separator: ", "))) has \(found) "
                + "samples, \(wanted) are asked for",
            remedy: "Widen the level, ask for another number, or make a dataset with more of its samples.")
    }
}

extension SampleMix {
    /// The levels that are drawn by weight.
    fileprivate var shares: [(level: SampleLevel, weight: LevelWeight)] {
        switch self {
        case .weights(let levels): levels.map { ($0.level, LevelWeight($0.weight)) }
        case .curriculum(let levels): levels
        case .everything, .counts: []
        }
    }
}
