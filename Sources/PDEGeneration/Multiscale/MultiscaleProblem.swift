import PDEConfig
import PDECore
import PDEData
import PDEPlot
import PDESolvers

/// Boundary value problems with known solutions of high and of many frequencies, solved by spectral methods.
///
/// The first samples are all cases with the frequencies of the literature, later ones have scaled ones: so the test split, which
/// comes first, is the published set.
public struct MultiscaleProblem: Equatable, Sendable {
    /// The equations and the solutions.
    public let equation: MultiscaleEquation
    /// When a sample is refused.
    public let health: HealthLimits

    /// What a sample must satisfy.
    public struct HealthLimits: Hashable, Sendable {
        /// Largest relative L2 distance from the known solution.
        public var error: Double
        /// How often a sample is drawn before it is given up.
        public var attempts: Int
    }

    init(_ equation: MultiscaleEquation, from recipe: any Decoder) throws {
        let container = try recipe.container(keyedBy: Recipe.Key.self)
        self.equation = equation
        health = try container.decode(.health, default: HealthLimits())
    }

    init(_ equation: MultiscaleEquation, health: HealthLimits) {
        (self.equation, self.health) = (equation, health)
    }

    /// What is drawn for a sample.
    func draw(index: Int, attempt: Int, in recipe: Recipe) -> (posed: MultiscaleEquation.Case, scale: Double) {
        let cases = equation.cases
        var stream = RandomStream(seed: recipe.seed, index: index, purpose: "frequency", attempt: attempt)
        return (equation.posed(of: index), index < cases.count ? 1 : equation.frequency.draw(from: &stream))
    }

    /// The factor of the frequencies; the first round has the published ones.
    public func drawnValues(index: Int, attempt: Int, in recipe: Recipe) -> [DrawnValue] {
        guard index >= equation.cases.count else { return [] }
        let scale = draw(index: index, attempt: attempt, in: recipe).scale
        return [DrawnValue(path: "equation.frequency", distribution: equation.frequency, value: scale)]
    }

    /// The grid of stored points, both ends of every axis included.
    func storedGrid(in recipe: Recipe) -> Grid {
        let axis = Grid.Axis(count: recipe.frames.resolution, from: 0, to: recipe.length, placement: .nodes)
        return Grid(Array(repeating: axis, count: equation.dimensions))
    }
}

extension MultiscaleProblem.HealthLimits: Codable {
    private enum Key: String, CodingKey { case error, attempts }

    /// Limits that a sound computation keeps with room to spare.
    public init() {
        error = 1e-6
        attempts = 5
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let standard = Self()
        error = try container.decode(.error, in: Bounds.positive, default: standard.error)
        attempts = try container.decode(.attempts, in: Bounds.between(1, 100), default: standard.attempts)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(error, forKey: .error)
        try container.encode(attempts, forKey: .attempts)
    }
}

extension MultiscaleProblem: ProblemDefinition {
    /// The equation.
    public var recipeEquation: any RecipeEquation { equation }
    /// Limits.
    public var parts: [Recipe.Key: any Encodable] { [.health: health] }
    /// A period of the slowest wave.
    public func standardLength(resolution: Int) -> Double { 2 * .pi }

    /// What there is to know of all samples.
    public var profile: ProblemProfile {
        let formulas: [MultiscaleEquation.ProblemName: String] = [
            .poisson: "∇²u = f", .allenCahn: "∇²u + u(u² − 1) = f", .advection: "200 u_x + u_t = 0, t = y/2π",
        ]
        var profile = ProblemProfile(formula: equation.problems.map { formulas[$0]! }.joined(separator: "; "))
        profile.title = "Boundary value problems of high and of many frequencies"
        profile.frames = .steady
        profile.usesBLAS = true
        profile.stepName = "Newton step"
        profile.attempts = health.attempts
        profile.headlines = [
            HealthHeadline("error", "distance from the known solutions at most"),
            HealthHeadline("newton_steps", "Newton steps at most"),
        ]
        profile.advice = """
            a finer resolution (the degree of the polynomials: π × waves of an axis, plus a tenth, plus 40), or lower frequencies
            """
        profile.shownSamples = equation.dimensions == 1 ? 8 : 4
        return profile
    }

    /// The degree.
    public func gridText(in recipe: Recipe) -> String {
        "polynomials of degree \(recipe.resolution) at most along each axis"
    }

    /// The basis at twice as many nodes as degrees, and in one dimension Newton's matrix, in two the directions of GMRES.
    public func workspaceBytes(in recipe: Recipe) -> Int {
        let square = 8 * recipe.resolution * recipe.resolution
        return (equation.dimensions == 1 ? 9 : 80) * square
    }

    /// A solver.
    public func makeTrialMaker(for recipe: Recipe) -> any TrialMaker { MultiscaleTrialMaker(recipe, self) }

    /// By the largest wavenumber.
    public func hardness(of record: SampleRecord) -> [Double] { [record.difficulty["wavenumber"] ?? 0] }

    /// Every sample's distance from the known solution is measured; this is the hardest one's.
    public func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck {
        guard let error = sample.health["error"] else { throw AccuracyOmission.unsolved }
        return AccuracyCheck(of: sample.index, steady: error, against: .knownSolution)
    }

    /// The solutions.
    public func figure(of samples: [ShownSample], in dataset: ShownDataset) throws -> Figure {
        try MultiscaleFigure(samples, dataset, self).figure()
    }
}
