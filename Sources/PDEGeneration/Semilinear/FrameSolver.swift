import PDEConfig
import PDECore
import PDESolvers

/// A recipe's classical solver as a stepper from frame to frame, on the grid and in the precision of one's choice: what a
/// trained network has to beat, and what says how a state would have gone on.
///
/// Only for semilinear equations, whose state is the stored field; a flow's has pressure and faces besides.
public final class FrameSolver<Scalar: Real>: Stepper {
    /// The grid of its states.
    public let grid: Grid
    /// The time of one step: that between frames.
    public let timeStep: Double
    /// Components of its states.
    public var components: Int { problem.equation.components }
    private let problem: SemilinearProblem
    private let space: SpectralSpace<Scalar>
    private var stepper: SemilinearStepper<Scalar>
    private var coefficients: [Double]
    /// The speed above which a trajectory counts as blown up; known once its first state is seen.
    private var speedLimit: Double?

    /// The solver of a recipe with `resolution` points along the first axis, and as many in proportion along the others, or nil for
    /// an equation whose states are not its fields, and for a grid that does not carry its forcing or has no whole numbers of points. One too coarse for the solution is not refused: it blows up or errs.
    ///
    /// - Parameter timeStep: time between frames; the recipe's if left out.
    public init?(_ recipe: Recipe, resolution: Int, timeStep: Double? = nil) {
        guard let problem = recipe.problem.as(SemilinearProblem.self),
            let grid = problem.grid(in: recipe, points: resolution),
            grid.shape.allSatisfy({ $0 >= 8 && $0 % 2 == 0 }), problem.carriesForcing(on: grid)
        else { return nil }
        self.grid = grid
        self.problem = problem
        self.timeStep = timeStep ?? recipe.frames.interval
        space = SpectralSpace(grid, degree: problem.equation.degree)
        coefficients = problem.equation.coefficients.map { $0.distribution.range.lowerBound }
        stepper = Self.stepper(problem, space, coefficients, self.timeStep)
    }

    private static func stepper(
        _ problem: SemilinearProblem, _ space: SpectralSpace<Scalar>, _ coefficients: [Double], _ timeStep: Double
    ) -> SemilinearStepper<Scalar> {
        SemilinearStepper(
            problem.equation.equation(coefficients), in: space, timeStep: timeStep, method: problem.solver.method)
    }

    /// Begins a trajectory: takes a sample's coefficients by their names, `viscosity` and the like, which
    /// `Recipe.checkCoefficients` has let pass.
    public func prepare(_ parameters: [String: Double]) {
        speedLimit = nil
        let wanted = problem.equation.coefficients.enumerated().map { parameters[$1.name] ?? coefficients[$0] }
        guard wanted != coefficients else { return }
        coefficients = wanted
        stepper = Self.stepper(problem, space, wanted, timeStep)
    }

    /// Goes on by one frame; what blows up becomes NaN.
    ///
    /// A grid too coarse to dissipate, on which speeds grow without end, blows up once they are a thousand times the first state's:
    /// steps as short as such speeds ask would never be done.
    public func advance(_ field: inout Field<Scalar>) {
        var state = SpectralField(field, in: space)
        let budget = stepper.budget(of: state)
        let limit = speedLimit ?? 1e3 * max(1, budget.maximumSpeed)
        speedLimit = limit
        // NaN is not below the limit either.
        let report =
            budget.maximumSpeed < limit
            ? stepper.advance(
                &state, over: timeStep, from: budget, control: problem.solver.control,
                bounds: problem.stepBounds(speed: limit)) : nil
        if report == nil {
            let count = field.components * grid.count
            field.values.withUnsafeMutablePointer { $0.update(repeating: .nan, count: count) }
        } else {
            field = stepper.field(of: state)
        }
    }
}
