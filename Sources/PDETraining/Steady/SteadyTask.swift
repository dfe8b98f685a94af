import PDEConfig
import PDECore
import PDETensor

/// From what a solution comes from to the solution: permeability, source, mask, signed distance, numbers → the fields of the
/// only frame.
public struct SteadyTask: TrainingTask {
    /// Its name.
    public static let kind = "steady"
    /// Other names.
    public static let aliases = ["boundary-value", "elliptic", "solution"]
    /// Other names of keys.
    public static let keyAliases = [
        "input": "inputs", "coefficients": "inputs", "source": "inputs", "augment": "symmetries",
        "augmentation": "symmetries",
    ]

    /// The fields that go in, scalars that do not change in time; nil for all such that differ from sample to sample, but for mask
    /// and signed distance, which `data.geometry` tells.
    public var inputs: [String]?
    /// Whether training sees every sample in one of the box's symmetries, mirrored and with axes exchanged, drawn anew in every epoch:
    /// for problems that prefer no direction, of scalars. A square has 8. A network in closed form says the mean of what it says of all; over another network only
    /// where that is better on the validation split.
    public var symmetries: Bool

    /// A task.
    public init(inputs: [String]? = nil, symmetries: Bool = false) {
        (self.inputs, self.symmetries) = (inputs, symmetries)
    }

    /// Decodes strictly: unknown keys and wrong types are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        inputs = try container.decodeIfPresent([String].self, forKey: .inputs)
        try container.decode(.symmetries, into: &symmetries)
        if let inputs, inputs.isEmpty || Set(inputs).count < inputs.count {
            throw ConfigurationError.invalid(
                path: "inputs", found: "\(inputs)", allowed: "one field or more, none twice",
                advice: "leave it out for all fields that differ from sample to sample")
        }
    }

    /// See `TrainingTask`.
    public func check(_ experiment: Experiment) throws(ConfigurationError) {
        try experiment.refusePenalty(of: Self.kind)
    }

    /// What goes in and comes out, and the numbers around the network.
    public var descriptionType: any RunDescription.Type { SteadyModelDescription.self }

    /// The error of the best state over the unseen samples of the test split.
    public func test(_ training: Training) throws -> TestResult? {
        func loss<Scalar: Real>(_: Scalar.Type) throws -> TestResult? {
            try SteadyRun(folder: training.folder, kinds: training.kinds)
                .test(split: .test, threads: training.threads, in: Scalar.self)
        }
        return switch training.experiment.precision {
        case .float: try loss(Float.self)
        case .double: try loss(Double.self)
        }
    }

    /// See `TrainingTask`.
    public func problem<Scalar: Real>(_ setting: ProblemSetting) throws -> any RunProblem<Scalar> {
        try SteadyProblem<Scalar>(self, setting)
    }
}
