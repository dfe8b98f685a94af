import Foundation
import PDESolvers
import Testing

/// Finite differences of boundary value problems against known solutions.
@Suite struct DifferenceSolverTests {
    private func error(_ problem: BoundaryValueProblem, _ order: DifferenceSolver.Order, refinement: Int) -> Double {
        let solver = DifferenceSolver(
            order, dimensions: problem.dimensions, length: problem.length, points: 17, refinement: refinement)
        let solution = solver.solve(problem)
        #expect(solution.outcome == .converged)
        let axis = (0..<17).map { Double($0) * problem.length / 16 }
        let points =
            problem.dimensions == 1 ? axis.map { SIMD2($0, 0) } : axis.flatMap { x in axis.map { SIMD2(x, $0) } }
        return zip(solution.values, points).map { abs($0 - problem.boundary($1)) }.max()!
    }

    /// −∇² of it is a multiple of it, so that its square's size tells the reaction.
    private func problem(_ equation: BoundaryValueProblem.Equation, _ dimensions: Int) -> BoundaryValueProblem {
        @Sendable func u(_ p: SIMD2<Double>) -> Double {
            dimensions == 1 ? sin(3 * p.x + 0.4) : sin(3 * p.x + 0.4) * cos(2 * p.y)
        }
        return BoundaryValueProblem(
            equation, dimensions: dimensions, length: 2,
            source: { p in
                let value = u(p)
                return switch equation {
                case .poisson: -(dimensions == 1 ? 9 : 13) * value
                case .allenCahn: -(dimensions == 1 ? 9 : 13) * value + value * (value * value - 1)
                case .advection(let speed):
                    speed * 3 * cos(3 * p.x + 0.4) * cos(2 * p.y) - 2 * sin(3 * p.x + 0.4) * sin(2 * p.y)
                }
            }, boundary: u)
    }

    @Test(arguments: [1, 2], [BoundaryValueProblem.Equation.poisson, .allenCahn])
    func `errors fall by the scheme's order`(_ dimensions: Int, _ equation: BoundaryValueProblem.Equation) {
        for order in DifferenceSolver.Order.allCases {
            let stated = problem(equation, dimensions)
            let (coarse, fine) = (error(stated, order, refinement: 2), error(stated, order, refinement: 4))
            let slope = log2(coarse / fine)
            #expect(abs(slope - Double(order.rawValue)) < 0.1, "order \(order.rawValue): \(coarse) \(fine)")
        }
    }

    /// The error of the box scheme has a kink on the line from the corner, where the extrapolated one falls by h^{8/3} only.
    @Test(arguments: [0.3, 2.5]) func `advection is of second order, and better extrapolated`(_ speed: Double) {
        let stated = problem(.advection(speed: speed), 2)
        for (order, expected) in [(DifferenceSolver.Order.second, 2), (.fourth, 8.0 / 3)] {
            let slope = log2(error(stated, order, refinement: 2) / error(stated, order, refinement: 4))
            #expect(abs(slope - expected) < 0.2, "order \(order.rawValue): \(slope)")
        }
    }

    @Test func `polynomials up to the order are exact`() {
        let cubic = BoundaryValueProblem(
            .poisson, dimensions: 1, length: 3, source: { 6 * $0.x - 4 },
            boundary: { 1 + 5 * $0.x - 2 * $0.x * $0.x + $0.x * $0.x * $0.x })
        #expect(error(cubic, .second, refinement: 1) < 1e-12 && error(cubic, .fourth, refinement: 1) < 1e-12)
    }
}
