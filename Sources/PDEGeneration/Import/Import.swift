import PDEConfig
import PDECore
import PDEData

/// Makes a dataset folder of samples that somebody else computed, from files or from memory: checked, with a manifest, statistics and a card.
///
/// Nothing is written before every value was looked at. What is finished stays finished: an import that was killed
/// continues at the first shard that is missing.
public struct Import: Sendable {
    /// What is imported and how.
    public let recipe: ImportRecipe
    /// Where the dataset goes.
    public let folder: DatasetFolder
    /// All shards of the dataset.
    public let plan: ShardPlan
    /// What the dataset's files have in common.
    public let description: DatasetDescription
    /// What was put right in the source's layout, and what of it stays behind.
    public let remarks: [String]
    /// The source's layout in words.
    public var layout: String { source.layout }
    let source: any SampleSource
    let files: [String]
    /// What tells these values from others, beside the files' checksums.
    private let checksum: UInt32?
    /// The source's samples of every split, in the order in which the dataset numbers them.
    private let rows: [Split: [Int]]

    /// An import into the folder at `path`; nothing is written yet, and values are not looked at.
    /// - Throws: `DataError` when the source cannot be read or its parts do not fit together, `ImportError` when the recipe
    ///   does not fit the source.
    public init(_ recipe: ImportRecipe, into path: String) throws {
        let (source, files) = try recipe.open()
        try self.init(recipe, source, files, into: path)
    }

    /// A dataset of samples that stand in memory, into the folder at `path`; nothing is written yet.
    ///
    /// - Parameters:
    ///   - samples: fields in the description's order, each [T][spatial…][components], without T when constant in time. Their
    ///     indices do not count: samples are dealt out to the splits by the seed.
    ///   - description: what they have in common.
    ///   - split: shares of train, valid and test that add up to 1, or numbers of samples.
    ///   - perShard: samples in a shard; nil picks about 16 MiB.
    /// - Throws: `DataError` when a sample is not as the description says, `ImportError` for splits that do not come out.
    public init(
        _ samples: [Sample], as description: DatasetDescription, split: [Double] = [0.8, 0.1, 0.1], seed: UInt64 = 0,
        perShard: Int? = nil, into path: String
    ) throws {
        let source = try MemorySource(samples, description)
        let recipe = ImportRecipe(
            name: description.name, title: description.title, source: source.path, split: split, seed: seed,
            perShard: perShard)
        try self.init(recipe, source, [], checksum: source.checksum, into: path)
    }

    private init(
        _ recipe: ImportRecipe, _ source: any SampleSource, _ files: [String], checksum: UInt32? = nil,
        into path: String
    ) throws {
        self.recipe = recipe
        self.source = source
        self.files = files
        self.checksum = checksum
        folder = DatasetFolder(path: path, name: recipe.name)
        var description = source.description
        description.name = recipe.name
        if !recipe.title.isEmpty { description.title = recipe.title }
        if description.title.isEmpty { description.title = "Samples of \(recipe.source)" }
        remarks =
            source.remarks
            + (description.notes.isEmpty
                ? [] : ["texts of `provenance` stay behind: \(description.notes.joined(separator: ", "))"])
        description.notes = ["origin"]
        description.diagnostics = description.diagnostics ?? []
        description.hasNamedAxes = true
        description.hasChecksums = true
        for (axis, kind) in recipe.boundaries.sorted(by: { $0.key < $1.key }) {
            description.boundaries.removeAll { $0.dimension == axis }
            description.boundaries.append(Boundary(kind, dimension: axis))
        }
        try description.validate()
        self.description = description
        let splits = try recipe.splits(of: source)
        rows = Dictionary(uniqueKeysWithValues: splits)
        plan = ShardPlan(
            splits.map { split, members in (split, split.firstNumber..<split.firstNumber + members.count) },
            size: recipe.perShard ?? max(1, min(256, (16 << 20) / max(1, description.bytesPerSample))))
    }

    /// What a run did.
    public struct Outcome: Sendable {
        /// Samples that this run wrote.
        public var written = 0
        /// Whether the run was asked to stop.
        public var isInterrupted = false
        /// The manifest, once the dataset is whole.
        public var manifest: Manifest?
        /// Shards that another process is writing.
        public var elsewhere: [ShardID] = []
    }

