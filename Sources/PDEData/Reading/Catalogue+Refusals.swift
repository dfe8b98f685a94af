#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// What to say of datasets that cannot be read, and what tells them apart.
extension Catalogue {
    /// What to say of a folder that holds no dataset.
    static func missing(_ folder: DatasetFolder) -> DataError {
        let path = folder.path
        guard case .folder = FileSystem.kind(path) else {
            let isThere = FileSystem.exists(path)
            return .file(
                path: path, problem: isThere ? "this is not a folder" : "there is no such folder",
                remedy: "Make the dataset with `pdegen RECIPE --out \(path)`, or correct the path.", code: ENOENT)
        }
        let isUnfinished = FileSystem.exists(folder.workFolder)
        return .file(
            path: folder.manifestPath,
            problem: isUnfinished ? "it is not there: the dataset is not finished" : "it is not there: no dataset",
            remedy: isUnfinished
                ? "Run its recipe again with `pdegen RECIPE --out \(path)`; finished shards are kept."
                : "Make one with `pdegen RECIPE --out \(path)`, or correct the path. Data of others need "
                    + "data/{train,valid,test}/*.hdf5 in The Well's layout.", code: ENOENT)
    }

    /// What to say of a split without samples.
    static func noSamples(of split: Split, in catalogue: Catalogue) -> DataError {
        let failed = catalogue.failed[split] ?? 0
        let others = catalogue.splits
        let list =
            others.isEmpty
            ? "No split has any." : "There are samples in \(others.map(\.rawValue).joined(separator: ", "))."
        let remedy =
            catalogue.isForeign
            ? "Put files with its samples into data/\(split.rawValue)."
            : "Make a dataset with `pdegen RECIPE --\(split.rawValue) N --out DIR` in another folder."
        return .corrupt(
            path: catalogue.path,
            problem: failed > 0
                ? "all \(failed) samples of the split '\(split.rawValue)' failed"
                : "the split '\(split.rawValue)' has no samples",
            remedy: "\(list) \(remedy)")
    }

    /// A fingerprint (FNV-1a, 64 bits) of what determines a dataset's content.
    static func fingerprint(of manifest: Manifest) -> UInt64 {
        var text = "\(manifest.name)\n\(manifest.recipe.serialized(pretty: false))\n\(manifest.seed)\n"
        for shard in manifest.shards.sorted(by: { $0.id < $1.id }) {
            text += "\(shard.id) \(shard.trajectories) \(shard.bytes) \(hexadecimal(shard.crc32))\n"
        }
        return fingerprint(of: text)
    }

    static func fingerprint(of text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
