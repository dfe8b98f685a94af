import PDEConfig

/// What a reader has to know of a dataset before it opens a file: from the manifest, or from a look at a folder that
/// somebody else filled.
package struct Catalogue: Sendable {
    /// A file of samples.
    package struct Shard: Sendable {
        /// The split that its samples belong to; nil for a file that lies in none.
        package var split: Split?
        /// The numbers in the dataset of the samples that it holds, in order.
        package var numbers: [Int]
        /// The recorded axes of difficulty of these samples.
        package var difficulty: [[String: Double]]
        /// The recorded fingerprints of where these samples begin.
        package var initialStates: [UInt64?]
        let file: RecordedShard

        /// The file's path.
        package var path: String { file.file.path }
        /// The file's size.
        package var bytes: Int { file.file.bytes }
        /// How many samples it holds.
        package var trajectories: Int { numbers.count }
    }

    /// The dataset's folder, or the file where there is one only.
    package var path: String
    /// What the files have in common.
    package var description: DatasetDescription
    /// The resolved recipe; null where there is none.
    package var recipe: JSON
    /// A fingerprint of the content.
    package var fingerprint: UInt64
    /// The statistics of the training split, in the order of the description's fields; empty where nobody stored any.
    package var moments: [FieldMoments]
    /// All files that hold a sample, by split and in the order of their samples.
    package var shards: [Shard]
    /// How many samples of a split failed.
    package var failed: [Split: Int]
    /// Whether the files are somebody else's: nobody recorded their checksums, so values are looked at when they are read.
    package var isForeign: Bool

    /// The catalogue of the dataset in a folder: from its manifest, or by a look at files in The Well's layout.
    /// - Throws: `DataError.file` (ENOENT) when there is neither, `DataError.corrupt` when the manifest or a file is not as
    ///   it should be or files do not fit together, `DataError.splits` when splits leak into each other.
    package init(of path: String) throws(DataError) {
        let folder = DatasetFolder(path: path, name: "")
        if let manifest = try folder.manifest() {
            try manifest.validate()
            self.init(manifest, at: folder.path)
        } else if !WellFolder.files(in: folder).isEmpty, !FileSystem.exists(folder.workFolder) {
            self = try WellFolder.catalogue(of: folder)
        } else {
            throw Catalogue.missing(folder)
        }
    }

    /// The catalogue of a finished dataset.
    package init(_ manifest: Manifest, at path: String) {
        self.path = path
        description = manifest.description
        recipe = manifest.recipe
        fingerprint = Catalogue.fingerprint(of: manifest)
        moments = manifest.moments(of: .train)
        failed = [:]
        isForeign = false
        shards = []
        for record in manifest.shards.sorted(by: { $0.id < $1.id }) {
            let held = record.samples.filter { $0.failure == nil }
            failed[record.id.split, default: 0] += record.samples.count - held.count
            guard !held.isEmpty else { continue }
            shards.append(
                Shard(
                    split: record.id.split, numbers: held.map(\.index), difficulty: held.map(\.difficulty),
                    initialStates: held.map(\.initialState),
                    file: RecordedShard(record, in: DatasetFolder(path: path, name: manifest.name), description)))
        }
    }

    init(
        path: String, description: DatasetDescription, fingerprint: UInt64, moments: [FieldMoments], shards: [Shard]
    ) {
        self.path = path
        self.description = description
        recipe = .null
        self.fingerprint = fingerprint
        self.moments = moments
        self.shards = shards
        failed = [:]
        isForeign = true
    }

    /// Whether a folder holds a dataset that can be read: a finished one, or files in The Well's layout.
    package static func exists(at path: String) -> Bool {
        let folder = DatasetFolder(path: path, name: "")
        return FileSystem.exists(folder.manifestPath)
            || !FileSystem.exists(folder.workFolder) && !WellFolder.files(in: folder).isEmpty
    }

    /// The splits that have samples.
    package var splits: [Split] { Split.allCases.filter { split in shards.contains { $0.split == split } } }
}
