extension Manifest {
    /// The first thing that no finished dataset's manifest says, or nil.
    ///
    /// What is read from a file is asked before anything is allocated, opened or summed up by it. Whether samples leak is the
    /// split guard's question.
    var problem: String? {
        do throws(DataError) { try description.validate() } catch {
            guard case .description(_, let problem) = error else { return "\(error)" }
            return problem
        }
        if name != description.name { return "its name is '\(name)', that of its files '\(description.name)'" }
        for (split, range) in splits where range.lowerBound < 0 {
            return "the numbers of \(split.rawValue) begin at \(range.lowerBound)"
        }
        var known: Set<String> = ["manifest.json"]
        let folder = DatasetFolder(path: ".", name: name)
        for shard in shards {
            if let problem = shard.problem(in: folder) ?? shard.problem(in: description) {
                return "shard \(shard.id): \(problem)"
            }
            guard known.insert(shard.path).inserted else { return "shard \(shard.id) is there twice" }
        }
        if let problem = splitProblem { return problem }
        for file in files.keys {
            guard DatasetFolder.holds(file) else { return "the file '\(file)' is not in the folder" }
            guard known.insert(file).inserted else { return "the file '\(file)' is there twice" }
        }
        return nil
    }

    /// The first split whose numbers are not those of its shards, each once, or that shares some with another; nil if there is
    /// none.
    private var splitProblem: String? {
        let held = Dictionary(grouping: shards, by: \.id.split)
        var taken: [Range<Int>] = []
        for split in Split.allCases {
            let numbers = splits[split] ?? 0..<0
            var next = numbers.lowerBound
            for shard in (held[split] ?? []).sorted(by: { $0.indices.lowerBound < $1.indices.lowerBound }) {
                guard shard.indices.lowerBound == next else {
                    return "the numbers of \(split) are \(numbers), and shard \(shard.id) holds \(shard.indices)"
                }
                next = shard.indices.upperBound
            }
            guard next == numbers.upperBound else {
                return "the numbers of \(split) are \(numbers), and its shards end at \(next)"
            }
            if let other = taken.first(where: numbers.overlaps) {
                return "the numbers of \(split) are \(numbers), and another split has \(other)"
            }
            taken.append(numbers)
        }
        return nil
    }
}

extension ShardRecord {
    /// The first thing that no record of a shard says, or nil.
    func problem(in folder: DatasetFolder) -> String? {
        guard id.number >= 0, path == folder.relativePath(of: id) else {
            return "its path is '\(path)', expected '\(folder.relativePath(of: id))'"
        }
        guard indices.lowerBound >= 0, indices.elementsEqual(samples.map(\.index)) else {
            return "it records \(samples.count) samples, and not those of the numbers \(indices)"
        }
        let held = samples.count { $0.failure == nil }
        guard trajectories == held else { return "it holds \(trajectories) samples and records \(held)" }
        let times = [secondsGenerating, secondsWriting] + samples.map(\.wallTime)
        guard bytes >= 0, samples.allSatisfy({ $0.steps >= 0 && $0.attempt >= 0 }), times.allSatisfy({ $0 >= 0 }) else {
            return "a size, a count or a time is negative"
        }
        // Numbers of samples and of draws key random numbers.
        let drawn = samples.flatMap { [$0.index, $0.attempt, $0.steps] + $0.rejections.map(\.attempt) }
        if let large = drawn.first(where: { UInt32(exactly: $0) == nil }) {
            return "a sample's number, draw or steps is \(large), expected 0 to \(UInt32.max)"
        }
        return nil
    }

    /// The first thing that no record of a shard of such a dataset says, or nil.
    fileprivate func problem(in description: DatasetDescription) -> String? {
        guard let least = description.leastBytes(ofSamples: trajectories), bytes >= least else {
            return "\(trajectories) samples do not fit in \(bytes) bytes"
        }
        // All bytes are read before any is used: points, texts and numbers never take so many.
        let most = description.leastBytes(ofSamples: max(1, trajectories)) ?? 0
        guard bytes / 4 <= most + (trajectories + 1) << 22 else {
            return "\(trajectories) samples do not take \(bytes) bytes"
        }
        let expected = FieldMoments.none(of: description)
        guard moments.count == expected.count else {
            return "it has statistics of \(moments.count) fields, expected \(expected.count)"
        }
        for (place, (found, none)) in zip(moments, expected).enumerated() {
            let (values, changes) = description.momentCounts(of: place, samples: trajectories)
            guard found.field == none.field, found.values.count == none.values.count,
                found.changes.count == none.values.count,
                found.values.allSatisfy({ $0.count == values && $0.squaredDeviations >= 0 }),
                found.changes.allSatisfy({ $0.count == changes && $0.squaredDeviations >= 0 })
            else { return "its statistics of '\(found.field)' are not of \(trajectories) samples of '\(none.field)'" }
        }
        return nil
    }
}

extension DatasetDescription {
    /// The bytes that the fields and particles of so many samples take at least; nil for more than can be addressed.
    func leastBytes(ofSamples count: Int) -> Int? {
        var shapes = particles.map { [count] + shape(of: $0) }
        shapes += storedFields.map { ($0.isSampleVarying ? [count] : []) + shape(of: $0) }
        var sum = 0
        for shape in shapes {
            guard let bytes = product(of: shape + [MemoryLayout<Float>.size]) else { return nil }
            let (more, overflows) = sum.addingReportingOverflow(bytes)
            if overflows { return nil }
            sum = more
        }
        return sum
    }

    /// How many numbers the statistics of a component count, and how many changes, by the field's or cloud's place.
    fileprivate func momentCounts(of place: Int, samples: Int) -> (values: Int, changes: Int) {
        guard place < fields.count else {
            let points = samples * particles[place - fields.count].count
            return (points * times.count, points * (times.count - 1))
        }
        let field = fields[place]
        // What all samples share is counted once.
        let points = pointCount * (field.isSampleVarying ? samples : min(samples, 1))
        return field.isTimeVarying ? (points * times.count, points * (times.count - 1)) : (points, 0)
    }
}

/// The product of extents from a file; nil where one is negative or the product cannot be addressed.
package func product(of extents: [Int]) -> Int? {
    var product = 1
    for extent in extents {
        let (next, overflows) = product.multipliedReportingOverflow(by: extent)
        if extent < 0 || overflows { return nil }
        product = next
    }
    return product
}
