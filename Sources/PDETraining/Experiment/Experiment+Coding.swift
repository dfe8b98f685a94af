import PDEConfig
import PDECore

extension Experiment: Codable {
    private enum Key: String, CodingKey {
        case name, data, task, model, loss, regularizer, optimizer, schedule, budget, seeds, precision
    }

    /// Decodes strictly: unknown keys, wrong types, values out of range and combinations that cannot run are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        data = try container.decode(DataChoice.self, forKey: .data)
        task = try container.decode(TrainingTask.self, forKey: .task)
        model = try container.decode(ModelChoice.self, forKey: .model)
        loss = try container.decode(.loss, default: .relativeL2)
        regularizer = try container.decode(.regularizer, default: .none)
        optimizer = try container.decode(OptimizerChoice.self, forKey: .optimizer)
        schedule = try container.decode(.schedule, default: .constant)
        budget = try container.decode(Budget.self, forKey: .budget)
        seeds = try container.decode(.seeds, default: [0])
        precision = try container.decode(.precision, default: .float)
        try validate()
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encode(data, forKey: .data)
        try container.encode(task, forKey: .task)
        try container.encode(model, forKey: .model)
        try container.encode(loss, forKey: .loss)
        try container.encode(regularizer, forKey: .regularizer)
        try container.encode(optimizer, forKey: .optimizer)
        try container.encode(schedule, forKey: .schedule)
        try container.encode(budget, forKey: .budget)
        try container.encode(seeds, forKey: .seeds)
        try container.encode(precision, forKey: .precision)
    }
}

extension DataChoice: Codable {
    private enum Key: String, CodingKey {
        case recipe, folder, fields, parameters, geometry, stride, train, valid, levels
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        recipe = try container.decodeIfPresent(String.self, forKey: .recipe)
        folder = try container.decodeIfPresent(String.self, forKey: .folder)
        fields = try container.decodeIfPresent([String].self, forKey: .fields)
        parameters = try container.decode(.parameters, default: [])
        geometry = try container.decode(.geometry, default: false)
        stride = try container.decode(.stride, in: Bounds.between(1, 4096), default: 1)
        train = try container.decodeIfPresent(.train, in: Bounds.atLeast(1))
        valid = try container.decodeIfPresent(.valid, in: Bounds.atLeast(1))
        levels = try container.decode(.levels, default: [])
        guard recipe != nil || folder != nil else {
            throw ConfigurationError.invalid(path: "", found: "neither recipe nor folder", allowed: "one of them")
        }
        guard levels.allSatisfy({ $0.weight != nil }) || levels.allSatisfy({ $0.count != nil }) else {
            throw ConfigurationError.invalid(path: "levels", allowed: "levels that all have a weight or all a count")
        }
        guard levels.isEmpty || train == nil else {
            throw ConfigurationError.combination(
                paths: ["train", "levels"], why: "levels say themselves how many samples they have",
                advice: "give counts")
        }
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(recipe, forKey: .recipe)
        try container.encodeIfPresent(folder, forKey: .folder)
        try container.encodeIfPresent(fields, forKey: .fields)
        try container.encode(parameters, forKey: .parameters)
        try container.encode(geometry, forKey: .geometry)
        try container.encode(stride, forKey: .stride)
        try container.encodeIfPresent(train, forKey: .train)
        try container.encodeIfPresent(valid, forKey: .valid)
        try container.encode(levels, forKey: .levels)
    }
}

extension LevelChoice: Codable {
    private enum Key: String, CodingKey { case name, `where`, weight, count }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        let ends = try container.decode(.where, default: [String: [Double]]())
        bounds = [:]
        for (name, ends) in ends {
            guard ends.count == 2, ends[0] <= ends[1] else {
                throw ConfigurationError.invalid(
                    path: "where.\(name)", allowed: "two numbers, the lower one first")
            }
            bounds[name] = ends[0]...ends[1]
        }
        weight = try container.decodeIfPresent(.weight, in: Bounds.nonNegative)
        count = try container.decodeIfPresent(.count, in: Bounds.nonNegative)
        guard (weight == nil) != (count == nil) else {
            throw ConfigurationError.invalid(path: "", allowed: "either weight or count")
        }
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encode(bounds.mapValues { [$0.lowerBound, $0.upperBound] }, forKey: .where)
        try container.encodeIfPresent(weight, forKey: .weight)
        try container.encodeIfPresent(count, forKey: .count)
    }
}

extension TrainingTask: Codable {
    private enum Key: String, CodingKey {
        case kind, history, frameStride, predict, training, steps, detachEvery, noise
    }

