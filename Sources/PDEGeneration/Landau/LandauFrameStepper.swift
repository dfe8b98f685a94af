import PDECore
import PDEData
import PDESolvers

/// The Fourier method of Landau's equation from stored density to stored density, always in double precision inside.
///
/// A frame has the density at all points of its grid, which is the method's state but for the rounding to single precision. The
/// equation is the same in any frame of reference, so that means over blocks of points, at whose middles the grid is shifted, are a
/// state as points are. Particles are no part of it: where they stand does not follow from the density.
final class LandauFrameStepper<Scalar: Real>: FrameStepping {
    let grid: Grid
    private let recipe: Recipe
    private let problem: LandauProblem
    private let timeStep: Double
    private let points: Int
    private var kernel: LandauKernel
    private var stepper: LandauFourierStepper
    private var density: Field<Double>

    init(_ problem: LandauProblem, in recipe: Recipe, points: Int, timeStep: Double) {
        (self.problem, self.recipe, self.points, self.timeStep) = (problem, recipe, points, timeStep)
        let axis = Grid.Axis(count: points, from: 0, to: recipe.length, placement: .cells)
        grid = Grid(Array(repeating: axis, count: problem.equation.dimensions))
        kernel = LandauKernel(strength: problem.equation.strength, exponent: problem.equation.exponent.range.lowerBound)
        stepper = LandauFourierStepper(
            kernel, dimensions: problem.equation.dimensions, points: points, halfWidth: recipe.length / 2, threads: 1)
        density = Field(on: stepper.grid)
    }

    func prepare(_ parameters: [String: Double], of record: SampleRecord?) {
        let wanted = LandauKernel(
            strength: parameters["strength"] ?? kernel.strength, exponent: parameters["gamma"] ?? kernel.exponent)
        guard wanted != kernel else { return }
        kernel = wanted
        stepper = LandauFourierStepper(
            wanted, dimensions: problem.equation.dimensions, points: points, halfWidth: recipe.length / 2, threads: 1)
    }

    func advance(_ field: inout Field<Scalar>) -> Bool {
        for point in 0..<grid.count { density[0, point] = Double(field[0, point]) }
        do throws(LandauStepError) {
            _ = try stepper.cover(&density, timeStep, step: problem.solver.step)
        } catch { return false }
        for point in 0..<grid.count { field[0, point] = Scalar(density[0, point]) }
        return true
    }
}

extension LandauProblem {
    /// The Fourier method on any grid of an even number of points.
    public func frameStepper<Scalar: Real>(
        in recipe: Recipe, resolution: Int, timeStep: Double, channels: [String]
    ) -> (any FrameStepping<Scalar>)? {
        guard resolution >= 8, resolution % 2 == 0, channels == ["density"] else { return nil }
        return LandauFrameStepper<Scalar>(self, in: recipe, points: resolution, timeStep: timeStep)
    }

    /// Refuses exponents and strengths of which there is no kernel.
    public func checkCoefficients(_ parameters: [String: Double], of sample: Int) throws(GenerationError) {
        let allowed: [(name: String, isAllowed: (Double) -> Bool, words: String)] = [
            ("gamma", { (-3...1).contains($0) }, "between -3 and 1"),
            ("strength", { $0 > 0 && $0.isFinite }, "positive numbers"),
        ]
        for (name, isAllowed, words) in allowed {
            guard let value = parameters[name], !isAllowed(value) else { continue }
            throw .coefficient(
                sample: sample, name: name, value: value, allowed: words, equation: LandauEquation.kind)
        }
    }
}
