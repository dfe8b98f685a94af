/// What the manifest keeps of one shard.
public struct ShardRecord: Codable, Equatable, Sendable {
    /// Which shard.
    public var id: ShardID
    /// The file's path in the dataset folder.
    public var path: String
    /// The samples that belong in it, failed ones included.
    public var indices: Range<Int>
    /// How many samples it holds.
    public var trajectories: Int
    /// The file's size.
    public var bytes: Int
    /// The file's CRC-32.
    public var crc32: UInt32
    /// One entry for each of `indices`, in order.
    public var samples: [SampleRecord]
    /// The statistics of its fields and then of its clouds of particles, in the description's order.
    public var moments: [FieldMoments]
    /// The wall time of making its samples.
    public var secondsGenerating: Double
    /// The wall time of writing and checking the file.
    public var secondsWriting: Double
}