    private enum Prediction: String, Codable, CaseIterable { case change, state }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        kind = try container.decode(.kind, default: .step)
        history = try container.decode(.history, in: Bounds.between(1, 64), default: 1)
        frameStride = try container.decode(.frameStride, in: Bounds.between(1, 100_000), default: 1)
        let standard = kind == .operator ? Prediction.state : .change
        predictsChange = try container.decode(.predict, default: standard) == .change
        mode = try container.decode(.training, default: .oneStep)
        steps = try container.decode(.steps, in: Bounds.between(1, 1000), default: mode == .oneStep ? 1 : 4)
        detachEvery = try container.decode(.detachEvery, in: Bounds.nonNegative, default: 0)
        noise = try container.decode(.noise, in: Bounds.nonNegative, default: 0)
        if mode == .oneStep && steps != 1 {
            throw ConfigurationError.combination(
                paths: ["steps", "training"], why: "one-step training has one step",
                advice: "set training to unrolled or pushforward")
        }
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(history, forKey: .history)
        try container.encode(frameStride, forKey: .frameStride)
        try container.encode(predictsChange ? Prediction.change : .state, forKey: .predict)
        try container.encode(mode, forKey: .training)
        try container.encode(steps, forKey: .steps)
        try container.encode(detachEvery, forKey: .detachEvery)
        try container.encode(noise, forKey: .noise)
    }
}

extension Budget: Codable {
    private enum Key: String, CodingKey { case epochs, steps, batch, validateEvery, patience }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        epochs = try container.decode(.epochs, in: Bounds.between(1, 1_000_000))
        steps = try container.decodeIfPresent(.steps, in: Bounds.atLeast(1))
        batch = try container.decode(.batch, in: Bounds.between(1, 65536), default: 20)
        validateEvery = try container.decode(.validateEvery, in: Bounds.between(1, 1_000_000), default: 1)
        patience = try container.decodeIfPresent(.patience, in: Bounds.atLeast(1))
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(epochs, forKey: .epochs)
        try container.encodeIfPresent(steps, forKey: .steps)
        try container.encode(batch, forKey: .batch)
        try container.encode(validateEvery, forKey: .validateEvery)
        try container.encodeIfPresent(patience, forKey: .patience)
    }
}

extension OptimizerChoice: Codable {
    private enum Key: String, CodingKey {
        case kind, learningRate, weightDecay, beta1, beta2, epsilon, clipNorm, averaging
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        kind = try container.decode(.kind, default: .adam)
        learningRate = try container.decode(.learningRate, in: Bounds.moreThan(0, atMost: 10), default: 1e-3)
        weightDecay = try container.decode(.weightDecay, in: Bounds.between(0, 1), default: 0)
        beta1 = try container.decode(.beta1, in: 0..<1, default: 0.9)
        beta2 = try container.decode(.beta2, in: 0..<1, default: 0.999)
        epsilon = try container.decode(.epsilon, in: Bounds.positive, default: 1e-8)
        clipNorm = try container.decodeIfPresent(.clipNorm, in: Bounds.positive)
        averaging = try container.decodeIfPresent(.averaging, in: Bounds.moreThan(0, lessThan: 1))
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(learningRate, forKey: .learningRate)
        try container.encode(weightDecay, forKey: .weightDecay)
        try container.encode(beta1, forKey: .beta1)
        try container.encode(beta2, forKey: .beta2)
        try container.encode(epsilon, forKey: .epsilon)
        try container.encodeIfPresent(clipNorm, forKey: .clipNorm)
        try container.encodeIfPresent(averaging, forKey: .averaging)
    }
}

extension Regularizer: Codable {
    private enum Key: String, CodingKey {
        case kind, weight, epsilon, priorMean, priorDeviation, probes, headHidden, headReach
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        kind = try container.decode(Kind.self, forKey: .kind)
        weight = try container.decode(.weight, in: Bounds.nonNegative, default: kind == .none ? 0 : 1e-3)
        epsilon = try container.decode(.epsilon, in: Bounds.positive, default: 1e-3)
        priorMean = try container.decode(.priorMean, default: 0)
        priorDeviation = try container.decode(.priorDeviation, in: Bounds.positive, default: 2)
        probes = try container.decode(.probes, in: Bounds.between(1, 64), default: kind == .log ? 4 : 1)
        headHidden = try container.decode(.headHidden, in: Bounds.between(1, 1024), default: 32)
        headReach = try container.decode(.headReach, in: Bounds.between(0, 32), default: 2)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(weight, forKey: .weight)
        try container.encode(epsilon, forKey: .epsilon)
        try container.encode(priorMean, forKey: .priorMean)
        try container.encode(priorDeviation, forKey: .priorDeviation)
        try container.encode(probes, forKey: .probes)
        try container.encode(headHidden, forKey: .headHidden)
        try container.encode(headReach, forKey: .headReach)
    }
}
