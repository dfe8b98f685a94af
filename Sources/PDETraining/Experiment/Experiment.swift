import PDEConfig
import PDECore
import PDEOperators

/// What to train on what: the content of a file in `experiments/`.
///
/// Decoded strictly: an unknown key, a wrong type, a value out of range or a combination that cannot run is a
/// `ConfigurationError` that names the key's path, what was found, what is allowed and the nearest valid name.
public struct Experiment: Codable, Equatable, Sendable {
    /// The experiment's name, which its run folder gets.
    public var name: String
    /// The run whose best state training begins with; nil for initial values that the seed gives.
    public var from: String?
    /// The dataset and what of it is used; empty for a task that needs none.
    public var data: DataChoice
    /// What the network learns to do.
    @OneOf<TrainingTasks> public var task: any TrainingTask
    /// The network.
    @OneOf<Architectures> public var model: any Architecture
    /// What is made small.
    @OneOf<Losses> public var loss: any Loss
    /// What else is made small: how strongly the network answers to small changes of its input.
    @OneOf<JacobianPenalties> public var regularizer: any JacobianPenalty
    /// How the parameters move.
    public var optimizer: OptimizerSettings
    /// How the learning rate changes.
    @OneOf<Schedules> public var schedule: any Schedule
    /// How long.
    public var budget: Budget
    /// One run for each.
    public var seeds: [UInt64]
    /// What tensors are made of; where it is not said, double for what is fitted in closed form, and else float.
    public var precision: Precision

    /// An experiment; what is left out is as in a file that leaves it out.
    ///
    /// Held to what holds for files where it is run, by `Study`.
    public init(
        _ name: String, data: DataChoice = DataChoice(), task: any TrainingTask, model: any Architecture,
        loss: any Loss = RelativeL2(), regularizer: any JacobianPenalty = NoPenalty(),
        optimizer: OptimizerSettings = OptimizerSettings(), schedule: any Schedule = ConstantSchedule(), budget: Budget,
        seeds: [UInt64] = [0], precision: Precision? = nil, from: String? = nil
    ) {
        (self.name, self.from, self.data) = (name, from, data)
        (_task, _model) = (OneOf(wrappedValue: task), OneOf(wrappedValue: model))
        (_loss, _regularizer) = (OneOf(wrappedValue: loss), OneOf(wrappedValue: regularizer))
        (self.optimizer, _schedule, self.budget) = (optimizer, OneOf(wrappedValue: schedule), budget)
        (self.seeds, self.precision) = (seeds, precision ?? Self.precision(of: model))
    }

    /// Decodes strictly: unknown keys, wrong types, values out of range and combinations that cannot run are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        from = try container.decodeIfPresent(String.self, forKey: .from)
        data = try container.decode(.data, default: DataChoice())
        _task = try container.decode(OneOf.self, forKey: .task)
        _model = try container.decode(OneOf.self, forKey: .model)
        _loss = try container.decode(.loss, default: OneOf(wrappedValue: RelativeL2()))
        _regularizer = try container.decode(.regularizer, default: OneOf(wrappedValue: NoPenalty()))
        // What is fitted in closed form needs none.
        optimizer =
            _model.wrappedValue is any ClosedFormArchitecture
            ? try container.decode(.optimizer, default: OptimizerSettings())
            : try container.decode(OptimizerSettings.self, forKey: .optimizer)
        _schedule = try container.decode(.schedule, default: OneOf(wrappedValue: ConstantSchedule()))
        budget = try container.decode(Budget.self, forKey: .budget)
        seeds = try container.decode(.seeds, default: [0])
        precision = try container.decode(.precision, default: Self.precision(of: _model.wrappedValue))
        try validate()
    }

    /// What is meant where no precision is said: the weights of what is fitted in closed form cancel.
    private static func precision(of model: any Architecture) -> Precision {
        model is any ClosedFormArchitecture ? .double : .float
    }

    /// Refuses what cannot run, and what would be passed over without a word; paths begin at the experiment's root.
    private func validate() throws(ConfigurationError) {
        guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else {
            throw .invalid(path: "name", allowed: "a name that a folder can have")
        }
        guard !seeds.isEmpty, Set(seeds).count == seeds.count else {
            throw .invalid(path: "seeds", allowed: "one number or more, none twice")
        }
        guard !task.needsData || data.recipe != nil || data.folder != nil else {
            throw .invalid(path: "data", found: "neither recipe nor folder", allowed: "one of them")
        }
        try checkClosedForm()
        try task.check(self)
    }
}

extension Experiment: KeyAliases {
    /// Other names of keys.
    public static let keyAliases = [
        "dataset": "data", "network": "model", "pretrained": "from", "architecture": "model", "criterion": "loss",
        "penalty": "regularizer",
        "scheduler": "schedule", "seed": "seeds", "dtype": "precision",
    ]
}
