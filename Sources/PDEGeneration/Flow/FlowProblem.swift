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
        self.equation = equation
        obstacles =
            container.contains(.obstacles)
            ? try ObstacleRecipe(
                from: container.superDecoder(forKey: .obstacles), in: self.equation.familyName)
            : .none
        solver = try container.decode(.solver, default: Solver())
        health =
            container.contains(.health)
            ? try HealthLimits(
                from: container.nestedContainer(keyedBy: HealthLimits.Key.self, forKey: .health), solver: solver)
            : HealthLimits(solver: solver)
    }

    /// The cells on which the solver works, or a grid of as many cells across the height as given: squares that fill
    /// `length` × 1, x first.
    func grid(in recipe: Recipe, resolution: Int? = nil) -> Grid {
        let rows = resolution ?? recipe.resolution
        let columns = Int((recipe.length * Double(rows)).rounded())
        return Grid([
            Grid.Axis(count: columns, from: 0, to: Double(columns) / Double(rows), placement: .cells),
            Grid.Axis(count: rows, from: 0, to: 1, placement: .cells),
        ])
    }

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

    func drawnValues(index: Int, attempt: Int, in recipe: Recipe) -> [DrawnValue] {
        let reynolds = reynolds(index: index, attempt: attempt, in: recipe)
        return [DrawnValue(path: "equation.reynolds", distribution: equation.reynolds, value: reynolds)]
            + obstacles.drawnValues(seed: recipe.seed, index: index, attempt: attempt)
    }
}

extension FlowProblem: ProblemDefinition {
    var recipeEquation: any RecipeEquation { equation }
    var title: String? {
        let isChannel = equation.familyName == .channel
        let name = isChannel ? "Channel flow" : "Lid-driven cavity"
        let bodies = obstacles.largestCount > 0 ? (isChannel ? "past obstacles " : "with obstacles ") : ""
        let range = equation.reynolds.range
        let (low, high) = (NumberText.short(range.lowerBound, digits: 5), NumberText.short(range.upperBound, digits: 5))
        let reynolds = low == high ? "at Reynolds number \(low)" : "at Reynolds numbers of \(low) to \(high)"
        return "\(name) \(bodies)\(reynolds)"
    }

    var standardResolution: Int? { 128 }
    /// The interval is in heights over peak speed.
    var standardFrames: FrameStandard { .standard(count: 20, interval: 0.25) }
    var stepName: String { "time step" }
    var usesBLAS: Bool { true }
    var formula: String { "u_t + (u·∇)u = −∇p + Re⁻¹ ∇²u, ∇·u = 0" }
    var isCourantControlled: Bool { solver.courant != nil }
    var attempts: Int { health.attempts }

    var headlines: [HealthHeadline] {
        (isCourantControlled ? [HealthHeadline("max_cfl", "CFL at most")] : []) + [
            HealthHeadline("divergence", "divergence at most"),
            HealthHeadline("numerical_dissipation", "numerical share of dissipation at most"),
        ]
    }

    var advice: String {
        """
        where flows blew up: shorter steps (--set solver.cfl=0.4), a finer resolution, or a lower Reynolds number
        where they became steady: fewer frames (--frames 5), a shorter frames.interval, a higher Reynolds number, or
        --set health.steady=true, which stores them
        where obstacles found no place: fewer or smaller ones
        """
    }

    var parts: [Recipe.Key: any Encodable] {
        [.obstacles: obstacles, .solver: solver, .health: health]
    }

    /// Velocity and pressure of every frame, mask and signed distance of the sample.
    func valueCount(in recipe: Recipe) -> Double {
        let cells = recipe.length * Double(recipe.frames.resolution) * Double(recipe.frames.resolution)
        return cells * (3 * Double(recipe.frames.count) + 2)
    }

    func gridText(in recipe: Recipe) -> String {
        let shape = grid(in: recipe).shape
        return "\(shape[0]) × \(shape[1]) cells"
    }

    /// About fifty arrays of cells and faces in double precision.
    func workspaceBytes(in recipe: Recipe) -> Int { 50 * 8 * grid(in: recipe).count }

    func makeTrialMaker(for recipe: Recipe) -> any TrialMaker {
        switch solver.precision {
        case .float: FlowTrialMaker<Float>(recipe, self)
        case .double: FlowTrialMaker<Double>(recipe, self)
        }
    }

    /// By Reynolds number first, then by the number of obstacles and by the Reynolds number of the largest.
    func hardness(of record: SampleRecord) -> [Double] {
        ["reynolds", "obstacles", "obstacle_reynolds"].map { record.difficulty[$0] ?? 0 }
    }

    var shownSamples: Int { 3 }

    func figure(of samples: [ShownSample], in dataset: FinishedDataset) throws -> Figure {
        try FlowFigure(samples, dataset, self).figure()
    }
}
