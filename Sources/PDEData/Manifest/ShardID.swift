/// Names one shard of a dataset.
public struct ShardID: Codable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The split that all its samples belong to.
    public var split: Split
    /// Its number in the split, from 0.
    public var number: Int

    /// Names a shard.
    public init(_ split: Split, _ number: Int) {
        self.split = split
        self.number = number
    }

    /// Such as `train_0003`.
    public var description: String {
        let digits = String(number)
        return "\(split.rawValue)_\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)"
    }

    /// Splits in the order train, valid, test; then by number.
    public static func < (left: ShardID, right: ShardID) -> Bool {
        (left.split, left.number) < (right.split, right.number)
    }
}

/// A shard that a recipe asks for.
public struct PlannedShard: Codable, Equatable, Sendable {
    /// Its name.
    public var id: ShardID
    /// The samples that belong in it.
    public var indices: Range<Int>

    /// Plans a shard.
    public init(_ id: ShardID, indices: Range<Int>) {
        self.id = id
        self.indices = indices
    }
}
