import PDEConfig

/// The only truth about a finished dataset.
public struct Manifest: Codable, Equatable, Sendable {
    /// The version of this file's form: 2, in which the file ends with its own checksum. Version 1 is read as well.
    public static let currentFormatVersion = 2

    /// The version of the form of this file.
    public var formatVersion: Int
    /// The dataset's name.
    public var name: String
    /// The resolved recipe.
    public var recipe: JSON
    /// The seed that all samples come from.
    public var seed: UInt64
    /// Versions of what made it, processor features among them.
    public var versions: [String: String]
    /// What its files have in common.
    public var description: DatasetDescription
    /// The sample numbers of every split.
    public var splits: [Split: Range<Int>]
    /// All shards in order.
    public var shards: [ShardRecord]
    /// The CRC-32 of every other file, by its path in the dataset folder.
    public var files: [String: UInt32]

    /// All samples that are in the files, failed ones left out.
    public var sampleCount: Int { shards.reduce(0) { $0 + $1.trajectories } }

    /// The split to begin with: training, where it has samples.
    package var firstSplit: Split { shards.map(\.id.split).min() ?? .train }

    /// The statistics of a split's fields and then of its clouds of particles, merged in the order of the shards.
    public func moments(of split: Split) -> [FieldMoments] {
        var merged = FieldMoments.none(of: description)
        for shard in shards.sorted(by: { $0.id < $1.id }) where shard.id.split == split {
            for (position, moments) in shard.moments.enumerated() where position < merged.count {
                // A field that all samples share would count once a shard.
                let isShared = position < description.fields.count && !description.fields[position].isSampleVarying
                if !isShared || merged[position].values.allSatisfy({ $0.count == 0 }) {
                    merged[position].merge(moments)
                }
            }
        }
        return merged
    }

    /// The split guard.
    /// - Throws: `DataError.splits` when a sample number is missing, is in two splits or twice in one, lies outside its
    ///   split's range, or when samples of two splits begin with the same state.
    public func validate() throws(DataError) {
        let problems = SplitGuard.problems(in: shards, splits: splits)
        if !problems.isEmpty { throw .splits(problems: problems) }
    }

    /// Reads a manifest.
    /// - Throws: `DataError.file` when it cannot be read; `DataError.corrupt` when its bytes are not those that were
    ///   written, when it is not JSON, has unknown or missing keys, a newer form, or numbers that cannot be.
    public init(path: String) throws(DataError) {
        let (text, isSealed) = try SealedText.read(path)
        do throws(ConfigurationError) {
            let json = try JSON.parse(text, file: path)
            // The first version had no checksum.
            let sealed = isSealed ? Manifest.currentFormatVersion : 1
            if let version = json["formatVersion"]?.int, version != sealed {
                throw ConfigurationError.invalid(
                    path: "formatVersion", found: "\(version) \(isSealed ? "with" : "without") a checksum at the end",
                    allowed: "1 without, \(Manifest.currentFormatVersion) with one")
            }
            self = try StrictDecoder().decode(Manifest.self, from: json)
        } catch {
            throw Manifest.unreadable(path, "\(error)")
        }
        if let problem { throw Manifest.unreadable(path, problem) }
    }

    private static func unreadable(_ path: String, _ problem: String) -> DataError {
        .corrupt(
            path: path, problem: "this manifest cannot be read: \(problem)",
            remedy: "Restore it, or generate the dataset again in another folder.")
    }

    init(
        recipe: JSON, seed: UInt64, versions: [String: String], description: DatasetDescription,
        splits: [Split: Range<Int>], shards: [ShardRecord], files: [String: UInt32]
    ) {
        formatVersion = Manifest.currentFormatVersion
        name = description.name
        self.recipe = recipe
        self.seed = seed
        self.versions = versions
        self.description = description
        self.splits = splits
        self.shards = shards
        self.files = files
    }
}
