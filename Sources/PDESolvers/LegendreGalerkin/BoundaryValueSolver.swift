/// Solves boundary value problems of one size, one after the other, on one thread.
///
/// By Legendre–Galerkin methods (`LineGalerkin`, `SquareGalerkin`) and for advection along characteristics
/// (`CharacteristicsAdvection`): exponential accuracy, as solutions of a hundred waves need.
///
/// - Good values: a degree of π × waves of an axis, plus a tenth, plus 40: 500 full waves take 1800, 100 take 400.
public final class BoundaryValueSolver {
    /// The dimensions of all problems.
    public let dimensions: Int
    /// The degree of the polynomials along each axis.
    public let degree: Int
    /// L.
    public let length: Double
    /// Points of the solution along each axis, both ends included.
    public let points: Int
    private lazy var line = LineGalerkin(degree: degree, length: length, points: points)
    private lazy var square = SquareGalerkin(degree: degree, length: length, points: points)
    private lazy var advection = CharacteristicsAdvection(degree: degree, length: length, points: points)

    /// A solver.
    ///
    /// - Parameters:
    ///   - dimensions: 1 or 2.
    ///   - degree: of the polynomials along each axis, at least 2.
    ///   - length: L.
    ///   - points: of the solution along each axis, both ends included, at least 2.
    public init(dimensions: Int, degree: Int, length: Double, points: Int) {
        precondition(dimensions == 1 || dimensions == 2, "dimensions: expected 1 or 2, got \(dimensions)")
        precondition(degree >= 2, "degree: expected at least 2, got \(degree)")
        precondition(points >= 2, "points: expected at least 2, got \(points)")
        self.dimensions = dimensions
        self.degree = degree
        self.length = length
        self.points = points
    }

    /// The solution on the grid.
    ///
    /// - Parameter goesOn: asked before every iteration; false ends the call as the limit of iterations does.
    public func solve(
        _ problem: BoundaryValueProblem, while goesOn: () -> Bool = { true }
    ) -> BoundaryValueSolution {
        precondition(
            problem.dimensions == dimensions && problem.length == length,
            "problem: expected \(dimensions) dimensions of length \(length), got \(problem.dimensions) of \(problem.length)"
        )
        if case .advection(let speed) = problem.equation { return advection.solve(problem, speed: speed) }
        return dimensions == 1 ? line.solve(problem, goesOn) : square.solve(problem, goesOn)
    }
}
