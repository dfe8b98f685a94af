import Foundation
import PDECore
import PDESolvers
import Testing

/// Boundary value problems against known solutions.
@Suite struct LegendreGalerkinTests {
    private func grid(_ points: Int, _ length: Double, _ dimensions: Int) -> [SIMD2<Double>] {
        let axis = (0..<points).map { Double($0) * length / Double(points - 1) }
        return dimensions == 1 ? axis.map { SIMD2($0, 0) } : axis.flatMap { x in axis.map { SIMD2(x, $0) } }
    }

    private func error(
        _ solution: BoundaryValueSolution, _ points: [SIMD2<Double>], _ known: (SIMD2<Double>) -> Double
    ) -> Double {
        let pairs = zip(solution.values, points.map(known))
        let scale = points.map { abs(known($0)) }.max()!
        return pairs.map { abs($0 - $1) }.max()! / scale
    }

    /// A polynomial below the degree is found to round-off, whatever its boundary values.
    @Test func polynomialsAreExact() {
        let line = BoundaryValueSolver(dimensions: 1, degree: 8, length: 3, points: 11)
        let cubic = BoundaryValueProblem(
            .poisson, dimensions: 1, length: 3, source: { 6 * $0.x - 4 },
            boundary: { 1 + 5 * $0.x - 2 * $0.x * $0.x + $0.x * $0.x * $0.x })
        #expect(error(line.solve(cubic), grid(11, 3, 1), cubic.boundary) < 1e-13)
        let square = BoundaryValueSolver(dimensions: 2, degree: 8, length: 2, points: 9)
        let product = BoundaryValueProblem(
            .poisson, dimensions: 2, length: 2, source: { 2 * ($0.y - 1) + 6 * $0.y },
            boundary: { ($0.x * $0.x + 1) * ($0.y - 1) + $0.y * $0.y * $0.y + 3 * $0.x })
        #expect(error(square.solve(product), grid(9, 2, 2), product.boundary) < 1e-12)
    }

    /// Doubling the degree takes the error from large to round-off: faster than any power.
    @Test(arguments: [1, 2])
    func errorsFallExponentially(_ dimensions: Int) {
        let length = 2 * Double.pi
        @Sendable func known(_ p: SIMD2<Double>) -> Double {
            dimensions == 1 ? exp(sin(3 * p.x)) : exp(sin(2 * p.x) + cos(p.y))
        }
        @Sendable func laplacian(_ p: SIMD2<Double>) -> Double {
            if dimensions == 1 { return 9 * known(p) * (pow(cos(3 * p.x), 2) - sin(3 * p.x)) }
            let x = 4 * (pow(cos(2 * p.x), 2) - sin(2 * p.x))
            return known(p) * (x + pow(sin(p.y), 2) - cos(p.y))
        }
        let problem = BoundaryValueProblem(
            .poisson, dimensions: dimensions, length: length, source: laplacian, boundary: known)
        let errors = [16, 32, 64, 128].map { degree in
            let solver = BoundaryValueSolver(dimensions: dimensions, degree: degree, length: length, points: 33)
            return error(solver.solve(problem), grid(33, length, dimensions), known)
        }
        let slopes = zip(errors, errors.dropFirst()).prefix(2).map { log2($0 / $1) }
        #expect(slopes[1] > slopes[0] + 2, "\(errors)")
        #expect(errors[3] < 1e-10, "\(errors)")
    }

    /// The published solutions of Poisson's and the Allen–Cahn equation, from nothing but source and boundary.
    @Test(arguments: [MultiscaleSolution.sine, .modulated, .mixed], [true, false])
    func publishedProblemsOnTheInterval(_ solution: MultiscaleSolution, _ isNonlinear: Bool) {
        check(solution, isNonlinear, degree: 440, points: 301, bound: 1e-10)
    }

    @Test func steepProblemsOnTheInterval() {
        check(.growing, false, degree: 780, points: 801, bound: 1e-9)
        check(.parabola, false, degree: 1800, points: 1601, bound: 1e-9)
    }

    @Test func publishedProblemsOnTheSquare() {
        check(.sum, false, degree: 140, points: 101, bound: 1e-9)
        check(.sum, true, degree: 140, points: 101, bound: 1e-9)
        check(.product, true, degree: 200, points: 101, bound: 1e-9, scale: 0.4)
        check(.mixedProduct, false, degree: 200, points: 101, bound: 1e-9, scale: 0.4)
    }

