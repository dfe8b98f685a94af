import PDEConfig

extension Recipe: Codable {
    /// The members of a recipe, in the order in which they are written.
    enum Key: String, CodingKey, CaseIterable {
        case name, title, equation, length, resolution, initial, obstacles, frames, solver, samples, health, seed
    }

    private enum EquationKey: String, CodingKey { case name }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        let equation = try container.superDecoder(forKey: .equation)
        let equationName = try equation.container(keyedBy: EquationKey.self).decode(EquationName.self, forKey: .name)
        let isFlow = equationName == .navierStokes
        switch equationName {
        case .navierStokes: problem = .flow(try FlowProblem(from: container, equation: equation))
        case .landau: problem = .landau(try LandauProblem(from: container, equation: equation))
        default: problem = .semilinear(try SemilinearProblem(from: container, equation: equation))
        }
        title = try container.decode(.title, default: problem.definition.title ?? name)
        resolution = try container.decode(
            .resolution, in: Bounds.between(8, 1 << 20), default: problem.standardResolution)
        length = try container.decode(
            .length, in: Bounds.positive, default: problem.standardLength(resolution: resolution))
        let standard = isFlow ? FlowProblem.standardFrames : nil
        if !container.contains(.frames), let standard {
            frames = FrameRecipe(count: standard.count, interval: standard.interval, resolution: resolution)
        } else {
            frames = try FrameRecipe(
                from: container.nestedContainer(keyedBy: FrameRecipe.Key.self, forKey: .frames),
                resolution: resolution, standard: standard)
        }
        samples = try container.decode(SampleCounts.self, forKey: .samples)
        seed = try container.decode(.seed, default: 0)
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
            case .length: try container.encode(length, forKey: key)
            case .resolution: try container.encode(resolution, forKey: key)
            case .frames: try container.encode(frames, forKey: key)
            case .samples: try container.encode(samples, forKey: key)
            case .seed: try container.encode(seed, forKey: key)
            case .equation, .initial, .obstacles, .solver, .health:
                if let part = parts[key] { try container.encode(part, forKey: key) }
            }
        }
    }
}

extension Recipe.FrameRecipe: Encodable {
    enum Key: String, CodingKey { case count, interval, resolution }

    /// - Parameter standard: count and interval where none are given; without one they must be.
    init(
        from container: KeyedDecodingContainer<Key>, resolution: Int, standard: (count: Int, interval: Double)?
    ) throws {
        count = try container.decode(.count, in: Bounds.atLeast(2), default: standard?.count)
        interval = try container.decode(.interval, in: Bounds.positive, default: standard?.interval)
        self.resolution = try container.decode(.resolution, in: Bounds.between(4, resolution), default: resolution)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(count, forKey: .count)
        try container.encode(interval, forKey: .interval)
        try container.encode(resolution, forKey: .resolution)
    }
}

extension Recipe.SampleCounts: Codable {
    private enum Key: String, CodingKey { case train, valid, test, perShard, only }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        train = try container.decode(.train, in: Bounds.between(0, 100_000_000), default: 0)
        valid = try container.decode(.valid, in: Bounds.between(0, 100_000_000), default: 0)
        test = try container.decode(.test, in: Bounds.between(0, 100_000_000), default: 0)
        perShard = try container.decodeIfPresent(.perShard, in: Bounds.between(1, 1_000_000))
        guard train + valid + test > 0 else {
            throw ConfigurationError.invalid(
                path: "", found: "0 samples", allowed: "at least one sample in train, valid or test")
        }
        only = try container.decodeIfPresent(.only, in: Bounds.between(0, train + valid + test - 1))
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(train, forKey: .train)
        try container.encode(valid, forKey: .valid)
        try container.encode(test, forKey: .test)
        try container.encodeIfPresent(perShard, forKey: .perShard)
        try container.encodeIfPresent(only, forKey: .only)
    }
}
