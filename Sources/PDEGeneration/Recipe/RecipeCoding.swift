import PDEConfig
import PDECore
import PDESolvers

extension Recipe: Codable {
    private enum Key: String, CodingKey {
        case name, title, equation, length, resolution, initial, frames, solver, samples, health, seed
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        equation = try container.decode(EquationRecipe.self, forKey: .equation)
        title = try container.decode(.title, default: name)
        length = try container.decode(.length, in: Bounds.positive, default: 1)
        resolution = try container.decode(.resolution, in: Bounds.between(8, 1 << 20))
        initial = try container.decode(InitialRecipe.self, forKey: .initial)
        frames = try FrameRecipe(
            from: container.nestedContainer(keyedBy: FrameRecipe.Key.self, forKey: .frames), resolution: resolution)
        solver = try container.decode(.solver, default: SolverRecipe())
        samples = try container.decode(SampleCounts.self, forKey: .samples)
        health =
            container.contains(.health)
            ? try HealthLimits(
                from: container.nestedContainer(keyedBy: HealthLimits.Key.self, forKey: .health),
                solver: solver)
            : HealthLimits(solver: solver)
        seed = try container.decode(.seed, default: 0)
        try validate()
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encode(title, forKey: .title)
        try container.encode(equation, forKey: .equation)
        try container.encode(length, forKey: .length)
        try container.encode(resolution, forKey: .resolution)
        try container.encode(initial, forKey: .initial)
        try container.encode(frames, forKey: .frames)
        try container.encode(solver, forKey: .solver)
        try container.encode(samples, forKey: .samples)
        try container.encode(health, forKey: .health)
        try container.encode(seed, forKey: .seed)
    }
}

extension Recipe.FrameRecipe: Encodable {
    enum Key: String, CodingKey { case count, interval, resolution }

    init(from container: KeyedDecodingContainer<Key>, resolution: Int) throws {
        count = try container.decode(.count, in: Bounds.atLeast(2))
        interval = try container.decode(.interval, in: Bounds.positive)
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

extension Recipe.SolverRecipe: Codable {
    private enum Key: String, CodingKey { case order, precision, cfl, step, firstStep }

    init() {
        method = .fourth
        precision = .double
        courant = 0.5
        step = nil
        firstStep = nil
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let order: Int = try container.decode(.order, default: 4)
        guard let method = ExponentialRungeKutta(rawValue: order) else {
            throw ConfigurationError.invalid(path: "order", found: "\(order)", allowed: "2 (ETDRK2) or 4 (ETDRK4)")
        }
        self.method = method
        precision = try container.decode(.precision, default: .double)
        step = try container.decodeIfPresent(.step, in: Bounds.positive)
        firstStep = try container.decodeIfPresent(.firstStep, in: Bounds.positive)
        let given = try container.decodeIfPresent(.cfl, in: Bounds.moreThan(0.0, atMost: 2.0))
        courant = given ?? (step == nil ? (method == .fourth ? 0.5 : 0.2) : nil)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(method.rawValue, forKey: .order)
        try container.encode(precision, forKey: .precision)
        try container.encodeIfPresent(courant, forKey: .cfl)
        try container.encodeIfPresent(step, forKey: .step)
        try container.encodeIfPresent(firstStep, forKey: .firstStep)
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

extension Recipe.HealthLimits: Encodable {
    enum Key: String, CodingKey { case cfl, energyBalance, spectralTail, attempts }

    /// Limits that a sound computation in this precision keeps with room to spare.
    init(solver: Recipe.SolverRecipe) {
        courant = solver.courant == nil ? nil : 1
        energyBalance = solver.precision == .double ? 1e-4 : 1e-3
        spectralTail = 1e-6
        attempts = 5
    }

    init(from container: KeyedDecodingContainer<Key>, solver: Recipe.SolverRecipe) throws {
        let standard = Recipe.HealthLimits(solver: solver)
        courant = try container.decodeIfPresent(.cfl, in: Bounds.positive) ?? standard.courant
        energyBalance = try container.decode(.energyBalance, in: Bounds.positive, default: standard.energyBalance)
        spectralTail = try container.decode(.spectralTail, in: Bounds.positive, default: standard.spectralTail)
        attempts = try container.decode(.attempts, in: Bounds.between(1, 100), default: standard.attempts)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(courant, forKey: .cfl)
        try container.encode(energyBalance, forKey: .energyBalance)
        try container.encode(spectralTail, forKey: .spectralTail)
        try container.encode(attempts, forKey: .attempts)
    }
}
