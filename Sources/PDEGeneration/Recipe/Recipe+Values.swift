import PDEConfig
import PDEData
import PDESolvers

extension Recipe {
    /// A recipe of values; what is left out is as in a file that leaves it out.
    ///
    ///     try Recipe(
    ///         "flow", .flow(.channel(), reynolds: .fixed(1000), obstacles: .drawn(3...3)), frames: 20, interval: 0.25,
    ///         samples: SampleCounts(train: 8, valid: 2, test: 2))
    ///
    /// - Parameters:
    ///   - length: length of the box; of a periodic one each axis may have its own, `[2, 1]`.
    ///   - resolution: points or cells along an axis on which the solver works; of a periodic box each may have its own.
    ///   - frames: number of frames that are stored, the initial state the first of them.
    ///   - skip: frames before the first that is stored, the initial state then one of these.
    ///   - interval: time between two frames.
    ///   - frameResolution: points or cells along an axis that are stored; those of the solver if left out.
    ///   - accuracy: the largest error of the first frame that a sample may have, each solved on a grid of its own; all on
    ///     `resolution` if left out.
    ///   - kinds: kinds of the program's own that the problem is of.
    /// - Throws: `ConfigurationError` where a file of the same content would not do.
    public init(
        _ name: String, _ problem: Problem, title: String? = nil, length: AxisValues<Double>? = nil,
        resolution: AxisValues<Int>? = nil, frames: Int? = nil, skip: Int? = nil, interval: Double? = nil,
        frameResolution: AxisValues<Int>? = nil, accuracy: Double? = nil, samples: SampleCounts,
        seed: UInt64 = 0, storage: StorageRecipe = StorageRecipe(), kinds: Kinds = Kinds()
    ) throws {
        var json = JSON.object([])
        func set(_ path: String, _ value: (some Encodable)?) throws {
            if let value { try json.set(path, to: StrictEncoder().encode(value)) }
        }
        try set("name", name)
        try set("title", title)
        try set("equation", OneOf<Equations>(wrappedValue: problem.definition.recipeEquation))
        for (key, part) in problem.definition.parts { try set(key.rawValue, part) }
        try set("length", length)
        try set("resolution", resolution)
        try set("frames.count", frames)
        try set("frames.skip", skip)
        try set("frames.interval", interval)
        try set("frames.resolution", frameResolution)
        try set("accuracy", accuracy)
        try set("samples", samples)
        try set("seed", seed)
        try set("storage", storage)
        // So values keep the ranges and get the defaults that hold in files.
        self = try StrictDecoder(kinds: kinds).decode(Recipe.self, from: json)
        guard self.problem == problem else {
            throw ConfigurationError.invalid(
                path: "", found: "a problem of \(problem.profile.formula) that a file cannot hold",
                allowed: "values that are the same when they are read again")
        }
    }
}

extension Problem {
    /// A semilinear equation in a periodic box; what is left out is as in a recipe that leaves it out.
    ///
    ///     .semilinear(Semilinear(Burgers(viscosity: 0.01)), initial: InitialRecipe(FourierSeries(modes: 3)))
    public static func semilinear(
        _ equation: any SemilinearRecipe, initial: InitialRecipe,
        solver: SemilinearProblem.Solver = SemilinearProblem.Solver(), health: SemilinearProblem.HealthLimits? = nil
    ) -> Problem {
        Problem(SemilinearProblem(equation, initial: initial, solver: solver, health: health))
    }

    /// A flow in a channel or a cavity; what is left out is as in a recipe that leaves it out.
    public static func flow(
        _ family: FlowFamily, reynolds: Distribution, obstacles: ObstacleRecipe = .none, perturbation: Double = 0,
        solver: FlowProblem.Solver = FlowProblem.Solver(), health: FlowProblem.HealthLimits? = nil
    ) -> Problem {
        let equation = FlowEquation(family: family, reynolds: reynolds, perturbation: perturbation)
        return Problem(FlowProblem(equation, obstacles: obstacles, solver: solver, health: health))
    }

    /// Poisson's or Darcy's equation on a box with solids; what is left out is as in a recipe that leaves it out.
    ///
    ///     .elliptic(DarcyEquation(permeability: LogNormalMedium()))
    ///
    /// - Parameter source: a constant one of 1 if left out.
    public static func elliptic(
        _ equation: any EllipticEquation, source: SourceRecipe? = nil, obstacles: ObstacleRecipe = .none,
        solver: EllipticProblem.Solver = EllipticProblem.Solver(), health: EllipticProblem.HealthLimits? = nil
    ) -> Problem {
        Problem(EllipticProblem(equation, source: source, obstacles: obstacles, solver: solver, health: health))
    }

    /// Boundary value problems with known solutions of high and of many frequencies.
    public static func multiscale(
        _ equation: MultiscaleEquation = MultiscaleEquation(),
        health: MultiscaleProblem.HealthLimits = MultiscaleProblem.HealthLimits()
    ) -> Problem {
        Problem(MultiscaleProblem(equation, health: health))
    }

    /// Landau's equation; what is left out is as in a recipe that leaves it out.
    public static func landau(
        _ equation: LandauEquation = LandauEquation(), initial: LandauInitial,
        solver: LandauProblem.Solver = LandauProblem.Solver(),
        health: LandauProblem.HealthLimits = LandauProblem.HealthLimits()
    ) -> Problem {
        Problem(LandauProblem(equation, initial: initial, solver: solver, health: health))
    }
}
