import PDECore
import PDEData
import PDESolvers

/// A semilinear equation's solver from frame to frame.
final class SemilinearFrameStepper<Scalar: Real>: FrameStepping {
    let grid: Grid
    private let problem: SemilinearProblem
    private let timeStep: Double
    private let space: SpectralSpace<Scalar>
    private var stepper: SemilinearStepper<Scalar>
    private var coefficients: [Double]
    /// The speed above which a trajectory counts as blown up; known once its first state is seen.
    private var speedLimit: Double?

    init(_ problem: SemilinearProblem, on grid: Grid, timeStep: Double) {
        self.problem = problem
        self.timeStep = timeStep
        self.grid = grid
        space = SpectralSpace(grid, degree: problem.equation.degree)
        coefficients = problem.equation.coefficients.map { $0.distribution.range.lowerBound }
        stepper = Self.stepper(problem, space, coefficients, timeStep)
    }

    private static func stepper(
        _ problem: SemilinearProblem, _ space: SpectralSpace<Scalar>, _ coefficients: [Double], _ timeStep: Double
    ) -> SemilinearStepper<Scalar> {
        SemilinearStepper(
            problem.equation.equation(coefficients), in: space, timeStep: timeStep, method: problem.solver.method)
    }

    func prepare(_ parameters: [String: Double], of record: SampleRecord?) {
        speedLimit = nil
        let wanted = problem.equation.coefficients.enumerated().map { parameters[$1.name] ?? coefficients[$0] }
        guard wanted != coefficients else { return }
        coefficients = wanted
        stepper = Self.stepper(problem, space, wanted, timeStep)
    }

    /// A grid too coarse to dissipate, on which speeds grow without end, blows up once they are a thousand times the first state's:
    /// steps as short as such speeds ask would never be done.
    func advance(_ field: inout Field<Scalar>) -> Bool {
        var state = SpectralField(field, in: space)
        let budget = stepper.budget(of: state)
        let limit = speedLimit ?? 1e3 * max(1, budget.maximumSpeed)
        speedLimit = limit
        // NaN is not below the limit either.
        guard budget.maximumSpeed < limit else { return false }
        let report = stepper.advance(
            &state, over: timeStep, from: budget, control: problem.solver.control,
            bounds: problem.stepBounds(speed: limit))
        guard report != nil else { return false }
        field = stepper.field(of: state)
        return true
    }
}

extension SemilinearProblem {
    /// The solver on any grid with `resolution` points along the last axis, and proportionately many along the others, that carries
    /// the forcing.
    public func frameStepper<Scalar: Real>(
        in recipe: Recipe, resolution: Int, timeStep: Double, channels: [String]
    ) -> (any FrameStepping<Scalar>)? {
        guard let grid = grid(in: recipe, points: resolution), grid.shape.allSatisfy({ $0 >= 8 && $0 % 2 == 0 }),
            carriesForcing(on: grid), channels.count == equation.components
        else { return nil }
        return SemilinearFrameStepper<Scalar>(self, on: grid, timeStep: timeStep)
    }

    /// Refuses coefficients that the equation does not take.
    public func checkCoefficients(_ parameters: [String: Double], of sample: Int) throws(GenerationError) {
        for name in equation.coefficients.map(\.name) {
            guard let value = parameters[name], let allowed = equation.allowed(name, insteadOf: value) else { continue }
            throw .coefficient(
                sample: sample, name: name, value: value, allowed: allowed, equation: equation.kindName)
        }
    }
}
