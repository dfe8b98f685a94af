import PDEConfig

/// A dataset on disk: where everything is, who may write it, and when it is whole.
///
/// Several processes may work on one folder at once. Files appear whole or not at all; a shard counts when its record
/// is there and its bytes are the recorded ones; the manifest is written last.
public struct DatasetFolder: Sendable {
    /// The folder's path.
    public let path: String
    /// The dataset's name, which its files carry.
    public let name: String

    /// The folder at `path` for the dataset `name`; nothing is read or written yet.
    public init(path: String, name: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.name = name
    }

    /// The path of the manifest.
    public var manifestPath: String { absolute("manifest.json") }

    /// A shard's path in the folder: `data/<split>/<name>_<split>_<number>.hdf5`.
    public func relativePath(of shard: ShardID) -> String { "data/\(shard.split.rawValue)/\(name)_\(shard).hdf5" }

    /// A shard's path.
    public func shardPath(_ shard: ShardID) -> String { absolute(relativePath(of: shard)) }

    /// The path of a file in the folder.
    public func absolute(_ relative: String) -> String { "\(path)/\(relative)" }

    /// Whether a relative path, as a file names it, stays in the folder.
    static func holds(_ relative: String) -> Bool {
        relative.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !["", ".", ".."].contains($0) }
            && !relative.utf8.contains(0)
    }

    /// The manifest, or nil while the dataset is not finished.
    /// - Throws: `DataError.corrupt` when it cannot be read, `DataError.file`.
    public func manifest() throws(DataError) -> Manifest? {
        guard FileSystem.exists(manifestPath) else { return nil }
        return try Manifest(path: manifestPath)
    }

    /// A description in the layout of the shards that are here already: a folder goes on as it was begun.
    /// - Parameters:
    ///   - description: What shards would have in common in a new folder.
    ///   - plan: All shards of the dataset.
    ///   - manifest: The manifest, if the dataset is finished.
    /// - Throws: `DataError.file` when a record exists and cannot be read.
    public func layout(
        of description: DatasetDescription, for plan: some Sequence<PlannedShard>, manifest: Manifest?
    ) throws(DataError) -> DatasetDescription {
        if let manifest { return description.laidOut(as: manifest.description) }
        for shard in plan {
            // One that cannot be opened will be made again.
            guard let record = try status(of: shard, manifest: nil, comparesBytes: true).record,
                let reader = try? ShardReader(path: absolute(record.path))
            else { continue }
            return description.laidOut(as: reader.description)
        }
        return description
    }

    /// Opens a shard for reading, when its bytes are those of its record.
    /// - Parameter description: What the dataset's files have in common.
    /// - Throws: `DataError.corrupt` when the file is not the recorded or described one, `DataError.file`.
    public func reader(
        of record: ShardRecord, following description: DatasetDescription
    ) throws(DataError) -> ShardReader {
        try RecordedShard(record, in: self, description).open()
    }

    /// Where the state of unfinished work is.
    package var workFolder: String { absolute(".shards") }
    /// The resolved recipe that claims the folder while it has no manifest.
    package var claimPath: String { absolute(".shards/recipe.json") }
    package var folderLockPath: String { absolute(".shards/folder.lock") }
    package func recordPath(_ shard: ShardID) -> String { absolute(".shards/\(shard).json") }
    package func shardLockPath(_ shard: ShardID) -> String { absolute(".shards/\(shard).lock") }
    package func journalPath(_ shard: ShardID) -> String { absolute(".shards/\(shard).samples") }
}
