/// A shard as its dataset's manifest has it, or a file of others as the others of its folder ask of it.
struct RecordedShard: Sendable {
    let file: RecordedFile
    /// How many samples it holds.
    let trajectories: Int
    let description: DatasetDescription

    init(_ record: ShardRecord, in folder: DatasetFolder, _ description: DatasetDescription) {
        file = RecordedFile(path: folder.absolute(record.path), bytes: record.bytes, crc32: record.crc32)
        trajectories = record.trajectories
        self.description = description
    }

    /// A file that no manifest records.
    init(path: String, bytes: Int, trajectories: Int, _ description: DatasetDescription) {
        file = RecordedFile(path: path, bytes: bytes, crc32: nil)
        self.trajectories = trajectories
        self.description = description
    }

    /// Opens the shard: HDF5 sees its bytes only when they are the recorded ones.
    /// - Throws: `DataError.corrupt` when it is not the described one, `DataError.file`, `DataError.hdf5`.
    func open() throws(DataError) -> ShardReader {
        try file.check()
        let reader = try ShardReader(path: file.path)
        if let problem = problem(with: reader) {
            throw .corrupt(path: file.path, problem: problem, remedy: RecordedFile.remedy)
        }
        return reader
    }

    private func problem(with reader: ShardReader) -> String? {
        if reader.sampleCount != trajectories {
            "it holds \(reader.sampleCount) samples, recorded are \(trajectories)"
        } else if file.crc32 == nil {
            WellFolder.difference(of: reader.description, from: description).map { "\($0) the others" }
        } else if reader.description.fields != description.loaderOrder.map({ description.fields[$0] }) {
            "its fields are not the described ones"
        } else if reader.description.particles != description.particles {
            "its particles are not the described ones"
        } else if reader.description.dimensions != description.storedDimensions {
            "its axes are not the described ones"
        } else if reader.description.times != description.stored(description.times) {
            "its times are not the described ones"
        } else {
            nil
        }
    }
}
