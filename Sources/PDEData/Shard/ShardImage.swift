/// A finished shard that is not yet on disk.
public struct ShardImage: Sendable {
    /// The bytes of the HDF5 file.
    public let bytes: [UInt8]
    /// How many samples it holds.
    public let trajectories: Int
    /// The statistics of its fields, in the description's order.
    public let moments: [FieldMoments]
}
