import PDEConfig
import PDECore
import PDEData
import PDEPlot

/// A family of datasets: what generation needs of a problem. Everything else is common to all of them.
///
/// A program adds a family in one file. Its equation is a kind of `Equations`, whose keys stand in a recipe's `equation`; where the
/// recipe's other parts, such as `initial` or `solver`, mean nothing to it, the equation is the problem too:
///
///     struct Pendulums: RecipeEquation, ProblemDefinition {
///         static let kind = "pendulums"
///         var stiffness: Distribution
///         var profile: ProblemProfile { ProblemProfile(formula: "ẍ = −k sin x") }
///         func description(in recipe: Recipe) -> DatasetDescription { … }
///         func makeTrialMaker(for recipe: Recipe) -> any TrialMaker {
///             TrajectoryTrialMaker(PendulumSolver(self, recipe), for: recipe)
///         }
///     }
///     let recipe = try StrictDecoder(kinds: Kinds([Pendulums.self])).decode(Recipe.self, from: json)
///
/// Datasets carry the recipe: `Recipe(stored:kinds:)` reads it again, so that the same data can be made again anywhere.
public protocol ProblemDefinition: Equatable, Sendable {
    /// The equation, with how its coefficients are drawn.
    var recipeEquation: any RecipeEquation { get }
    /// The problem's members of the recipe's JSON beside the equation.
    var parts: [Recipe.Key: any Encodable] { get }
    /// What there is to know of all samples.
    var profile: ProblemProfile { get }

    /// Length of the box where a recipe names none.
    func standardLength(resolution: Int) -> Double
    /// Axes of the box that may each have a resolution and a length of their own; 1 where there is one of either.
    var boxAxes: Int { get }
    /// Refuses combinations that cannot run or whose result would be known to be wrong.
    func validate(in recipe: Recipe) throws(ConfigurationError)
    /// What the dataset's files have in common.
    func description(in recipe: Recipe) -> DatasetDescription
    /// Something that computes samples, for use on one thread.
    func makeTrialMaker(for recipe: Recipe) -> any TrialMaker

    /// The solver's grid in words.
    func gridText(in recipe: Recipe) -> String
    /// About the memory of one worker besides the frames.
    func workspaceBytes(in recipe: Recipe) -> Int
    /// The numbers that are drawn for a sample by distributions of the recipe: a function of the arguments alone.
    func drawnValues(index: Int, attempt: Int, in recipe: Recipe) -> [DrawnValue]
    /// How hard a sample is, by its record: compared number by number.
    func hardness(of record: SampleRecord) -> [Double]

    /// A sample against itself on a finer grid, as by `FinerComparison`.
    ///
    /// - Parameter stepsOfAll: what all samples of the dataset took.
    /// - Throws: `AccuracyOmission` where that fails or costs too much, `SampleStopped` when `watch` says so.
    func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck
    /// The solver on the recipe's grid and on coarser ones, of problems that do not change in time.
    func steadySolvers(in recipe: Recipe) -> [SteadySolver]
    /// The solver from stored frame to stored frame for a `FrameSolver`, on a grid of so many points along its last axis; nil where
    /// frames of these channels determine no state of it.
    func frameStepper<Scalar: Real>(
        in recipe: Recipe, resolution: Int, timeStep: Double, channels: [String]
    ) -> (any FrameStepping<Scalar>)?
    /// Refuses parameters of a sample, as its file has them, that `frameStepper` does not take.
    /// - Throws: `GenerationError.coefficient`.
    func checkCoefficients(_ parameters: [String: Double], of sample: Int) throws(GenerationError)

    /// The picture of some samples, from easy to hard.
    func figure(of samples: [ShownSample], in dataset: ShownDataset) throws -> Figure
    /// The problem's parts of the dataset's card.
    func card(in recipe: Recipe) -> CardText
}

extension ProblemDefinition where Self: RecipeEquation {
    /// The problem itself.
    public var recipeEquation: any RecipeEquation { self }
}

extension RecipeEquation where Self: ProblemDefinition {
    /// The equation itself.
    public func problem(in recipe: any Decoder) -> Problem { Problem(self) }
}

extension ProblemDefinition {
    /// One resolution and one length.
    public var boxAxes: Int { 1 }
    /// None.
    public var parts: [Recipe.Key: any Encodable] { [:] }
    /// 1.
    public func standardLength(resolution: Int) -> Double { 1 }
    /// Refuses nothing.
    public func validate(in recipe: Recipe) throws(ConfigurationError) {}
    /// Points a side.
    public func gridText(in recipe: Recipe) -> String { "\(recipe.resolution) points a side" }
    /// Thirty times a frame's values at the solver's resolution, in double precision.
    public func workspaceBytes(in recipe: Recipe) -> Int {
        let description = description(in: recipe)
        let points = description.resolution.reduce(1) { $0 * $1 * recipe.stride }
        return 30 * 8 * points
    }
    /// None.
    public func drawnValues(index: Int, attempt: Int, in recipe: Recipe) -> [DrawnValue] { [] }
    /// The more steps the harder.
    public func hardness(of record: SampleRecord) -> [Double] { [Double(record.steps)] }
    /// Left out.
    public func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck {
        throw AccuracyOmission(reason: "its family has no finer solver")
    }
    /// None.
    public func steadySolvers(in recipe: Recipe) -> [SteadySolver] { [] }
    /// None.
    public func frameStepper<Scalar: Real>(
        in recipe: Recipe, resolution: Int, timeStep: Double, channels: [String]
    ) -> (any FrameStepping<Scalar>)? { nil }
    /// Refuses nothing.
    public func checkCoefficients(_ parameters: [String: Double], of sample: Int) throws(GenerationError) {}
    /// The first field, from the first to the last frame.
    public func figure(of samples: [ShownSample], in dataset: ShownDataset) throws -> Figure {
        try FieldFigure(of: samples, dataset.manifest, dataset.folder).figure()
    }
    /// The equation, its parameters and the grid.
    public func card(in recipe: Recipe) -> CardText {
        let parameters = description(in: recipe).parameters.map { "- `\($0.name)`: \($0.summary)" }
        return CardText(
            statement: (["    \(profile.formula)\n"] + parameters).joined(separator: "\n"),
            making: ["solver: \(gridText(in: recipe))"])
    }
}
