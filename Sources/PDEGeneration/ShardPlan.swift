import PDEData

extension Recipe {
    /// The number range of every split: test first, then valid, then train. Of a recipe for one sample only, that one.
    public var splits: [(split: Split, indices: Range<Int>)] {
        let counts: [(Split, Int)] = [(.test, samples.test), (.valid, samples.valid), (.train, samples.train)]
        var start = 0
        return counts.compactMap { split, count in
            defer { start += count }
            var indices = start..<start + count
            if let only = samples.only { indices = indices.clamped(to: only..<only + 1) }
            return indices.isEmpty ? nil : (split, indices)
        }
    }

    /// All shards, in the order in which they are made.
    ///
    /// - Parameter bytesPerSample: size of one sample, which sets the samples in a shard unless the recipe does.
    public func shards(bytesPerSample: Int) -> [PlannedShard] {
        let size = samples.perShard ?? max(1, min(256, (16 << 20) / max(1, bytesPerSample)))
        return splits.flatMap { split, indices in
            Swift.stride(from: indices.lowerBound, to: indices.upperBound, by: size).enumerated().map { number, start in
                PlannedShard(ShardID(split, number), indices: start..<min(start + size, indices.upperBound))
            }
        }
    }
}
