import PDEConfig
import PDEData
import PDEPlot

/// What a recipe solves, and how: the part that differs from one family of equations to another.
///
/// - `SemilinearProblem`: a periodic box and an equation whose stiff part is linear, by pseudo-spectral exponential time differencing.
/// - `FlowProblem`: incompressible flow in a channel or a cavity, past obstacles, on a staggered grid.
/// - `EllipticProblem`: the equations of Poisson and Darcy on cells, by multigrid-preconditioned conjugate gradients.
/// - `MultiscaleProblem`: boundary value problems with given solutions of high and of many frequencies, by Legendre–Galerkin methods.
/// - `LandauProblem`: the spatially homogeneous Landau equation, by Fourier series in velocity and by particles.
public struct Problem: Equatable, Sendable {
    /// What all problems can tell of themselves.
    let definition: any ProblemDefinition

    init(_ definition: any ProblemDefinition) { self.definition = definition }

    /// The problem as that of a family, `recipe.problem.as(FlowProblem.self)`; nil if it is another's.
    public func `as`<Family>(_ family: Family.Type) -> Family? { definition as? Family }

    /// Whether both are of one family with the same values.
    public static func == (left: Problem, right: Problem) -> Bool {
        func isEqual<P: ProblemDefinition>(_ problem: P) -> Bool { problem == right.definition as? P }
        return isEqual(left.definition)
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
    var boxAxes: Int { 1 }
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
protocol ProblemDefinition: Equatable, Sendable {
    /// The equation, with how its coefficients are drawn.
    var recipeEquation: any RecipeEquation { get }
    /// The title of a recipe that names none; nil for the recipe's name.
    var title: String? { get }
    /// Points or cells along an axis where a recipe names none; nil if it must.
    var standardResolution: Int? { get }
    /// Length of the box where a recipe names none.
    func standardLength(resolution: Int) -> Double
    /// Axes of the box that may each have a resolution and a length of their own; 1 where there is one of either.
    var boxAxes: Int { get }
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
    /// The problem's members of the recipe's JSON, beside the equation.
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
