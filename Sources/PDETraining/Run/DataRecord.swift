import PDEData

/// What a run keeps of the data that it was trained on: which samples it has seen, and their mean frame.
///
/// It stands in `checkpoint/data.safetensors`, eight bytes a sample, and its checksum in every checkpoint of the run.
public struct DataRecord: Equatable, Sendable {
    /// The fingerprints of the initial states of the samples that the run was trained on, increasing.
    public let trained: [UInt64]
    /// The same of the samples by which its best state was chosen.
    public let validated: [UInt64]
    /// How many of its samples have no fingerprint.
    public let unknown: Int
    /// The mean frame of its training windows, [channel][space…].
    public let meanFrame: [Float]

    init<Scalar>(train: TrainingData<Scalar>, valid: TrainingData<Scalar>, meanFrame: [Float]) {
        let states = [train, valid].map { data in data.sampler.samples.map { data.reader.initialStates[$0] } }
        self.init(trained: states[0], validated: states[1], meanFrame: meanFrame)
    }

    /// - Parameters:
    ///   - trained: fingerprints of samples, nil of those that have none.
    ///   - validated: the same of the samples by which the best state is chosen.
    init(trained: [UInt64?], validated: [UInt64?], meanFrame: [Float]) {
        self.trained = Set(trained.compactMap(\.self)).sorted()
        self.validated = Set(validated.compactMap(\.self)).sorted()
        unknown = (trained + validated).count { $0 == nil }
        self.meanFrame = meanFrame
    }

    private static let unknownKey = "samples without a fingerprint"

    /// Where it is in a run's folder.
    static func path(in folder: String) -> String { "\(folder)/checkpoint/data.safetensors" }

    /// The file.
    var file: SafetensorsFile {
        SafetensorsFile(
            [
                SafetensorsEntry("mean", shape: [meanFrame.count], .float(meanFrame)),
                SafetensorsEntry("trained", shape: [trained.count], .unsigned(trained)),
                SafetensorsEntry("validated", shape: [validated.count], .unsigned(validated)),
            ], metadata: ["format": "pdekit", Self.unknownKey: String(unknown)])
    }

    /// The record's bytes as the run wrote them.
    /// - Parameter crc32: the checksum that the checkpoint has of them.
    /// - Throws: `DataError.file`, `DataError.corrupt` when they are others.
    static func bytes(folder: String, crc32: UInt32) throws(DataError) -> [UInt8] {
        let path = path(in: folder)
        let bytes = try FileSystem.read(path)
        guard Checksum(of: bytes).value == crc32 else { throw strange(path) }
        return bytes
    }

    private static func strange(_ path: String) -> DataError {
        .corrupt(
            path: path, problem: "this is not the record that the run wrote of its data",
            remedy: "Restore it from a copy of the run, or train again.")
    }

    /// The file's checksum.
    var crc32: UInt32 { Checksum(of: file.bytes()).value }

    /// Reads a run's record.
    /// - Parameter crc32: the checksum that the checkpoint has of it.
    /// - Throws: `DataError.file`, `DataError.corrupt` when it is not what the run wrote.
    init(folder: String, crc32: UInt32, meanFrameSize: Int) throws(DataError) {
        let path = Self.path(in: folder)
        let file = try SafetensorsFile(bytes: Self.bytes(folder: folder, crc32: crc32), path: path)
        guard case .float(let mean) = file["mean"]?.values, mean.count == meanFrameSize,
            case .unsigned(let trained) = file["trained"]?.values,
            case .unsigned(let validated) = file["validated"]?.values,
            let unknown = file.metadata[Self.unknownKey].flatMap({ Int($0) })
        else {
            throw Self.strange(path)
        }
        self.trained = trained
        self.validated = validated
        self.unknown = unknown
        meanFrame = mean
    }
}
