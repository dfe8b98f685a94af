#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif
import PDEConfig

/// The finished samples of a shard that is not finished, so that a run which is ended in its middle loses none of them.
///
/// The file holds a head that says what the samples depend on, then one entry a sample: the sizes of its two parts, the CRC-32
/// of both, the sample's record, scalars and notes as JSON, its fields and particles as 32-bit floats. What stands behind the
/// last entry that is whole was being written when a run was killed, and counts for nothing.
package final class SampleJournal {
    /// What the JSON of an entry holds.
    private struct Text: Codable {
        var record: SampleRecord
        /// Nil where no attempt gave a sample.
        var scalars: [String: [Double]]?
        var notes: [String: String]?
    }

    private struct Head {
        static let size = 16
        let textBytes: UInt32
        let checksum: UInt32
        let values: UInt64
    }

    private let path: String
    private let description: DatasetDescription
    private let signature: [UInt8]
    /// Where the entries that are whole end.
    private var end: Int
    /// Entries that are not yet in the file.
    private var waiting: [UInt8] = []
    /// How many samples of the shard, from its first on, an earlier run has left here.
    package let count: Int

    /// Opens the journal of a shard, if there is one, and reads it through.
    /// - Parameters:
    ///   - path: Where it is.
    ///   - shard: The shard; the caller has the right to make it.
    ///   - description: What the dataset's files have in common.
    ///   - provenance: What the samples depend on; entries made under any other are left out.
    init(path: String, of shard: PlannedShard, _ description: DatasetDescription, provenance: [String: String]) {
        self.path = path
        self.description = description
        let origin = provenance.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
        let words = "PDEKit samples 1\n\(shard.id) \(shard.indices)\n\(origin)"
        signature = Array("PDEKit samples 1, \(hexadecimal(Checksum(of: Array(words.utf8)).value))\n".utf8)
        var (count, end) = (0, signature.count)
        if let file = try? OpenJournal(path, signature) {
            while count < shard.indices.count, let entry = Self.entry(at: end, in: file, description),
                entry.text.record.index == shard.indices.lowerBound + count
            {
                count += 1
                end = entry.end
            }
        }
        (self.count, self.end) = (count, end)
    }

    /// Reads the samples that an earlier run has left, in order: each record, and the sample if there is one.
    /// - Throws: `DataError.file` when the file cannot be read any more, and what `body` throws.
    package func replay(_ body: (SampleRecord, Sample?) throws -> Void) throws {
        guard count > 0 else { return }
        let file = try OpenJournal(path, signature)
        var place = signature.count
        for _ in 0..<count {
            guard let entry = Self.entry(at: place, in: file, description) else {
                throw DataError.corrupt(
                    path: path, problem: "it changed while it was read", remedy: "Remove it, and run again.")
            }
            try body(entry.text.record, entry.sample)
            place = entry.end
        }
    }

    /// Adds a finished sample; it is safe after `flush`.
    /// - Throws: `DataError.description` when a number cannot be recorded.
    package func append(_ record: SampleRecord, _ sample: Sample?) throws {
        let text: [UInt8]
        do throws(ConfigurationError) {
            let content = Text(record: record, scalars: sample?.scalars, notes: sample?.notes)
            text = Array(try StrictEncoder().encode(content).serialized(pretty: false).utf8)
        } catch {
            throw DataError.description(name: description.name, problem: "a number cannot be recorded: \(error)")
        }
        let arrays = sample.map { $0.fields + $0.particles } ?? []
        var body = text
        for values in arrays { values.withUnsafeBytes { body.append(contentsOf: $0) } }
        let head = Head(
            textBytes: UInt32(text.count), checksum: Checksum(of: body).value,
            values: UInt64(arrays.reduce(0) { $0 + $1.count }))
        withUnsafeBytes(of: head) { waiting.append(contentsOf: $0) }
        waiting += body
    }

    /// Whether samples were added that are not yet in the file.
    package var isWaiting: Bool { !waiting.isEmpty }

    /// Puts what was added into the file. A process that is killed loses nothing of it; a machine that stops may, which the next
    /// run then sees.
    /// - Throws: `DataError.file`; what was added is forgotten then.
    package func flush() throws(DataError) {
        guard isWaiting else { return }
        defer { waiting = [] }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileSystem.error(path, doing: "cannot be created") }
        defer { close(descriptor) }
        // What a killed run has left behind the last whole entry goes, and all of it where nothing counts.
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw FileSystem.error(path, doing: "cannot be cut") }
        if end == signature.count { try write(signature, to: descriptor, at: 0) }
        try write(waiting, to: descriptor, at: end)
        end += waiting.count
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32, at place: Int) throws(DataError) {
        var failure: DataError?
        bytes.withUnsafeBytes { buffer in
            do throws(DataError) {
                guard lseek(descriptor, off_t(place), SEEK_SET) >= 0 else {
                    throw FileSystem.error(path, doing: "cannot be written")
                }
                try AtomicFile.writeAll(buffer, to: descriptor, path: path)
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// The whole entry that begins at a place of the file; nil if there is none.
    private static func entry(
        at place: Int, in file: OpenJournal, _ description: DatasetDescription
    ) -> (text: Text, sample: Sample?, end: Int)? {
        guard let headBytes = file.read(place, count: Head.size) else { return nil }
        let head = headBytes.withUnsafeBytes { $0.loadUnaligned(as: Head.self) }
        let shapes =
            description.fields.map { description.shape(of: $0) }
            + description.particles.map { description.shape(of: $0) }
        let counts = shapes.map { $0.reduce(1, *) }
        let total = counts.reduce(0, +)
        guard head.values == 0 || head.values == UInt64(total) else { return nil }
        let textBytes = Int(head.textBytes)
        let valueBytes = Int(head.values) * MemoryLayout<Float>.size
        guard let body = file.read(place + Head.size, count: textBytes + valueBytes),
            Checksum(of: body).value == head.checksum,
            let json = try? JSON.parse(String(decoding: body[..<textBytes], as: UTF8.self), file: file.path),
            let text = try? StrictDecoder().decode(Text.self, from: json)
        else { return nil }
        let end = place + Head.size + body.count
        guard let scalars = text.scalars, let notes = text.notes else { return (text, nil, end) }
        var start = textBytes
        let arrays = counts.map { count -> [Float] in
            defer { start += count * MemoryLayout<Float>.size }
            return body[start..<start + count * MemoryLayout<Float>.size].withUnsafeBytes { bytes in
                [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                    UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
                    initialized = count
                }
            }
        }
        let sample = Sample(
            index: text.record.index, attempt: text.record.attempt, fields: Array(arrays[..<description.fields.count]),
            particles: Array(arrays[description.fields.count...]), scalars: scalars, notes: notes)
        return (text, sample, end)
    }
}

/// A journal that is open for reading.
private final class OpenJournal {
    let path: String
    private let descriptor: Int32
    private let size: Int

    /// - Throws: `DataError.file` when it cannot be opened or has another head.
    init(_ path: String, _ signature: [UInt8]) throws(DataError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystem.error(path, doing: "cannot be opened") }
        var status = stat()
        size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
        guard read(0, count: signature.count) == signature else {
            throw .corrupt(path: path, problem: "its samples are of another kind", remedy: "Remove it, and run again.")
        }
    }

    deinit { close(descriptor) }

    /// Some bytes, or nil if the file has not so many.
    func read(_ place: Int, count: Int) -> [UInt8]? {
        guard count <= size - place else { return nil }
        var done = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count {
                let part = pread(descriptor, buffer.baseAddress! + done, count - done, off_t(place + done))
                if part < 0 && errno == EINTR { continue }
                guard part > 0 else { break }
                done += part
            }
            initialized = done
        }
        return done == count ? bytes : nil
    }
}
