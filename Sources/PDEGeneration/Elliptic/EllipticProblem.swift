import PDEConfig
import PDECore
import PDEData
import PDEPlot
import PDESolvers

/// Poisson's equation with sources and solids that are drawn, or Darcy's with a permeability that is.
public struct EllipticProblem: Sendable {
    /// The equation, what holds on the sides, and the permeability.
    public let equation: any EllipticEquation
    /// The source.
    public let source: SourceRecipe
    /// The solids; in two dimensions only.
    public let obstacles: ObstacleRecipe
    /// The precision and the tolerance of the linear solver.
    public let solver: Solver
    /// When a sample is refused and drawn again.
    public let health: HealthLimits

    init(_ equation: any EllipticEquation, from recipe: any Decoder) throws {
        let container = try recipe.container(keyedBy: Recipe.Key.self)
        self.equation = equation
        let standard: SourceRecipe? = equation.permeability == nil ? nil : .uniform(1)
        source =
            try standard.map { try container.decode(.source, default: $0) }
            ?? container.decode(SourceRecipe.self, forKey: .source)
        // Solids keep from all four sides, as in a cavity.
        obstacles =
            container.contains(.obstacles)
            ? try ObstacleRecipe(from: container.superDecoder(forKey: .obstacles), in: .cavity) : .none
        solver = try container.decode(.solver, default: Solver())
        health =
            container.contains(.health)
            ? try HealthLimits(
                from: container.nestedContainer(keyedBy: HealthLimits.Key.self, forKey: .health), solver: solver)
            : HealthLimits(solver: solver)
    }

    /// - Parameters:
    ///   - source: nil for a constant one of 1.
    ///   - health: nil for what a converged solution keeps with room to spare.
    init(
        _ equation: any EllipticEquation, source: SourceRecipe?, obstacles: ObstacleRecipe, solver: Solver,
        health: HealthLimits?
    ) {
        (self.equation, self.source, self.obstacles) = (equation, source ?? .uniform(1), obstacles)
        (self.solver, self.health) = (solver, health ?? HealthLimits(solver: solver))
    }

    /// The recipe's cells, or a grid of as many across the height as given: squares or cubes that fill `length` × 1 (× 1), x
    /// first.
    func grid(in recipe: Recipe, resolution: Int? = nil) -> Grid {
        let cells = resolution ?? recipe.resolution
        let columns = Int((recipe.length * Double(cells)).rounded())
        let height = Grid.Axis(count: cells, from: 0, to: 1, placement: .cells)
        return Grid(
            [Grid.Axis(count: columns, from: 0, to: Double(columns) / Double(cells), placement: .cells)]
                + Array(repeating: height, count: equation.dimensions - 1))
    }

    /// The cells of the recipe's refinement.
    func solvedGrid(in recipe: Recipe) -> Grid { grid(in: recipe, resolution: recipe.resolution * recipe.refinement) }

    /// Whether samples carry a mask of solids and the distance to them.
    var hasSolids: Bool { obstacles.largestCount > 0 }
    /// Whether samples carry their source.
    var hasSourceField: Bool { if case .random = source { true } else { false } }
    /// Whether all samples are zero: a constant source whose mean is taken out, with no value given anywhere.
    var isVanishing: Bool {
        !hasSourceField && equation.sides == .flux && !(equation.solid == .value && hasSolids)
    }
}

extension EllipticProblem: ProblemDefinition {
    /// Whether all of both is the same.
    public static func == (left: EllipticProblem, right: EllipticProblem) -> Bool {
        OneOf<Equations>(wrappedValue: left.equation) == OneOf<Equations>(wrappedValue: right.equation)
            && left.source == right.source && left.obstacles == right.obstacles && left.solver == right.solver
            && left.health == right.health
    }

    /// The equation.
    public var recipeEquation: any RecipeEquation { equation }
    /// Source, solver, limits, and solids in two dimensions.
    public var parts: [Recipe.Key: any Encodable] {
        var parts: [Recipe.Key: any Encodable] = [
            .source: source, .solver: solver, .health: health,
        ]
        if equation.dimensions == 2 { parts[.obstacles] = obstacles }
        return parts
    }

    /// What there is to know of all samples.
    public var profile: ProblemProfile {
        var profile = ProblemProfile(formula: equation.formula)
        let name = equation.permeability == nil ? "Poisson's equation" : "Darcy flow"
        profile.title = name + (hasSolids ? " around solids" : "")
        profile.isRefinable = true
        profile.frames = .steady
        // The multigrid's coarsest grid.
        profile.usesBLAS = true
        profile.stepName = "iteration"
        profile.attempts = health.attempts
        profile.headlines = [
            HealthHeadline("residual", "relative residual at most"),
            HealthHeadline("balance", "balance of a cell closed to"),
            HealthHeadline("iterations", "iterations at most"),
        ]
        profile.advice = """
            where the solver did not converge: a lower contrast, a coarser grid, or a tolerance above round-off
            (--set solver.tolerance=1e-8); where a cell's balance is open: double precision (--precision double)
            where solids found no place: fewer or smaller ones
            """
        return profile
    }

    /// Cells along all axes.
    public func gridText(in recipe: Recipe) -> String {
        grid(in: recipe).shape.map { "\($0)" }.joined(separator: " × ") + " cells"
    }

    /// The solver's vectors, the multigrid's operators where the coefficient varies, and the fields.
    public func workspaceBytes(in recipe: Recipe) -> Int {
        (equation.permeability == nil ? 16 : 32) * 8 * solvedGrid(in: recipe).count
    }

    /// A solver in the recipe's precision.
    public func makeTrialMaker(for recipe: Recipe) -> any TrialMaker {
        switch solver.precision {
        case .float: EllipticTrialMaker<Float>(recipe, self)
        case .double: EllipticTrialMaker<Double>(recipe, self)
        }
    }

    /// By the number of solids and the waves of the source, or by contrast and variation of the medium.
    public func hardness(of record: SampleRecord) -> [Double] {
        ["contrast", "variation", "obstacles", "waves"].map { record.difficulty[$0] ?? 0 }
    }

    /// What the solution comes from, and the solution.
    public func figure(of samples: [ShownSample], in dataset: ShownDataset) throws -> Figure {
        try EllipticFigure(samples, dataset, self).figure()
    }
}
