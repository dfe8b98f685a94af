/// A field as shards store it: runs of whole frames of one sample.
struct StoredField: Sendable {
    let description: FieldDescription
    /// The values of a point.
    let components: Int
    /// The frames of a sample; 1 for a field that is constant in time.
    let frames: Int
    /// The values of a frame.
    let valuesPerFrame: Int
    /// The shape of a chunk in a shard.
    let chunk: [Int]
    /// The frames of a chunk.
    let run: Int
    /// The chunks of a sample.
    let runs: Int

    var name: String { description.name }

    /// The bytes of a chunk as it is stored, its checksum among them.
    var bytesPerChunk: Int { run * valuesPerFrame * MemoryLayout<Float>.size + MemoryLayout<UInt32>.size }

    init(_ field: FieldDescription, in dataset: DatasetDescription) {
        description = field
        components = dataset.componentCount(of: field)
        frames = field.isTimeVarying ? dataset.times.count : 1
        valuesPerFrame = dataset.pointCount * components
        chunk = ShardLayout.chunk(of: field, in: dataset)
        run = field.isTimeVarying ? chunk[1] : 1
        runs = (frames + run - 1) / run
    }
}
