import Glibc

/// A problem on the interval or the square [0, L]^d with the solution given on the boundary, or for advection where the flow
/// comes in.
///
/// - `poisson`: ∇²u = f
/// - `allenCahn`: ∇²u + u(u² − 1) = f
/// - `advection`: c ∂u/∂x + ∂u/∂y = f, in two dimensions, u given at x = 0 and y = 0; y is time
public struct BoundaryValueProblem: Sendable {
    /// The equations.
    public enum Equation: Hashable, Sendable {
        case poisson
        case allenCahn
        /// With the speed c ≥ 0.
        case advection(speed: Double)
    }

    /// The equation.
    public let equation: Equation
    /// 1 or 2.
    public let dimensions: Int
    /// L.
    public let length: Double
    /// f at (x, y); y is 0 in one dimension.
    public let source: @Sendable (SIMD2<Double>) -> Double
    /// u at points of the boundary.
    public let boundary: @Sendable (SIMD2<Double>) -> Double

    /// A problem.
    public init(
        _ equation: Equation, dimensions: Int, length: Double, source: @escaping @Sendable (SIMD2<Double>) -> Double,
        boundary: @escaping @Sendable (SIMD2<Double>) -> Double
    ) {
        precondition(dimensions == 1 || dimensions == 2, "dimensions: expected 1 or 2, got \(dimensions)")
        precondition(length > 0 && length.isFinite, "length: expected more than 0, got \(length)")
        if case .advection(let speed) = equation {
            precondition(dimensions == 2, "dimensions: expected 2 for advection, got \(dimensions)")
            precondition(speed >= 0 && speed.isFinite, "speed: expected at least 0, got \(speed)")
        }
        self.equation = equation
        self.dimensions = dimensions
        self.length = length
        self.source = source
        self.boundary = boundary
    }
}

/// The solution of a boundary value problem on a uniform grid, and how it was found.
public struct BoundaryValueSolution: Sendable {
    /// u at the grid's points, both ends of every axis included, x slowest.
    public let values: [Double]
    /// How it ended.
    public let outcome: SolveOutcome
    /// Newton's steps, 0 of linear problems.
    public let newtonSteps: Int
    /// Iterations of the linear solver within them, 0 where systems are solved directly.
    public let iterations: Int
    /// ‖F(c)‖/‖F(0)‖ of the coefficients' equations; 0 where the solution is a quadrature.
    public let residual: Double
    /// Share of the squared coefficients in the highest tenth of the degrees: well above round-off², the degree is too low.
    public let spectralTail: Double
}
