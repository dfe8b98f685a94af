import Foundation
import PDECore
import PDEHybrids
import PDESolvers
import PDETensor
import Testing

@Suite struct PhysicsInformedTests {
    private func line(_ equation: BoundaryValueProblem.Equation, points: Int) -> (GaussianProcessProblem, [Double]) {
        GaussianProcessSolverTests.line(equation, .mixed, scale: 0.05, points: points)
    }

    @Test(arguments: [BoundaryValueProblem.Equation.poisson, .allenCahn])
    func `a network finds slow solutions, the same ones each time`(_ equation: BoundaryValueProblem.Equation) throws {
        let (problem, known) = line(equation, points: 65)
        let solver = PhysicsInformedSolver(steps: 300, iterations: 300)
        let found = try solver.solve(problem)
        let error = GaussianProcessSolverTests.error(found, known)
        #expect(error < 0.05, "\(error)")
        #expect(try solver.solve(problem) == found)
        // What it is after fewer steps is worse: it is the training that finds it.
        let before = try PhysicsInformedSolver(steps: 1, iterations: 0).solve(problem)
        #expect(GaussianProcessSolverTests.error(before, known) > 3 * error)
    }

    @Test func `derivatives are those of the function`() {
        let backend = CPUBackend(threads: 1)
        let network = FourierFeatureNetwork<Double>(
            axes: 2, deviations: [1, 3], scale: 2, seed: 5, on: backend)
        let points = [0.3, 0.7, -0.4, 0.2, 1.1, -0.6]
        func tensor(_ shift: (Double, Double) = (0, 0)) -> Tensor<Double> {
            Tensor(points.enumerated().map { $1 + ($0 % 2 == 0 ? shift.0 : shift.1) }, shape: [3, 2], on: backend)
        }
        let (value, slopes, laplacian) = network.derivatives(at: tensor())
        let h = 1e-3
        let around = [(h, 0.0), (-h, 0), (0, h), (0, -h)].map { network(tensor($0)).values }
        for i in 0..<3 {
            let u = value.values[i]
            #expect(abs(slopes[0].values[i] - (around[0][i] - around[1][i]) / (2 * h)) < 1e-4)
            #expect(abs(slopes[1].values[i] - (around[2][i] - around[3][i]) / (2 * h)) < 1e-4)
            let sum = around.reduce(-4 * u) { $0 + $1[i] }
            #expect(abs(laplacian.values[i] - sum / (h * h)) < 1e-3 * max(1, abs(laplacian.values[i])))
        }
    }

    @Test func `waves are carried on a square`() throws {
        let (problem, known) = GaussianProcessSolverTests.square(
            .advection(speed: MultiscaleSolution.waveSpeed), .wave, scale: 0.03, points: 17)
        let found = try PhysicsInformedSolver(steps: 200, iterations: 100).solve(problem)
        #expect(GaussianProcessSolverTests.error(found, known) < 0.1)
    }

    @Test func `it ends when it is asked to`() throws {
        var asked = 0
        let values = try PhysicsInformedSolver(steps: 1_000_000, iterations: 1_000_000).solve(
            line(.poisson, points: 33).0
        ) {
            asked += 1
            return asked < 5
        }
        #expect(values.count == 33 && values.allSatisfy(\.isFinite) && asked < 20)
    }
}
