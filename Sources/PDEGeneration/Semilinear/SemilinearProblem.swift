import PDEConfig
import PDECore
import PDEData
import PDEPlot
import PDESolvers

/// A semilinear equation in a periodic box: u_t = L u + N(u) with a linear part that is diagonal in Fourier space.
public struct SemilinearProblem: Sendable {
    /// The equation and its coefficients.
    public let equation: any SemilinearRecipe
    /// The initial states.
    public let initial: InitialRecipe
    /// How time is stepped.
    public let solver: Solver
    /// When a sample is refused and drawn again.
    public let health: HealthLimits

    init(_ equation: any SemilinearRecipe, from recipe: any Decoder) throws {
        let container = try recipe.container(keyedBy: Recipe.Key.self)
        let solver = try container.decode(.solver, default: Solver()).limited(by: equation)
        self.init(
            equation, initial: try container.decode(InitialRecipe.self, forKey: .initial), solver: solver,
            health: container.contains(.health)
                ? try HealthLimits(
                    from: container.nestedContainer(keyedBy: HealthLimits.Key.self, forKey: .health), solver: solver)
                : nil)
    }

    /// - Parameter health: nil for what a sound computation keeps with room to spare.
    init(_ equation: any SemilinearRecipe, initial: InitialRecipe, solver: Solver, health: HealthLimits?) {
        (self.equation, self.initial, self.solver) = (equation, initial, solver.limited(by: equation))
        self.health = health ?? HealthLimits(solver: self.solver)
    }

    /// The grid of the recipe's refinement.
    func solvedGrid(in recipe: Recipe) -> Grid { grid(in: recipe).refined(by: recipe.refinement) }

    /// The recipe's grid.
    func grid(in recipe: Recipe) -> Grid {
        Grid((0..<equation.dimensions).map { Grid.Axis(count: recipe.resolutions[$0], to: recipe.lengths[$0]) })
    }

    /// The box with `points` along its last axis and as many along the others as stored frames have in proportion; nil where these
    /// are not whole.
    func grid(in recipe: Recipe, points: Int) -> Grid? {
        let axes = grid(in: recipe).axes
        let stored = axes.indices.map { recipe.frames.resolutions[$0] }
        let last = stored[stored.count - 1]
        guard stored.allSatisfy({ $0 * points % last == 0 }) else { return nil }
        return Grid(zip(axes, stored).map { Grid.Axis(count: $1 * points / last, to: $0.upper) })
    }

    /// Lengths of the box along its axes.
    func lengths(in recipe: Recipe) -> [Double] { (0..<equation.dimensions).map { recipe.lengths[$0] } }

    /// What steps must keep: steps that a CFL number sets are halved where speeds rise within a frame, fixed ones stay.
    func stepBounds(speed: Double) -> StepBounds {
        StepBounds(courant: solver.courant == nil ? .infinity : health.courant ?? .infinity, speed: speed)
    }
}

extension SemilinearProblem: ProblemDefinition {
    /// Whether all of both is the same.
    public static func == (left: SemilinearProblem, right: SemilinearProblem) -> Bool {
        OneOf<Equations>(wrappedValue: left.equation) == OneOf<Equations>(wrappedValue: right.equation)
            && left.initial == right.initial && left.solver == right.solver && left.health == right.health
    }

    /// The equation.
    public var recipeEquation: any RecipeEquation { equation }
    /// Initial state, time stepping and limits.
    public var parts: [Recipe.Key: any Encodable] { [.initial: initial, .solver: solver, .health: health] }
    /// Each axis may have a resolution and a length of its own.
    public var boxAxes: Int { equation.dimensions }

    /// What there is to know of all samples.
    public var profile: ProblemProfile {
        var profile = ProblemProfile(formula: equation.formula)
        profile.isCourantControlled = solver.courant != nil
        profile.isRefinable = true
        profile.skipsFrames = true
        profile.attempts = health.attempts
        profile.headlines =
            (solver.courant != nil ? [HealthHeadline("max_cfl", "CFL at most")] : []) + [
                HealthHeadline("energy_balance", "energy budget closed to"),
                HealthHeadline("smallest_scale", "smallest scale, in grid spacings,", isWorstAtMost: false),
            ]
        profile.advice = """
            where samples are under-resolved: a finer resolution, a larger viscosity or a smaller amplitude
            where they blow up or the energy budget stays open: shorter steps, by solver.cfl or solver.step
            where a frame takes too many steps: longer ones, by solver.cfl or solver.step, or a shorter frames.interval
            the limits stand under health; --set health.spectralTail=1e-4 would change one
            """
        if let remedy = equation.extremes.first?.equation.demands.blowUpRemedy {
            profile.advice = remedy + "\n" + profile.advice
        }
        return profile
    }

    /// Points along the axes.
    public func gridText(in recipe: Recipe) -> String {
        "\(Self.text(recipe.resolutions)) points\(Self.aSide(recipe.resolutions))"
    }

    /// `128`, or `128 × 64` where axes differ.
    static func text(_ counts: AxisValues<Int>) -> String { counts.values.map { "\($0)" }.joined(separator: " × ") }
    /// What is said of a number that holds along every axis.
    static func aSide(_ counts: AxisValues<Int>) -> String { counts.values.count == 1 ? " a side" : "" }

    /// About twelve arrays of modes and values for every component and fifteen besides, in double precision at most.
    public func workspaceBytes(in recipe: Recipe) -> Int {
        (12 * equation.components + 15) * solvedGrid(in: recipe).count * 8
            + initial.state.workspaceBytes(lengths: lengths(in: recipe))
    }

    /// A solver in the recipe's precision.
    public func makeTrialMaker(for recipe: Recipe) -> any TrialMaker {
        switch solver.precision {
        case .float: TrajectoryTrialMaker(SemilinearSolver<Float>(recipe, self), for: recipe)
        case .double: TrajectoryTrialMaker(SemilinearSolver<Double>(recipe, self), for: recipe)
        }
    }

    /// The fewer grid points in the thinnest layer, the harder.
    public func hardness(of record: SampleRecord) -> [Double] {
        [-(record.difficulty["points_per_layer"] ?? .infinity)]
    }

    /// The field in time, or its first and last frames.
    public func figure(of samples: [ShownSample], in dataset: ShownDataset) throws -> Figure {
        try SemilinearFigure(samples, dataset, self).figure()
    }
}
