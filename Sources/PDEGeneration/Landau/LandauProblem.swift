import Glibc
import PDEConfig
import PDECore
import PDEData
import PDEPlot
import PDESolvers

/// The spatially homogeneous Landau equation: how the velocities of a gas of charged or Maxwell particles come to equilibrium.
///
/// Every sample has mass 1, mean velocity 0 and temperature 1. The density is that of the Fourier–Galerkin method; particles,
/// where a recipe asks for them, start from the same density and are solved for themselves.
public struct LandauProblem: Equatable, Sendable {
    /// The kernel, and how its exponent is drawn.
    public let equation: LandauEquation
    /// The initial densities.
    public let initial: LandauInitial
    /// How time is stepped, and the particles.
    public let solver: Solver
    /// When a sample is refused and drawn again.
    public let health: HealthLimits

    init(_ equation: LandauEquation, from recipe: any Decoder) throws {
        let container = try recipe.container(keyedBy: Recipe.Key.self)
        self.equation = equation
        initial = try container.decode(LandauInitial.self, forKey: .initial)
        solver = try container.decode(.solver, default: Solver())
        health =
            container.contains(.health)
            ? try HealthLimits(
                from: container.nestedContainer(keyedBy: HealthLimits.Key.self, forKey: .health))
            : HealthLimits()
    }

    init(_ equation: LandauEquation, initial: LandauInitial, solver: Solver, health: HealthLimits) {
        (self.equation, self.initial, self.solver, self.health) = (equation, initial, solver, health)
    }

    /// Minus the logarithm of 1.5e-8.
    private static let farTail = 18.0

    /// The side of the velocity grid at which what it cuts off in velocity and what its points cut off in wavenumber are
    /// alike, for the coldest and the widest density that can be drawn and for the equilibrium.
    ///
    /// The same rule as `LandauFourierStepper.halfWidth(points:coldest:hottest:)`, for densities that are no Gaussians; but no
    /// wider than where densities have fallen to `farTail`: single precision stores no more, and the points are better spent.
    public func standardLength(resolution: Int) -> Double {
        let extremes = initial.extremes(dimensions: equation.dimensions)
        // The one grows with the side and the other falls: halve the range until they meet.
        var (low, high) = (1.0, 100.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            let isNarrow =
                Self.tail(of: extremes, length: middle)
                < min(Self.farTail, Self.spectralTail(of: extremes, length: middle, resolution: resolution))
            if isNarrow { low = middle } else { high = middle }
        }
        return (low * 100).rounded() / 100
    }

    /// Minus the logarithm of what the grid cuts off in velocity.
    static func tail(of densities: [VelocityDensity], length: Double) -> Double {
        densities.map { $0.tail(at: length / 2) }.min()!
    }

    /// Minus the logarithm of what the grid's points cut off in wavenumber.
    static func spectralTail(of densities: [VelocityDensity], length: Double, resolution: Int) -> Double {
        let wavenumber = Double.pi * Double(resolution) / length
        return densities.map { $0.coldest * wavenumber * wavenumber / 2 }.min()!
    }

    /// The velocities of the recipe's refinement.
    func solvedGrid(in recipe: Recipe) -> Grid {
        grid(in: recipe).resampled(to: recipe.resolution * recipe.refinement)
    }

    /// The recipe's velocities.
    func grid(in recipe: Recipe) -> Grid {
        .periodic(
            dimensions: equation.dimensions, count: recipe.resolution, length: recipe.length, from: -recipe.length / 2)
    }

    /// The variance of the particles' blobs: as narrow as their number allows for the coldest density, N^(−2/(d+4)) of its
    /// temperature (D. W. Scott, "Multivariate Density Estimation", 1992, section 6.3).
    func blobVariance(_ particles: Particles) -> Double {
        let coldest = initial.extremes(dimensions: equation.dimensions).map(\.coldest).min()!
        return particles.variance
            ?? coldest * pow(Double(particles.count), -2 / (Double(equation.dimensions) + 4))
    }