    /// What is wrong with the source's values, and with which samples.
    /// - Parameters:
    ///   - progress: Told how many samples were looked at, and of how many.
    ///   - shouldStop: Asked before each sample.
    public func check(
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }, shouldStop: () -> Bool = { false }
    ) throws -> Verification {
        let leftOut = Set(recipe.leaveOut)
        return try Verification(
            of: source, leavingOut: { leftOut.contains($0) }, progress: progress, shouldStop: shouldStop)
    }

    /// Whether the folder holds this import, begun or finished: its values were checked then.
    public var isBegun: Bool { FileSystem.exists(folder.manifestPath) || FileSystem.exists(folder.claimPath) }

    /// Writes the shards that are missing, and the dataset's other files when all are there.
    /// - Parameters:
    ///   - progress: Told how many samples are done, and of how many.
    ///   - shouldStop: Asked before each sample; a shard that is cut short leaves nothing behind.
    /// - Throws: `DataError` for a folder that is occupied, cannot be written or is full, or when the split guard refuses.
    public func run(
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }, shouldStop: () -> Bool = { false }
    ) throws -> Outcome {
        var outcome = Outcome()
        let resolved = try self.resolved()
        let manifest = try folder.claim(recipe: resolved) == .finished ? folder.manifest() : nil
        var done = 0
        for shard in plan {
            defer { done += shard.indices.count }
            if try folder.status(of: shard, manifest: manifest).record != nil { continue }
            guard let lease = try folder.acquire(shard.id) else {
                outcome.elsewhere.append(shard.id)
                continue
            }
            if try folder.status(of: shard, manifest: manifest).record != nil { continue }
            guard try write(shard, lease, resolved, { progress(done + $0, sampleCount) }, shouldStop) else {
                outcome.isInterrupted = true
                return outcome
            }
            outcome.written += shard.indices.count
        }
        let assembly = try folder.assemble(
            plan, description: description, recipe: resolved, seed: recipe.seed, versions: versions,
            reports: ["README.md", "preview.png"]
        ) { manifest in
            [
                "README.md": Array(ImportCard(manifest, self).text.utf8),
                "preview.png": try FieldFigure(of: ShownSample.all(in: manifest).evenly(4), manifest, folder)
                    .figure().raster().png(title: manifest.description.title),
            ]
        }
        if case .complete(let manifest) = assembly { outcome.manifest = manifest }
        return outcome
    }

    /// - Returns: Whether the shard is whole.
    private func write(
        _ shard: PlannedShard, _ lease: ShardLease, _ resolved: JSON, _ progress: (Int) -> Void,
        _ shouldStop: () -> Bool
    ) throws -> Bool {
        var provenance = versions
        provenance["recipe"] = resolved.serialized()
        let writer = try ShardWriter(
            description: description, provenance: provenance, capacity: shard.indices.count)
        var records: [SampleRecord] = []
        let start = ContinuousClock.now
        let split = shard.id.split
        let members = rows[split]![(shard.indices.lowerBound - split.firstNumber)...].prefix(shard.indices.count)
        for (place, (index, row)) in zip(shard.indices, members).enumerated() {
            if shouldStop() { return false }
            if place % source.preparedCount == 0 {
                try source.prepare(Array(members.dropFirst(place).prefix(source.preparedCount)))
            }
            var sample = try source.sample(row)
            let origin = source.place(of: row)
            let state = source.initialState(of: sample)
            sample.index = index
            sample.notes["origin"] = "\(origin.path), sample \(origin.row)"
            try writer.append(sample)
            let numbers = description.constantInputs.compactMap { parameter in
                sample.scalars[parameter.name]?.first.map { (parameter.name, $0) }
            }
            records.append(
                SampleRecord(
                    index: index, difficulty: Dictionary(uniqueKeysWithValues: numbers), initialState: state))
            progress(place + 1)
        }
        try folder.store(
            writer.finish(), as: shard, samples: records,
            secondsGenerating: (ContinuousClock.now - start) / .seconds(1), lease: lease)
        return true
    }

    /// How many samples the dataset has.
    public var sampleCount: Int { rows.values.reduce(0) { $0 + $1.count } }

    private var versions: [String: String] {
        StorageLibraries.versions.merging(["pdekit": LibraryVersions.pdekit]) { $1 }
    }

    /// The recipe with the checksums of all files that it reads.
    private func resolved() throws -> JSON {
        var checksums: [(String, JSON)] = []
        for file in files { checksums.append((file, .number(Double(try FileSystem.checksum(of: file))))) }
        if let checksum { checksums.append((source.path, .number(Double(checksum)))) }
        return .object([("import", try StrictEncoder().encode(recipe)), ("crc32", .object(checksums))])
    }
}

extension ImportRecipe {
    /// The source's samples of every split, in the order in which they are numbered.
    func splits(of source: any SampleSource) throws -> [(Split, [Int])] {
        let leftOut = Set(leaveOut)
        if let odd = leaveOut.first(where: { !(0..<source.sampleCount).contains($0) }) {
            throw ImportError(
                "sample \(odd) is to be left out, and there are \(source.sampleCount)", "They count from 0.")
        }
        let order: [Split] = [.test, .valid, .train]
        if split == nil, !source.splits.isEmpty {
            return order.compactMap { split in
                source.splits[split].map { (split, $0.filter { !leftOut.contains($0) }) }
            }
        }
        let rows = (0..<source.sampleCount).filter { !leftOut.contains($0) }
        let wanted = split ?? [0.8, 0.1, 0.1]
        guard wanted.count == 3, wanted.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw ImportError("the split is \(wanted)", "Give three numbers, for train, valid and test.")
        }
        var counts = wanted.map { Int($0.rounded()) }
        if abs(wanted.reduce(0, +) - 1) < 1e-9 {
            // Whatever does not come out even trains.
            counts = wanted.map { Int(($0 * Double(rows.count)).rounded()) }
            counts[0] = rows.count - counts[1] - counts[2]
        } else if zip(wanted, counts).contains(where: { $0 != Double($1) }) {
            throw ImportError(
                "the split is \(wanted)",
                "Give shares that add up to 1, such as 0.8,0.1,0.1, or whole numbers of samples.")
        }
        guard counts.allSatisfy({ $0 >= 0 }), counts.reduce(0, +) <= rows.count else {
            throw ImportError("the split asks for \(counts.reduce(0, +)) samples of \(rows.count)", "Ask for fewer.")
        }
        var stream = RandomStream(seed: seed, index: 0, purpose: "split")
        let dealt = stream.permutation(of: rows.count).map { rows[$0] }
        var start = 0
        var found: [(Split, [Int])] = []
        // A larger training set leaves the others as they are.
        for split in order {
            let count = counts[Split.allCases.firstIndex(of: split)!]
            if count > 0 { found.append((split, dealt[start..<start + count].sorted())) }
            start += count
        }
        return found
    }
}
