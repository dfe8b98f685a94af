/// Finds samples that are missing, repeated or in the wrong split.
enum SplitGuard {
    /// How many problems are spelled out; a broken dataset can have one a sample.
    private static let mostProblems = 20

    static func problems(in shards: [ShardRecord], splits: [Split: Range<Int>]) -> [String] {
        func name(_ number: Int) -> String {
            SampleAddress(of: number, in: splits)?.description ?? "number \(number)"
        }
        var problems: [String] = []
        var owners: [Int: ShardID] = [:]
        var states: [UInt64: (index: Int, split: Split)] = [:]
        let ranges = splits.sorted { $0.key < $1.key }
        for (position, (split, range)) in ranges.enumerated() {
            for (other, otherRange) in ranges[..<position] where range.overlaps(otherRange) {
                problems.append("\(other.rawValue) \(otherRange) and \(split.rawValue) \(range) overlap")
            }
        }
        for shard in shards.sorted(by: { $0.id < $1.id }) {
            let range = splits[shard.id.split] ?? 0..<0
            for sample in shard.samples {
                if let owner = owners[sample.index] {
                    problems.append("sample \(name(sample.index)) is in \(owner) and in \(shard.id)")
                }
                owners[sample.index] = shard.id
                if !range.contains(sample.index) {
                    problems.append(
                        "sample \(name(sample.index)) of \(shard.id) is outside \(shard.id.split.rawValue)'s \(range)")
                }
                guard sample.failure == nil, let state = sample.initialState else { continue }
                if let twin = states[state], twin.split != shard.id.split {
                    problems.append(
                        "samples \(name(twin.index)) and \(name(sample.index)) begin with the same state")
                } else {
                    states[state] = (sample.index, shard.id.split)
                }
            }
            let held = shard.samples.count { $0.failure == nil }
            if held != shard.trajectories {
                problems.append("\(shard.id) holds \(shard.trajectories) samples and records \(held)")
            }
        }
        for (_, range) in ranges {
            // A range may promise any number of samples.
            for index in range.lazy.filter({ owners[$0] == nil }).prefix(mostProblems + 1) {
                problems.append("sample \(name(index)) is missing")
            }
        }
        guard problems.count > mostProblems else { return problems }
        return problems[..<mostProblems] + ["and more"]
    }
}