    /// What is drawn for a sample: a function of seed, index and attempt.
    package func draw(
        index: Int, attempt: Int, in recipe: Recipe
    ) -> (exponent: Double, density: VelocityDensity) {
        let stream = streams(index, attempt, recipe)
        return (exponent(stream), initial.draw(dimensions: equation.dimensions, stream))
    }

    /// What is drawn for a sample.
    public func drawnValues(index: Int, attempt: Int, in recipe: Recipe) -> [DrawnValue] {
        let stream = streams(index, attempt, recipe)
        return [DrawnValue(path: "equation.gamma", distribution: equation.exponent, value: exponent(stream))]
            + initial.drawnValues(stream)
    }

    private func exponent(_ stream: (RandomStream.Purpose) -> RandomStream) -> Double {
        var numbers = stream("gamma")
        return equation.exponent.draw(from: &numbers)
    }

    /// The stream of each purpose.
    private func streams(_ index: Int, _ attempt: Int, _ recipe: Recipe) -> (RandomStream.Purpose) -> RandomStream {
        { RandomStream(seed: recipe.seed, index: index, purpose: $0, attempt: attempt) }
    }
}

extension LandauProblem: ProblemDefinition {
    /// The equation.
    public var recipeEquation: any RecipeEquation { equation }
    /// Initial density, solvers and limits.
    public var parts: [Recipe.Key: any Encodable] { [.initial: initial, .solver: solver, .health: health] }

    /// What there is to know of all samples.
    public var profile: ProblemProfile {
        var profile = ProblemProfile(
            formula: "f_t = ∇·∫A(v−w)[f(w)∇f(v) − f(v)∇f(w)]dw, A(z) = C|z|^γ (|z|²I − zzᵀ)")
        profile.resolution = equation.dimensions == 2 ? 48 : 32
        profile.isRefinable = true
        // Fits of scores by polynomials do.
        profile.usesBLAS = solver.particles?.score == .polynomial
        profile.attempts = health.attempts
        profile.headlines =
            [
                HealthHeadline("energy_drift", "energy kept to"), HealthHeadline("entropy_rise", "entropy rises by"),
                HealthHeadline("negative_share", "negative share at most"),
            ] + (equation.isMaxwellian ? [HealthHeadline("covariance_error", "covariance right to")] : [])
        profile.advice = """
            where densities became negative or energy drifted: a finer resolution (and leave length out), or a less extreme initial state
            where frames repeat: fewer frames or a shorter frames.interval; where a step is unstable: a shorter one, or leave it out
            the limits stand under health; --set health.negativeShare=1e-3 would change one
            """
        // What the figure chooses from.
        profile.shownSamples = 24
        return profile
    }

    /// Velocities and particles.
    public func gridText(in recipe: Recipe) -> String {
        let particles = solver.particles.map { ", \($0.count) particles (\($0.score.rawValue), \($0.scheme.rawValue))" }
        return "Fourier–Galerkin, \(recipe.resolution) velocities a side" + (particles ?? "")
    }

    /// About twenty grids, the padded ones with 2^d times the points, for each exponent that is kept.
    public func workspaceBytes(in recipe: Recipe) -> Int {
        let padded = solvedGrid(in: recipe).count << equation.dimensions
        return 8 * LandauSolver.mostSteppers * 20 * padded + 400 * (solver.particles?.count ?? 0)
    }

    /// A solver for densities and particles.
    public func makeTrialMaker(for recipe: Recipe) -> any TrialMaker {
        TrajectoryTrialMaker(LandauSolver(recipe, self), for: recipe)
    }

    /// The colder the coldest part, the finer a grid it needs.
    public func hardness(of record: SampleRecord) -> [Double] {
        [-(record.difficulty["coldest"] ?? .infinity), record.difficulty["relative_entropy"] ?? 0]
    }

    /// The density, time to the right.
    public func figure(of samples: [ShownSample], in dataset: ShownDataset) throws -> Figure {
        try LandauFigure(samples, dataset, self).figure()
    }
}
