import PDEConfig

/// How far a shard is.
public enum ShardStatus: Equatable, Sendable {
    /// Recorded, and its bytes are the recorded ones.
    case complete(ShardRecord)
    /// There is no record: it was never finished.
    case unrecorded
    /// It is recorded and the file is not there.
    case missing
    /// The file is shorter or longer than recorded.
    case wrongSize(expected: Int, found: Int)
    /// The file or its record does not hold what it should.
    case corrupt(String)

    /// The record of a complete shard.
    public var record: ShardRecord? {
        if case .complete(let record) = self { record } else { nil }
    }
}

extension DatasetFolder {
    /// How far a shard is; reads the whole file.
    /// - Parameter manifest: The manifest of a finished dataset, whose records count where there is none newer; read
    ///   again for every shard unless given.
    /// - Throws: `DataError.file` when something exists and cannot be read.
    public func status(of planned: PlannedShard, manifest: Manifest? = nil) throws(DataError) -> ShardStatus {
        try status(of: planned, manifest: manifest, comparesBytes: true)
    }

    package func status(
        of planned: PlannedShard, manifest: Manifest?, comparesBytes: Bool
    ) throws(DataError) -> ShardStatus {
        let record: ShardRecord
        if FileSystem.exists(recordPath(planned.id)) {
            do {
                let json = try JSON.parse(SealedText.read(recordPath(planned.id)).text, file: recordPath(planned.id))
                record = try StrictDecoder().decode(ShardRecord.self, from: json)
            } catch DataError.file(let path, let problem, let remedy, let code) {
                throw .file(path: path, problem: problem, remedy: remedy, code: code)
            } catch {
                return .corrupt("its record cannot be read: \(error)")
            }
        } else {
            // Without a manifest at hand, another process may just have written one and removed the records.
            let manifest = if let manifest { manifest } else { try self.manifest() }
            guard let recorded = manifest?.shards.first(where: { $0.id == planned.id }) else { return .unrecorded }
            record = recorded
        }
        guard record.id == planned.id, record.indices == planned.indices else {
            return .corrupt("its record is of \(record.id) with samples \(record.indices)")
        }
        if let problem = record.problem(in: self) { return .corrupt("its record cannot be: \(problem)") }
        return try status(of: record, comparesBytes: comparesBytes)
    }

    func status(of record: ShardRecord, comparesBytes: Bool) throws(DataError) -> ShardStatus {
        let file = absolute(record.path)
        guard case .file(let size) = FileSystem.kind(file) else { return .missing }
        guard size == record.bytes else { return .wrongSize(expected: record.bytes, found: size) }
        guard comparesBytes else { return .complete(record) }
        let checksum = try FileSystem.checksum(of: file)
        guard checksum == record.crc32 else {
            return .corrupt("its CRC-32 is \(hexadecimal(checksum)), recorded is \(hexadecimal(record.crc32))")
        }
        return .complete(record)
    }
}

/// Eight hexadecimal digits.
func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
}
