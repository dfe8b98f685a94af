#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A dataset's files in The Well's layout, and where they go: shards are in that layout already and keep their bytes.
struct WellCopy {
    /// A file, by its path in the dataset's folder, with the checksum of its bytes where one is on record.
    struct File {
        var path: String
        var crc32: UInt32?
    }

    /// The files that loaders read.
    let files: [File]
    /// What else is in the folder.
    let leftOut: [String]
    /// Whether nobody stored the training split's statistics.
    let lacksStatistics: Bool
    private let folder: DatasetFolder

    init(of catalogue: Catalogue) throws(DataError) {
        let folder = DatasetFolder(path: catalogue.path, name: catalogue.description.name)
        let texts = [StatisticsFile.name, "\(folder.name).yaml"]
        var files: [File] = []
        if let manifest = try folder.manifest() {
            files = manifest.shards.filter { $0.trajectories > 0 }.map { File(path: $0.path, crc32: $0.crc32) }
            files += texts.compactMap { name in manifest.files[name].map { File(path: name, crc32: $0) } }
            let others = manifest.files.keys.filter { !texts.contains($0) }.sorted()
            let figures = others.filter { $0.hasSuffix(".xdmf") }
            leftOut =
                ["manifest.json"] + others.filter { !figures.contains($0) }
                + (figures.isEmpty ? [] : ["the shards' .xdmf"])
        } else {
            files = catalogue.shards.map { File(path: String($0.path.dropFirst(folder.path.count + 1)), crc32: nil) }
            let names = try FileSystem.list(folder.path)
            files += names.filter { $0.hasSuffix(".yaml") }.map { File(path: $0, crc32: nil) }
            leftOut = names.filter { $0 != "data" && !$0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
        }
        lacksStatistics = !files.contains { $0.path == StatisticsFile.name } && catalogue.splits.contains(.train)
        self.folder = folder
        self.files = files
    }

    /// Copies a file and compares its bytes with their checksum on the way.
    /// - Returns: How many bytes it has; nil when it was stopped.
    /// - Throws: `DataError.corrupt` when they are other bytes, `DataError.file`.
    func copy(_ file: File, into target: String, shouldStop: () -> Bool) throws(DataError) -> Int? {
        let (source, copy) = (folder.absolute(file.path), "\(target)/\(file.path)")
        try FileSystem.createFolder(String(copy[..<copy.lastIndex(of: "/")!]))
        let descriptor = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileSystem.error(copy, doing: "this file cannot be made") }
        defer { close(descriptor) }
        var checksum = Checksum()
        var (bytes, isStopped) = (0, false)
        try FileSystem.forEachBlock(of: source) { (block) throws(DataError) in
            isStopped = shouldStop()
            guard !isStopped else { return false }
            checksum.update(block)
            bytes += block.count
            _ = try AtomicFile.writeAll(block, to: descriptor, path: copy)
            return true
        }
        if isStopped { return nil }
        if let crc32 = file.crc32, crc32 != checksum.value {
            throw .corrupt(
                path: source,
                problem: "its CRC-32 is \(hexadecimal(checksum.value)), recorded is \(hexadecimal(crc32))",
                remedy: RecordedFile.remedy)
        }
        guard fsync(descriptor) == 0 else { throw FileSystem.error(copy, doing: "cannot be flushed to disk") }
        return bytes
    }
}
