/// Solves boundary value problems of one size by finite differences on a uniform grid, one after the other, on one thread.
///
/// Poisson's and the Allen–Cahn equation by the second difference, of second order, or by compact differences of fourth order
/// (`LineDifferences`, `SquareDifferences`); advection by the box scheme (`BoxScheme`).
///
/// - Good values: forty points in the shortest wave leave an error of 2e-3 at second order and 3e-6 at fourth.
/// - Signs of failure: an error that does not fall with the spacing: too few points a wave, or, below 1e-9 or so, round-off, which
///   grows with the square of the number of points.
public final class DifferenceSolver {
    /// How fast the error falls with the spacing.
    public enum Order: Int, CaseIterable, Sendable {
        /// By its square.
        case second = 2
        /// By its fourth power.
        case fourth = 4
    }

    /// The order.
    public let order: Order
    /// The dimensions of all problems.
    public let dimensions: Int
    /// L.
    public let length: Double
    /// Points of the solution along each axis, both ends included, and intervals of the scheme's grid between two of them.
    public let points, refinement: Int
    private lazy var square = SquareDifferences(order, length: length, intervals: intervals)

    /// A solver.
    ///
    /// - Parameters:
    ///   - dimensions: 1 or 2.
    ///   - length: L.
    ///   - points: of the solution along each axis, both ends included, at least 3.
    ///   - refinement: how many times finer the grid is on which it is solved.
    public init(_ order: Order, dimensions: Int, length: Double, points: Int, refinement: Int = 1) {
        precondition(dimensions == 1 || dimensions == 2, "dimensions: expected 1 or 2, got \(dimensions)")
        precondition(points >= 3, "points: expected at least 3, got \(points)")
        precondition(refinement >= 1, "refinement: expected at least 1, got \(refinement)")
        (self.order, self.dimensions, self.length) = (order, dimensions, length)
        (self.points, self.refinement) = (points, refinement)
    }

    /// Intervals of the grid along each axis.
    public var intervals: Int { refinement * (points - 1) }

    /// The solution at the points, x slowest.
    ///
    /// - Parameter goesOn: asked before every Newton step; false ends the call as the limit of steps does.
    public func solve(
        _ problem: BoundaryValueProblem, while goesOn: () -> Bool = { true }
    ) -> BoundaryValueSolution {
        precondition(
            problem.dimensions == dimensions && problem.length == length,
            "problem: expected \(dimensions) dimensions of length \(length), got \(problem.dimensions) of \(problem.length)"
        )
        let state: NewtonState
        if case .advection(let speed) = problem.equation {
            state = NewtonState(coefficients: transported(problem, speed: speed))
        } else if dimensions == 1 {
            state = LineDifferences(order, intervals: intervals).solve(problem, goesOn)
        } else {
            state = square.solve(problem, goesOn)
        }
        return state.solution(picked(state.coefficients, every: refinement), tail: 0)
    }

    /// Of fourth order by extrapolation, as the box scheme's error is a series in squares of the spacing (L. F. Richardson, 1911), but
    /// for the line from the corner, where its coefficients have a kink and the error falls by h^{8/3}.
    private func transported(_ problem: BoundaryValueProblem, speed: Double) -> [Double] {
        let coarse = BoxScheme(intervals: intervals).solve(problem, speed: speed)
        guard order == .fourth else { return coarse }
        let fine = picked(BoxScheme(intervals: 2 * intervals).solve(problem, speed: speed), every: 2)
        return zip(coarse, fine).map { (4 * $1 - $0) / 3 }
    }

    /// Every so many points of a grid along each axis.
    private func picked(_ values: [Double], every step: Int) -> [Double] {
        guard step > 1 else { return values }
        if dimensions == 1 { return stride(from: 0, to: values.count, by: step).map { values[$0] } }
        let side = Int(Double(values.count).squareRoot().rounded())
        return stride(from: 0, to: side, by: step).flatMap { i in
            stride(from: 0, to: side, by: step).map { values[i * side + $0] }
        }
    }
}
