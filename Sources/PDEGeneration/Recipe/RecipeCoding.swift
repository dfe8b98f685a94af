import PDEConfig
import PDEData

extension Recipe: Codable {
    /// The members of a recipe, in the order in which they are written.
    public enum Key: String, CodingKey, CaseIterable, Sendable {
        case name, title
        /// The equation, and how its coefficients are drawn.
        case equation
        /// Length of the box along its axes, one for all or one each; of a channel in heights.
        case length
        /// Points, or cells across the height, on which the solver works: one number for all axes or one each.
        case resolution
        /// How the initial state of a sample is drawn.
        case initial
        /// How the source of an elliptic equation is drawn.
        case source
        /// Bodies in the box, or how they are drawn.
        case obstacles
        case frames
        /// The largest error of the first frame that a sample may have; null for all on `resolution`.
        case accuracy
        /// How it is solved.
        case solver
        case samples
        /// What a sample must satisfy; one that does not is drawn again.
        case health
        case seed, storage
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        guard name.utf8.count <= 200 else {
            throw ConfigurationError.invalid(
                path: "name", found: "a name of \(name.utf8.count) bytes",
                allowed: "at most 200: it becomes part of file names")
        }
        problem = try container.decode(OneOf<Equations>.self, forKey: .equation).wrappedValue.problem(in: decoder)
        title = try container.decode(.title, default: problem.profile.title ?? name)
        resolutions = try container.decode(
            .resolution, in: .between(8, 1 << 20), default: problem.profile.resolution.map { AxisValues($0) }
        )
        lengths = try container.decode(
            .length, in: .magnitude,
            default: AxisValues(problem.definition.standardLength(resolution: resolutions.first)))
        frames = try FrameRecipe(from: container, resolutions, problem.profile)
        accuracy = try container.decodeIfPresent(.accuracy, in: Bounds.between(1e-12, 1.0))
        samples = try container.decode(SampleCounts.self, forKey: .samples)
        seed = try container.decode(.seed, default: 0)
        storage = try container.decode(.storage, default: StorageRecipe(checksums: true))
        try validate()
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let parts = problem.definition.parts
        for key in Key.allCases {
            switch key {
            case .name: try container.encode(name, forKey: key)
            case .title: try container.encode(title, forKey: key)
            case .length: try container.encode(lengths, forKey: key)
            case .resolution: try container.encode(resolutions, forKey: key)
            case .frames: try container.encode(frames, forKey: key)
            case .samples: try container.encode(samples, forKey: key)
            case .seed: try container.encode(seed, forKey: key)
            // Recipes from before there was a choice say nothing of it.
            case .accuracy: try container.encodeIfPresent(accuracy, forKey: key)
            case .storage: if !storage.checksums { try container.encode(storage, forKey: key) }
            case .equation:
                try container.encode(
                    OneOf<Equations>(wrappedValue: problem.definition.recipeEquation), forKey: key)
            case .initial, .source, .obstacles, .solver, .health:
                if let part = parts[key] { try container.encode(part, forKey: key) }
            }
        }
    }
}

extension Recipe.FrameRecipe: Encodable {
    enum Key: String, CodingKey { case count, skip, interval, resolution }

    /// How many frames a sample that changes in time may have.
    private static let counts = Bounds.between(2, 1_000_000)

    /// - Parameter profile: says which frames there may be, and those where none are given.
    init(
        from recipe: KeyedDecodingContainer<Recipe.Key>, _ solved: AxisValues<Int>, _ profile: ProblemProfile
    ) throws {
        let standard = profile.frames
        guard standard == .given || recipe.contains(.frames) else {
            if case .standard(let frames, let distance) = standard {
                count = frames
                interval = distance
            } else {
                count = 1
                interval = 1
            }
            resolutions = solved
            skip = 0
            return
        }
        let container = try recipe.nestedContainer(keyedBy: Key.self, forKey: .frames)
        switch standard {
        case .given:
            count = try container.decode(.count, in: Self.counts)
            interval = try container.decode(.interval, in: Bounds.magnitude)
        case .standard(let frames, let distance):
            count = try container.decode(.count, in: Self.counts, default: frames)
            interval = try container.decode(.interval, in: Bounds.magnitude, default: distance)
        case .steady:
            // An interval would mean nothing, and is refused as an unknown key.
            count = try container.decode(.count, in: Bounds.between(1, 1), default: 1)
            interval = 1
        }
        skip = profile.skipsFrames ? try container.decode(.skip, in: Bounds.between(0, 1_000_000), default: 0) : 0
        resolutions = try container.decode(.resolution, in: .between(4, solved.range.upperBound), default: solved)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(count, forKey: .count)
        // Recipes from before there was a choice say nothing of it.
        if skip > 0 { try container.encode(skip, forKey: .skip) }
        if count > 1 { try container.encode(interval, forKey: .interval) }
        try container.encode(resolutions, forKey: .resolution)
    }
}

extension Recipe.StorageRecipe: Codable {
    private enum Key: String, CodingKey { case checksums }

    /// Decodes strictly: unknown keys and wrong types are errors.
    public init(from decoder: any Decoder) throws {
        checksums = try decoder.container(keyedBy: Key.self).decode(.checksums, default: true)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(checksums, forKey: .checksums)
    }
}

extension Recipe.SampleCounts: Codable {
    enum Key: String, CodingKey { case train, valid, test, perShard, only, numbering }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        train = try container.decode(.train, in: Bounds.between(0, 100_000_000), default: 0)
        valid = try container.decode(.valid, in: Bounds.between(0, 100_000_000), default: 0)
        test = try container.decode(.test, in: Bounds.between(0, 100_000_000), default: 0)
        perShard = try container.decodeIfPresent(.perShard, in: Bounds.between(1, 1_000_000))
        numbering = try container.decodeIfPresent(Recipe.Numbering.self, forKey: .numbering)
        guard train + valid + test > 0 else {
            throw ConfigurationError.invalid(
                path: "", found: "0 samples", allowed: "at least one sample in train, valid or test")
        }
        guard container.contains(.only) else {
            only = nil
            return
        }
        let ranges = Recipe.ranges(train: train, valid: valid, test: test, numbering)
        if numbering == .consecutive, let number = try? container.decode(Int.self, forKey: .only) {
            only = SampleAddress(of: number, in: ranges)
        } else if let address = SampleAddress((try? container.decode(String.self, forKey: .only)) ?? "") {
            only = (ranges[address.split]?.count ?? 0) > address.position ? address : nil
        } else {
            only = nil
        }
        guard only != nil else {
            let splits = ranges.sorted { $0.key < $1.key }.map { "\($0.key.rawValue)/0…\($0.value.count - 1)" }
            throw ConfigurationError.invalid(
                path: "only", allowed: "a split and a place in it: \(splits.joined(separator: ", "))")
        }
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(train, forKey: .train)
        try container.encode(valid, forKey: .valid)
        try container.encode(test, forKey: .test)
        try container.encodeIfPresent(perShard, forKey: .perShard)
        if numbering == .consecutive, let only {
            let ranges = Recipe.ranges(train: train, valid: valid, test: test, numbering)
            try container.encode((ranges[only.split]?.lowerBound ?? 0) + only.position, forKey: .only)
        } else {
            try container.encodeIfPresent(only?.description, forKey: .only)
        }
        try container.encodeIfPresent(numbering, forKey: .numbering)
    }
}
