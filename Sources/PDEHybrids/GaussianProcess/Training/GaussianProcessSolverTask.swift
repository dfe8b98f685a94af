import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor
import PDETraining

/// To learn which kernel suits boundary value problems, so that a Gaussian process solves unseen ones from source and boundary alone.
///
/// Length scale, amplification and noise (`WavePrior`) are learned from the training split by the marginal likelihood of its solutions'
/// second derivatives, the waves' weights integrated out; the validation split, solved, decides which state is best. One batch is the
/// whole split: `l-bfgs` is the optimiser to use, with an epoch a step.
public struct GaussianProcessSolverTask: TrainingTask {
    /// Its name.
    public static let kind = "gaussian-process-solver"
    /// Other names.
    public static let aliases = ["gp-solver", "gp-hm"]
    /// Other names of keys.
    public static let keyAliases = ["envelope": "kernel", "components": "waves", "lines": "samples"]

    /// The kernel to begin with, a mixture.
    @OneOf<KernelChoices> public var kernel: any KernelChoice
    /// The noise to begin with, over the source's root mean square.
    public var noise: Double
    /// The most waves along an axis.
    public var waves: Int
    /// Lines of training samples that the likelihood is of, at most: one of each in one dimension, of squares some along both axes.
    public var samples: Int
    /// Angular frequencies that are known to be there, beside those that are visible in a problem's source.
    public var frequencies: [Double]

    /// A task.
    public init(
        kernel: any KernelChoice = GaussianMixtureChoice(lengthScale: 0.2), noise: Double = 3e-8, waves: Int = 24,
        samples: Int = 16, frequencies: [Double] = []
    ) {
        _kernel = OneOf(wrappedValue: kernel)
        (self.noise, self.waves, self.samples, self.frequencies) = (noise, waves, samples, frequencies)
    }

    private enum CodingKeys: String, CodingKey { case kernel, noise, waves, samples, frequencies }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        _kernel = try container.decode(.kernel, default: _kernel)
        try container.decode(.noise, into: &noise, in: Bounds.between(1e-16, 1))
        try container.decode(.waves, into: &waves, in: 1...200)
        try container.decode(.samples, into: &samples, in: 1...10000)
        try container.decode(.frequencies, into: &frequencies)
        if frequencies.contains(where: { !($0 > 0) }) {
            throw ConfigurationError.invalid(
                path: "frequencies", found: "\(frequencies)", allowed: "numbers more than 0")
        }
    }

    /// See `TrainingTask`.
    public func check(_ experiment: Experiment) throws(ConfigurationError) {
        guard prior != nil else {
            throw .combination(
                paths: ["task.kernel.kind", "task.kind"], found: "\(kernel.kindName) and \(Self.kind)",
                why: "the solver's kernels are mixtures of waves",
                advice: "use \(GaussianMixtureChoice.kind) or \(StudentMixtureChoice.kind)")
        }
        try experiment.refuseNetwork(of: Self.kind, why: "there is no network in it")
        try experiment.refusePenalty(of: Self.kind)
    }

    /// What is believed before training; nil where the kernel is no mixture.
    public var prior: WavePrior? {
        guard let envelope = kernel.envelope else { return nil }
        return WavePrior(envelope: envelope, lengthScale: kernel.lengthScale, noise: noise, waves: waves)
    }

    /// The data that it was trained on.
    public var descriptionType: any RunDescription.Type { GaussianProcessDescription.self }

    /// The relative error over the test split.
    public func test(_ training: Training) throws -> TestResult? {
        try GaussianProcessRun(folder: training.folder, kinds: training.kinds).test()
    }

    /// See `TrainingTask`.
    public func problem<Scalar: Real>(_ setting: ProblemSetting) throws -> any RunProblem<Scalar> {
        try GaussianProcessTraining<Scalar>(self, setting)
    }
}
