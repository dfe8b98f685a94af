import PDEConfig
import PDEData
import PDEPlot

/// What a recipe solves, and how: the part that differs from one family of equations to another.
public enum Problem: Hashable, Sendable {
    /// A periodic box and an equation whose stiff part is linear, by pseudo-spectral exponential time differencing.
    case semilinear(SemilinearProblem)
    /// Incompressible flow in a channel or a cavity, past obstacles, on a staggered grid.
    case flow(FlowProblem)
    /// The equations of Poisson and Darcy on cells, by multigrid-preconditioned conjugate gradients.
    case elliptic(EllipticProblem)
    /// Boundary value problems with given solutions of high and of many frequencies, by Legendre–Galerkin methods.
    case multiscale(MultiscaleProblem)
    /// The spatially homogeneous Landau equation, by Fourier series in velocity and by particles.
    case landau(LandauProblem)

    init(
        _ name: EquationName, from container: KeyedDecodingContainer<Recipe.Key>, equation: any Decoder
    ) throws {
        switch name {
        case .navierStokes: self = .flow(try FlowProblem(from: container, equation: equation))
        case .poisson, .darcy: self = .elliptic(try EllipticProblem(from: container, equation: equation))
        case .multiscale: self = .multiscale(try MultiscaleProblem(from: container, equation: equation))
        case .landau: self = .landau(try LandauProblem(from: container, equation: equation))
        case .burgers, .kuramotoSivashinsky, .kortewegDeVries, .advectionDiffusion, .vorticityTransport:
            self = .semilinear(try SemilinearProblem(from: container, equation: equation))
        }
    }

    /// What all problems can tell of themselves.
    var definition: any ProblemDefinition {
        switch self {
        case .semilinear(let problem): problem
        case .flow(let problem): problem
        case .elliptic(let problem): problem
        case .multiscale(let problem): problem
        case .landau(let problem): problem
        }
    }

    /// The equation as text.
    public var formula: String { definition.formula }
    /// Whether a CFL number sets the time step.
    public var isCourantControlled: Bool { definition.isCourantControlled }
    /// What one of a sample's steps is.
    public var stepName: String { definition.stepName }
    /// The numbers of health that a summary tells.
    public var headlines: [HealthHeadline] { definition.headlines }
}

extension ProblemDefinition {
    func standardLength(resolution: Int) -> Double { 1 }
    func steadySolvers(in recipe: Recipe) -> [SteadySolver] { [] }
}

/// How many frames a problem's samples have.
enum FrameStandard: Hashable, Sendable {
    /// Two at least; the recipe says how many and how far apart.
    case given
    /// Two at least; these where the recipe names none.
    case standard(count: Int, interval: Double)
    /// One: nothing changes in time.
    case steady
}

/// A number of health in a summary: the worst of all samples.
public struct HealthHeadline: Hashable, Sendable {
    /// The name that the number has in the records of samples.
    public let name: String
    /// What stands before it.
    public let label: String
    /// Whether large is bad.
    public let isWorstAtMost: Bool

    init(_ name: String, _ label: String, isWorstAtMost: Bool = true) {
        self.name = name
        self.label = label
        self.isWorstAtMost = isWorstAtMost
    }
}

/// What generation needs of a problem; everything else is common to all of them.
protocol ProblemDefinition: Hashable, Sendable {
    /// The title of a recipe that names none; nil for the recipe's name.
    var title: String? { get }
    /// Points or cells along an axis where a recipe names none; nil if it must.
    var standardResolution: Int? { get }
    /// Length of the box where a recipe names none.
    func standardLength(resolution: Int) -> Double
    /// How many frames there may be, and how many where a recipe names none.
    var standardFrames: FrameStandard { get }
    /// The equation as text.
    var formula: String { get }
    /// Whether a CFL number sets the time step.
    var isCourantControlled: Bool { get }
    /// Whether the last bits depend on OpenBLAS.
    var usesBLAS: Bool { get }
    /// The numbers of health that a summary tells.
    var headlines: [HealthHeadline] { get }
    /// What one of a sample's steps is.
    var stepName: String { get }
    /// How often a sample is drawn before it is given up.
    var attempts: Int { get }
    /// What to change when no sample passes.
    var advice: String { get }
    /// The problem's members of the recipe's JSON.
    var parts: [Recipe.Key: any Encodable] { get }

    /// Refuses combinations that cannot run or whose result would be known to be wrong.
    func validate(in recipe: Recipe) throws(ConfigurationError)
    /// Numbers that a sample's fields hold.
    func valueCount(in recipe: Recipe) -> Double
    /// The solver's grid in words.
    func gridText(in recipe: Recipe) -> String
    /// About the memory of one worker besides the frames.
    func workspaceBytes(in recipe: Recipe) -> Int

    /// What the dataset's files have in common.
    func description(in recipe: Recipe) -> DatasetDescription
    /// Something that computes trajectories, for use on one thread.
    func makeTrialMaker(for recipe: Recipe) -> any TrialMaker

    /// The numbers that are drawn for a sample by distributions of the recipe: a function of the arguments alone.
    func drawnValues(index: Int, attempt: Int, in recipe: Recipe) -> [DrawnValue]

    /// How hard a sample is, by its record: compared number by number.
    func hardness(of record: SampleRecord) -> [Double]
    /// A sample against itself on a finer grid.
    /// - Throws: `AccuracyOmission` where that fails or costs too much, `SampleStopped` when `watch` says so.
    func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck
    /// The solver on the recipe's grid and on coarser ones, of problems that do not change in time.
    func steadySolvers(in recipe: Recipe) -> [SteadySolver]
    /// How many samples the picture shows.
    var shownSamples: Int { get }
    /// The picture of some samples, from easy to hard.
    func figure(of samples: [ShownSample], in dataset: FinishedDataset) throws -> Figure
    /// The problem's parts of the dataset's card.
    func card(in recipe: Recipe) -> CardText
}
