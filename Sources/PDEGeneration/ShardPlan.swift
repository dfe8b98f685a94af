import PDEData

extension Recipe {
    /// All shards, in the order in which they are made.
    ///
    /// - Parameter bytesPerSample: size of one sample, which sets the samples in a shard unless the recipe does.
    public func shards(bytesPerSample: Int) -> ShardPlan {
        ShardPlan(splits, size: samples.perShard ?? max(1, min(256, (16 << 20) / max(1, bytesPerSample))))
    }
}

/// The shards of a dataset, in the order in which they are made; millions of them take no memory.
public struct ShardPlan: RandomAccessCollection, Sendable {
    /// A split's samples, and the places of its shards in the plan.
    private struct Part: Sendable {
        let split: Split
        let indices: Range<Int>
        let places: Range<Int>
    }

    private let parts: [Part]
    /// Samples in a shard, but perhaps the last of a split.
    private let size: Int

    init(_ splits: [(split: Split, indices: Range<Int>)], size: Int) {
        self.size = size
        var start = 0
        parts = splits.map { split, indices in
            let end = start + (indices.count + size - 1) / size
            defer { start = end }
            return Part(split: split, indices: indices, places: start..<end)
        }
    }

    /// The first place.
    public var startIndex: Int { 0 }
    /// One more than the last place.
    public var endIndex: Int { parts.last?.places.upperBound ?? 0 }

    /// The shard at a place.
    public subscript(place: Int) -> PlannedShard {
        guard let part = parts.first(where: { $0.places.contains(place) }) else {
            preconditionFailure("ShardPlan: expected a place below \(endIndex), got \(place)")
        }
        let number = place - part.places.lowerBound
        let start = part.indices.lowerBound + number * size
        return PlannedShard(
            ShardID(part.split, number), indices: start..<Swift.min(start + size, part.indices.upperBound))
    }

    /// Samples of the largest shard.
    public var largest: Int { parts.map { Swift.min(size, $0.indices.count) }.max() ?? 0 }

    /// How many shards and samples are at places that leave the rest `index` when divided by `count`.
    public func share(_ index: Int, of count: Int) -> (shards: Int, samples: Int) {
        parts.reduce((0, 0)) { sum, part in
            func below(_ place: Int) -> Int { place > index ? (place - index - 1) / count + 1 : 0 }
            let shards = below(part.places.upperBound) - below(part.places.lowerBound)
            let isLastIn = (part.places.upperBound - 1) % count == index
            let missing = isLastIn ? part.places.count * size - part.indices.count : 0
            return (sum.0 + shards, sum.1 + shards * size - missing)
        }
    }
}
