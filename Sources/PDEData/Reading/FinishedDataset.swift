#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What a reader asks of a dataset's folder before it reads, and what to say when it is not there.
enum FinishedDataset {
    /// The manifest of a finished dataset.
    static func manifest(at path: String) throws(DataError) -> Manifest {
        let folder = DatasetFolder(path: path, name: "")
        guard case .folder = FileSystem.kind(folder.path) else {
            let isThere = FileSystem.exists(folder.path)
            throw .file(
                path: path, problem: isThere ? "this is not a folder" : "there is no such folder",
                remedy: "Make the dataset with `pdegen RECIPE --out \(path)`, or correct the path.", code: ENOENT)
        }
        if let manifest = try folder.manifest() { return manifest }
        let isUnfinished = FileSystem.exists(folder.workFolder)
        throw .file(
            path: folder.manifestPath,
            problem: isUnfinished ? "it is not there: the dataset is not finished" : "it is not there: no dataset",
            remedy: isUnfinished
                ? "Run its recipe again with `pdegen RECIPE --out \(path)`; finished shards are kept."
                : "Make one with `pdegen RECIPE --out \(path)`, or correct the path.", code: ENOENT)
    }

    /// What to say of a split without samples.
    static func noSamples(of split: Split, in manifest: Manifest, path: String) -> DataError {
        let failed = manifest.shards.filter { $0.id.split == split }.reduce(0) { $0 + $1.samples.count }
        let others = Split.allCases.filter { other in
            manifest.shards.contains { $0.id.split == other && $0.trajectories > 0 }
        }
        let list =
            others.isEmpty
            ? "No split has any." : "There are samples in \(others.map(\.rawValue).joined(separator: ", "))."
        return .corrupt(
            path: path,
            problem: failed > 0
                ? "all \(failed) samples of the split '\(split.rawValue)' failed"
                : "the split '\(split.rawValue)' has no samples",
            remedy: "\(list) Make a dataset with `pdegen RECIPE --\(split.rawValue) N --out DIR` in another folder.")
    }

    /// A fingerprint (FNV-1a, 64 bits) of what determines a dataset's content.
    static func fingerprint(of manifest: Manifest) -> UInt64 {
        var text = "\(manifest.name)\n\(manifest.recipe.serialized(pretty: false))\n\(manifest.seed)\n"
        for shard in manifest.shards.sorted(by: { $0.id < $1.id }) {
            text += "\(shard.id) \(shard.trajectories) \(shard.bytes) \(hexadecimal(shard.crc32))\n"
        }
        return text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
