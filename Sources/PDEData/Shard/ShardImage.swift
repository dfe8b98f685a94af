/// A finished shard that is not yet on disk.
public struct ShardImage: Sendable {
    private let memory: HDF5Memory
    /// How many samples it holds.
    public let trajectories: Int
    /// The statistics of its fields and then of its clouds of particles, in the description's order.
    public let moments: [FieldMoments]

    init(memory: HDF5Memory, trajectories: Int, moments: [FieldMoments]) {
        self.memory = memory
        self.trajectories = trajectories
        self.moments = moments
    }

    /// The size of the HDF5 file.
    public var byteCount: Int { memory.bytes.count }

    /// Calls `body` with the bytes of the HDF5 file, which are valid for as long as it runs.
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        defer { withExtendedLifetime(memory) {} }
        return try body(memory.bytes)
    }
}
