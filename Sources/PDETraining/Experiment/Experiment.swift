import PDEConfig
import PDECore

/// What to train on what: the content of a file in `experiments/`.
///
/// Decoded strictly: an unknown key, a wrong type, a value out of range or a combination that cannot run is a
/// `ConfigurationError` that names the key's path, what was found, what is allowed and the nearest valid name.
public struct Experiment: Equatable, Sendable {
    /// The experiment's name, which its run folder gets.
    public var name: String
    /// The dataset and what of it is used.
    public var data: DataChoice
    /// What the network learns to do.
    public var task: TrainingTask
    /// The network.
    public var model: ModelChoice
    /// What is made small.
    public var loss: Loss.Kind
    /// What else is made small: how strongly the network answers to small changes of its input.
    public var regularizer: Regularizer
    /// How the parameters move.
    public var optimizer: OptimizerChoice
    /// How the learning rate changes.
    public var schedule: Schedule
    /// How long.
    public var budget: Budget
    /// One run for each.
    public var seeds: [UInt64]
    /// What tensors are made of.
    public var precision: Precision

    /// Single or double precision.
    public enum Precision: String, Codable, CaseIterable, Sendable {
        case float, double
    }
}

/// The dataset and what of it is used.
public struct DataChoice: Equatable, Sendable {
    /// The recipe that makes the dataset when it is missing; nil for a dataset that is there.
    public var recipe: String?
    /// The dataset's folder; nil for `data/` and the recipe's name.
    public var folder: String?
    /// Fields that make up a state; nil for all that vary in time.
    public var fields: [String]?
    /// Numbers of a sample that the network is told, such as `viscosity` or `reynolds`.
    public var parameters: [String]
    /// Whether the network is told where solids are: mask and signed distance.
    public var geometry: Bool
    /// Every how many points along each axis are used.
    public var stride: Int
    /// The most samples of the training split that are used; nil for all.
    public var train: Int?
    /// The most samples that are validated on; nil for all.
    public var valid: Int?
    /// Which samples, and how often: none for all alike.
    public var levels: [LevelChoice]
}

/// One level of a mix: samples whose numbers lie within bounds, and their share.
public struct LevelChoice: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// Bounds of numbers, both included, by name.
    public var bounds: [String: ClosedRange<Double>]
    /// Its share of the windows that are drawn; nil where a count is given.
    public var weight: Double?
    /// The number of its samples; nil where a weight is given.
    public var count: Int?
}

/// What the network learns to do.
public struct TrainingTask: Equatable, Sendable {
    /// From which states to which.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// From a state to the next.
        case step
        /// From the first frame to the last.
        case `operator`
    }

    /// What the network is trained on.
    public enum Mode: String, Codable, CaseIterable, Sendable {
        /// True states, one step.
        case oneStep = "one-step"
        /// Its own states after some steps without derivatives, one step with (Brandstetter et al. 2022).
        case pushforward
        /// Several steps, with derivatives through all or through `detachEvery` of them.
        case unrolled
        /// Its own states, against one step of the classical solver from them.
        case diverted
    }

    /// From which states to which.
    public var kind: Kind
    /// States that go in.
    public var history: Int
    /// Stored frames from one step to the next.
    public var frameStride: Int
    /// Whether the network says what changes rather than what comes.
    public var predictsChange: Bool
    /// What the network is trained on.
    public var mode: Mode
    /// Steps of a chain: the most of `pushforward` without derivatives, all of `unrolled` and `diverted`.
    public var steps: Int
    /// Steps after which derivatives are cut; 0 for never.
    public var detachEvery: Int
    /// Standard deviation of noise on the input, in standard deviations of the state.
    public var noise: Double

    /// Targets in one window of training data.
    var targets: Int {
        switch mode {
        case .oneStep: 1
        case .pushforward: steps + 1
        case .unrolled: steps
        // Validated on the true states of as many steps.
        case .diverted: steps
        }
    }
}

/// How long, and how often one looks.
public struct Budget: Equatable, Sendable {
    /// Epochs of training.
    public var epochs: Int
    /// The most steps; nil for as many as the epochs have.
    public var steps: Int?
    /// Windows in a batch.
    public var batch: Int
    /// Epochs from one validation to the next.
    public var validateEvery: Int
    /// Validations without a better result after which training stops; nil for never.
    public var patience: Int?
}

/// Adam and its relatives.
public struct OptimizerChoice: Equatable, Sendable {
    /// Which.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// Weight decay as a part of the gradient (Kingma & Ba 2015).
        case adam
        /// Weight decay on its own (Loshchilov & Hutter 2019).
        case adamW = "adamw"
    }

    /// Which.
    public var kind: Kind
    /// The largest learning rate of the schedule.
    public var learningRate: Double
    /// What parameters are drawn to zero with.
    public var weightDecay: Double
    /// Weights of the past in the running means of the gradient and its square.
    public var beta1, beta2: Double
    /// What keeps quotients finite.
    public var epsilon: Double
    /// The largest norm of the gradient of all parameters together; nil for any.
    public var clipNorm: Double?
    /// Weight of the past in the running average of the parameters, which is what is validated and kept; nil for none.
    public var averaging: Double?

    /// An optimiser; by default Adam as it was published, without decay, clipping or averaging.
    public init(
        kind: Kind = .adam, learningRate: Double = 1e-3, weightDecay: Double = 0, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-8, clipNorm: Double? = nil, averaging: Double? = nil
    ) {
        self.kind = kind
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.clipNorm = clipNorm
        self.averaging = averaging
    }
}

/// The penalty on the network's Jacobian; see `JacobianPenalty`.
public struct Regularizer: Equatable, Sendable {
    /// Which.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        case none, global, log, jaws, hinge, response
    }

    /// Which.
    public var kind: Kind
    /// λ.
    public var weight: Double
    /// What is added inside the logarithm of `log`; the size of the change that `response` asks the solver about.
    public var epsilon: Double
    /// Where the prior of s has its mean, and its standard deviation: `jaws`.
    public var priorMean, priorDeviation: Double
    /// Random directions for each sample; by default 4 for `log`, which needs several, and 1 otherwise.
    public var probes: Int
    /// Hidden values of the head that gives s, and how many points it sees to either side along each axis: `jaws`.
    public var headHidden, headReach: Int

    /// No penalty.
    public static let none = Regularizer(
        kind: .none, weight: 0, epsilon: 1e-3, priorMean: 0, priorDeviation: 2, probes: 1, headHidden: 32,
        headReach: 2)
}
