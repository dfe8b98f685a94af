import PDEConfig
import PDECore
import PDEData
import PDEGeometry
import PDEPlot
import PDESolvers

/// Incompressible flow in a channel or a cavity, past obstacles, from a fluid at rest.
public struct FlowProblem: Equatable, Sendable {
    /// The family, and how the Reynolds number is drawn.
    public let equation: FlowEquation
    /// The obstacles.
    public let obstacles: ObstacleRecipe
    /// How time is stepped.
    public let solver: Solver
    /// When a sample is refused and drawn again.
    public let health: HealthLimits

    init(_ equation: FlowEquation, from recipe: any Decoder) throws {
        let container = try recipe.container(keyedBy: Recipe.Key.self)
        let solver: Solver = try container.decode(.solver, default: Solver())
        self.init(
            equation,
            obstacles: container.contains(.obstacles)
                ? try ObstacleRecipe(from: container.superDecoder(forKey: .obstacles), in: equation.familyName) : .none,
            solver: solver,
            health: container.contains(.health)
                ? try HealthLimits(
                    from: container.nestedContainer(keyedBy: HealthLimits.Key.self, forKey: .health), solver: solver)
                : nil)
    }

    /// - Parameter health: nil for what a sound computation keeps with room to spare.
    init(_ equation: FlowEquation, obstacles: ObstacleRecipe, solver: Solver, health: HealthLimits?) {
        (self.equation, self.obstacles, self.solver) = (equation, obstacles, solver)
        self.health = health ?? HealthLimits(solver: solver)
    }

    /// The recipe's cells, on which obstacles are drawn, or a grid of as many cells across the height as given: squares that
    /// fill `length` × 1, x first.
    func grid(in recipe: Recipe, resolution: Int? = nil) -> Grid {
        let rows = resolution ?? recipe.resolution
        let columns = Int((recipe.length * Double(rows)).rounded())
        return Grid([
            Grid.Axis(count: columns, from: 0, to: Double(columns) / Double(rows), placement: .cells),
            Grid.Axis(count: rows, from: 0, to: 1, placement: .cells),
        ])
    }

    /// The cells of the recipe's refinement.
    func solvedGrid(in recipe: Recipe) -> Grid { grid(in: recipe, resolution: recipe.resolution * recipe.refinement) }

    /// What is drawn for a sample: a function of seed, index and attempt.
    /// - Throws: `GeometryError` when the obstacles find no place.
    package func draw(index: Int, attempt: Int, in recipe: Recipe) throws(GeometryError) -> FlowDraw {
        let geometry = try obstacles.geometry(
            on: grid(in: recipe), seed: recipe.seed, index: index, attempt: attempt)
        let stream = RandomStream(seed: recipe.seed, index: index, purpose: "perturbation", attempt: attempt)
        return FlowDraw(
            reynolds: reynolds(index: index, attempt: attempt, in: recipe), geometry: geometry,
            perturbation: FlowPerturbation(
                size: equation.perturbation, length: geometry.grid.axes[0].length, from: stream))
    }

    private func reynolds(index: Int, attempt: Int, in recipe: Recipe) -> Double {
        var numbers = RandomStream(seed: recipe.seed, index: index, purpose: "reynolds", attempt: attempt)
        return equation.reynolds.draw(from: &numbers)
    }

    /// What is drawn for a sample.
    public func drawnValues(index: Int, attempt: Int, in recipe: Recipe) -> [DrawnValue] {
        let reynolds = reynolds(index: index, attempt: attempt, in: recipe)
        return [DrawnValue(path: "equation.reynolds", distribution: equation.reynolds, value: reynolds)]
            + obstacles.drawnValues(seed: recipe.seed, index: index, attempt: attempt)
    }
}

extension FlowProblem: ProblemDefinition {
    /// The equation.
    public var recipeEquation: any RecipeEquation { equation }
    /// Obstacles, time stepping and limits.
    public var parts: [Recipe.Key: any Encodable] { [.obstacles: obstacles, .solver: solver, .health: health] }

    private var title: String {
        let isChannel = equation.familyName == .channel
        let name = isChannel ? "Channel flow" : "Lid-driven cavity"
        let bodies = obstacles.largestCount > 0 ? (isChannel ? "past obstacles " : "with obstacles ") : ""
        let range = equation.reynolds.range
        let (low, high) = (NumberText.short(range.lowerBound, digits: 5), NumberText.short(range.upperBound, digits: 5))
        let reynolds = low == high ? "at Reynolds number \(low)" : "at Reynolds numbers of \(low) to \(high)"
        return "\(name) \(bodies)\(reynolds)"
    }

    /// What there is to know of all samples. The standard interval is in heights over peak speed.
    public var profile: ProblemProfile {
        var profile = ProblemProfile(formula: "u_t + (u·∇)u = −∇p + Re⁻¹ ∇²u, ∇·u = 0")
        profile.title = title
        profile.resolution = 128
        profile.frames = .standard(count: 20, interval: 0.25)
        profile.skipsFrames = true
        profile.isCourantControlled = solver.courant != nil
        profile.isRefinable = true
        profile.usesBLAS = true
        profile.attempts = health.attempts
        profile.headlines =
            (solver.courant != nil ? [HealthHeadline("max_cfl", "CFL at most")] : []) + [
                HealthHeadline("divergence", "divergence at most"),
                HealthHeadline("numerical_dissipation", "numerical share of dissipation at most"),
            ]
        profile.advice = """
            where flows blew up: shorter steps (--set solver.cfl=0.4), a finer resolution, or a lower Reynolds number
            where they became steady: fewer frames (--frames 5), a shorter frames.interval, a higher Reynolds number, or
            --set health.steady=true, which stores them
            where obstacles found no place: fewer or smaller ones
            """
        profile.shownSamples = 3
        return profile
    }

    /// Cells along both axes.
    public func gridText(in recipe: Recipe) -> String {
        let shape = grid(in: recipe).shape
        return "\(shape[0]) × \(shape[1]) cells"
    }

    /// About fifty arrays of cells and faces in double precision.
    public func workspaceBytes(in recipe: Recipe) -> Int { 50 * 8 * solvedGrid(in: recipe).count }

    /// A solver in the recipe's precision.
    public func makeTrialMaker(for recipe: Recipe) -> any TrialMaker {
        switch solver.precision {
        case .float: TrajectoryTrialMaker(FlowSolver<Float>(recipe, self), for: recipe)
        case .double: TrajectoryTrialMaker(FlowSolver<Double>(recipe, self), for: recipe)
        }
    }

    /// By Reynolds number first, then by the number of obstacles and by the Reynolds number of the largest.
    public func hardness(of record: SampleRecord) -> [Double] {
        ["reynolds", "obstacles", "obstacle_reynolds"].map { record.difficulty[$0] ?? 0 }
    }

    /// The vorticity, time to the right.
    public func figure(of samples: [ShownSample], in dataset: ShownDataset) throws -> Figure {
        try FlowFigure(samples, dataset, self).figure()
    }
}