    private func check(
        _ solution: MultiscaleSolution, _ isNonlinear: Bool, degree: Int, points: Int, bound: Double, scale: Double = 1
    ) {
        let length = 2 * Double.pi
        let problem = BoundaryValueProblem(
            isNonlinear ? .allenCahn : .poisson, dimensions: solution.dimensions, length: length,
            source: { point in
                let u = solution.derivatives(at: point, scale: scale)
                return u.laplacian + (isNonlinear ? u.value * (u.value * u.value - 1) : 0)
            }, boundary: { solution.derivatives(at: $0, scale: scale).value })
        let solver = BoundaryValueSolver(
            dimensions: solution.dimensions, degree: degree, length: length, points: points)
        let found = solver.solve(problem)
        #expect(found.outcome == .converged && (found.newtonSteps > 0) == isNonlinear)
        #expect(
            error(found, grid(points, length, solution.dimensions)) {
                solution.derivatives(at: $0, scale: scale).value
            } < bound, "\(solution): \(found.newtonSteps) steps, residual \(found.residual)")
    }

    /// A wave runs in from two sides; with a source, the integral along the characteristic is added.
    @Test func advectionFollowsItsCharacteristics() {
        let (length, speed) = (2 * Double.pi, 1.7)
        @Sendable func known(_ p: SIMD2<Double>) -> Double { sin(5 * (p.x - speed * p.y)) + cos(3 * p.x) * p.y }
        let problem = BoundaryValueProblem(
            .advection(speed: speed), dimensions: 2, length: length,
            source: { cos(3 * $0.x) - 3 * speed * sin(3 * $0.x) * $0.y }, boundary: known)
        let solver = BoundaryValueSolver(dimensions: 2, degree: 60, length: length, points: 41)
        #expect(error(solver.solve(problem), grid(41, length, 2), known) < 1e-12)
    }

    /// The derivatives of every solution agree with differences.
    @Test(arguments: MultiscaleSolution.allCases)
    func derivativesAreThoseOfTheFormula(_ solution: MultiscaleSolution) {
        let (point, scale, h) = (SIMD2(1.3, 0.7), 0.01, 1e-4)
        func u(_ dx: Double, _ dy: Double) -> Double {
            solution.derivatives(at: point + SIMD2(dx, dy), scale: scale).value
        }
        let exact = solution.derivatives(at: point, scale: scale)
        #expect(abs((u(h, 0) - u(-h, 0)) / (2 * h) - exact.x) < 1e-6)
        #expect(abs((u(0, h) - u(0, -h)) / (2 * h) - exact.y) < 1e-6)
        let laplacian = (u(h, 0) + u(-h, 0) + u(0, h) + u(0, -h) - 4 * u(0, 0)) / (h * h)
        #expect(abs(laplacian - exact.laplacian) < 1e-4)
    }

    /// Numbers that are not finite are said, and nothing hangs.
    @Test(arguments: [1, 2], [true, false])
    func sourcesThatAreNotFiniteAreSaid(_ dimensions: Int, _ isNonlinear: Bool) {
        let problem = BoundaryValueProblem(
            isNonlinear ? .allenCahn : .poisson, dimensions: dimensions, length: 1, source: { _ in .nan },
            boundary: { _ in 0 })
        let solver = BoundaryValueSolver(dimensions: dimensions, degree: 8, length: 1, points: 5)
        #expect(solver.solve(problem).outcome == .notFinite)
    }

    /// A nonlinear problem far from any solution ends with words.
    @Test func hopelessProblemsEnd() {
        let problem = BoundaryValueProblem(
            .allenCahn, dimensions: 1, length: 2 * .pi, source: { 1e6 * sin(3 * $0.x) + 1e7 }, boundary: { _ in 50 })
        let solver = BoundaryValueSolver(dimensions: 1, degree: 24, length: 2 * .pi, points: 5)
        let found = solver.solve(problem)
        #expect(found.outcome == .iterationLimit || found.outcome == .stagnated, "\(found.outcome)")
        #expect(found.residual > 1e-9 && found.values.allSatisfy(\.isFinite))
    }
}
