import Glibc
import PDECore
import PDESolvers

/// Solves boundary value problems of high and of many frequencies by conditioning a Gaussian process on source and boundary values.
///
/// **Method.** The kernel along an axis is a mixture of waves (`WavePrior`) whose frequencies are the peaks of the source's own spectrum.
/// What is given on the boundary is satisfied exactly, by polynomials across the axis whose size the prior leaves open. On an interval
/// the rest is symmetric collocation in the space of weights: one QR factorisation of the equation's operator on the kernel's
/// features. On a rectangle the kernel is a product over the axes, and the equation a Sylvester equation that two eigendecompositions
/// solve (`SquareProcess`). Allen–Cahn's equation is solved by Newton's method around the same factorisations, advection slab by slab
/// in time. No covariance of points is ever formed, whose Toeplitz structure on uniform grids others use: of n points and r features
/// the features take O(nr) and the factorisation O(nr²), at the root of the covariance's condition.
///
/// **What to expect.** Errors of 1e-8 to 1e-6 for sums of waves of smooth amplitude with any frequency below two points a wave, where the
/// source is stored in single precision; the error is that of the source's rounding. **Signs of failure**: a `residual` far above
/// `prior.noise` and deviations as large as the solution: the source is not such a sum, as with kinks and jumps.
///
/// Sources: S. Fang et al., "Solving high frequency and multi-scale PDEs with Gaussian processes" (ICLR 2024), whose kernel this is; T.
/// Graepel, "Solving noisy linear operator equations by Gaussian processes" (ICML 2003), eq. 12, for conditioning on an equation.
public struct GaussianProcessSolver: Sendable {
    /// What is believed of solutions before.
    public var prior: WavePrior
    /// What posterior deviations are multiplied by, from a calibration.
    public var deviationScale: Double
    /// Frequencies that are known to be there, along every axis, beside those that are visible.
    public var frequencies: [Double]

    /// A solver.
    public init(_ prior: WavePrior = WavePrior(), deviationScale: Double = 1, frequencies: [Double] = []) {
        (self.prior, self.deviationScale, self.frequencies) = (prior, deviationScale, frequencies)
    }

    /// The solution on the grid.
    ///
    /// - Parameter goesOn: asked before each of Newton's steps; false ends the call as the limit of iterations does.
    /// - Throws: `GaussianProcessError` for data that do not fit together, `LinearAlgebraError`.
    public func solve(
        _ problem: GaussianProcessProblem, while goesOn: () -> Bool = { true }
    ) throws -> GaussianProcessSolution {
        try check(problem)
        var solution: GaussianProcessSolution =
            switch (problem.equation, problem.shape.count) {
            case (.advection(let speed), _): try AdvectionProcess(self, problem, speed: speed).solve()
            case (_, 1): try LineProcess(self, problem).solve(while: goesOn)
            default: try SquareProcess(self, problem).solve(while: goesOn)
            }
        // What is compared with is stored as the source is.
        for i in solution.values.indices {
            let rounding = prior.noise * abs(solution.values[i])
            solution.deviations[i] =
                deviationScale * (solution.deviations[i] * solution.deviations[i] + rounding * rounding).squareRoot()
        }
        return solution
    }

    private func check(_ problem: GaussianProcessProblem) throws(GaussianProcessError) {
        let axes = problem.shape.count
        func refuse(_ problem: String, _ remedy: String) -> GaussianProcessError {
            .data(problem: problem, remedy: remedy)
        }
        guard axes == 1 || axes == 2, problem.lengths.count == axes else {
            throw refuse(
                "it has \(axes) axes and \(problem.lengths.count) lengths", "Give one or two axes with a length each.")
        }
        guard problem.shape.allSatisfy({ $0 >= 8 }), problem.source.count == problem.shape.reduce(1, *) else {
            throw refuse(
                "the source has \(problem.source.count) values on a grid of \(problem.shape)",
                "Give a value for each point, and 8 points or more along each axis.")
        }
        var isAdvection = false
        if case .advection(let speed) = problem.equation {
            isAdvection = true
            guard axes == 2, speed > 0 else {
                throw refuse("advection at speed \(speed) on \(axes) axes", "Give two axes and a speed of more than 0.")
            }
        }
        guard problem.sides.count == (isAdvection ? 2 : 2 * axes) else {
            throw refuse(
                "there are \(problem.sides.count) sides", "Give \(isAdvection ? 2 : 2 * axes), starts before ends.")
        }
        for (place, side) in problem.sides.enumerated() {
            let axis = isAdvection ? place : place / 2
            let count = axes == 1 ? 1 : problem.shape[1 - axis]
            guard side.values.count == count, side.values.allSatisfy(\.isFinite) else {
                throw refuse(
                    "side \(place) has \(side.values.count) values, or one that is no number",
                    "Give \(count) finite values.")
            }
        }
        guard problem.source.allSatisfy(\.isFinite) else {
            throw refuse("the source has a value that is no number", "Look at what made it.")
        }
        guard problem.equation != .poisson || problem.sides.contains(where: { $0.condition == .value }) else {
            throw refuse(
                "slopes are given on all sides, which leaves the solution's mean open",
                "Give values on one side or more.")
        }
        guard !isAdvection || problem.sides.allSatisfy({ $0.condition == .value }) else {
            throw refuse("a slope is given where the flow comes in", "Give values there.")
        }
        for axis in 0..<axes {
            let limit = Self.limit(problem, axis)
            guard let high = frequencies.first(where: { $0 > limit }) else { continue }
            throw .frequency(
                high, axis: axis, points: problem.shape[axis],
                enough: Int((high * problem.lengths[axis] / .pi).rounded(.up)) + 2)
        }
    }

    /// The highest frequency that an axis' points resolve: two points a wave.
    static func limit(_ problem: GaussianProcessProblem, _ axis: Int) -> Double {
        .pi * Double(problem.shape[axis] - 1) / problem.lengths[axis]
    }
}

/// The root mean square.
func rootMeanSquare(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    return (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}
