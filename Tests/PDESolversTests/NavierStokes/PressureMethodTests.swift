import CAllocationCounter
import PDEConfig
import PDECore
import PDEGeometry
import PDESolvers
import Testing

/// Over-relaxation for the pressure, as a program of its own would write it.
private struct RelaxedPressure: PressureMethod {
    static let kind = "relaxed"
    var sweeps = 4000

    func summary(_ number: (Double) -> String) -> String { "relaxed" }

    func makeSolver<Scalar: Real>(for openings: FaceOpenings, of scalar: Scalar.Type) -> any PressureSolver<Scalar> {
        Solver(openings, sweeps)
    }

    private final class Solver<Scalar: Real>: PressureSolver {
        let grid: PressureGrid
        private let sweeps: Int
        /// Weights to the left, right, below and above, and their sum; a face on a Dirichlet side counts twice in it.
        private var weights: [[Scalar]]
        private var sums: [Scalar]

        init(_ openings: FaceOpenings, _ sweeps: Int) {
            grid = openings.grid
            self.sweeps = sweeps
            let (nx, ny) = (grid.columns, grid.rows)
            let (x, y) = (1 / (grid.dx * grid.dx), 1 / (grid.dy * grid.dy))
            weights = Array(repeating: Array(repeating: 0, count: grid.count), count: 4)
            sums = Array(repeating: 0, count: grid.count)
            for cell in 0..<grid.count {
                let (i, j) = (cell % nx, cell / nx)
                if i > 0 { weights[0][cell] = Scalar(x * openings.right[cell - 1]) }
                if i + 1 < nx { weights[1][cell] = Scalar(x * openings.right[cell]) }
                if j > 0 { weights[2][cell] = Scalar(y * openings.upper[cell - nx]) }
                if j + 1 < ny { weights[3][cell] = Scalar(y * openings.upper[cell]) }
                sums[cell] = weights.reduce(0) { $0 + $1[cell] }
                if i + 1 == nx, grid.right == .dirichlet { sums[cell] += Scalar(2 * x * openings.right[cell]) }
            }
        }

        func solve(
            _ rightHandSide: UnsafeMutablePointer<Scalar>, into p: UnsafeMutablePointer<Scalar>
        ) -> PressureReport {
            let (nx, count) = (grid.columns, grid.count)
            for cell in 0..<count { p[cell] = 0 }
            for _ in 0..<sweeps {
                for cell in 0..<count where sums[cell] > 0 {
                    var sum = -rightHandSide[cell]
                    if weights[0][cell] > 0 { sum += weights[0][cell] * p[cell - 1] }
                    if weights[1][cell] > 0 { sum += weights[1][cell] * p[cell + 1] }
                    if weights[2][cell] > 0 { sum += weights[2][cell] * p[cell - nx] }
                    if weights[3][cell] > 0 { sum += weights[3][cell] * p[cell + nx] }
                    p[cell] += Scalar(1.8) * (sum / sums[cell] - p[cell])
                }
            }
            return PressureReport(residual: 0, imbalance: 0, iterations: sweeps)
        }
    }
}

/// Ways to solve for the pressure, a program's own among them.
@Suite struct PressureMethodTests {
    private func flow(
        _ method: any PressureMethod, _ family: FlowFamily = .channel(), _ bodies: FlowCases.Bodies = .circle
    ) -> (values: [Double], divergence: Double, allocations: Int, iterations: Int) {
        let stepper = FlowStepper<Double>(
            family, in: Geometry(bodies.shapes, on: FlowCases.cells(24, 24)), reynolds: 150, pressure: method)
        var state = stepper.restingState()
        let iterations = stepper.advance(&state, over: 0.04, control: .fixed(0.01))?.pressureIterations ?? -1
        let before = allocation_count()
        stepper.advance(&state)
        let allocations = Int(allocation_count() - before)
        return (
            FlowCases.values(stepper, state), FlowCases.largestDivergence(stepper, state), allocations,
            iterations
        )
    }

    @Test(arguments: FlowCases.Bodies.allCases) func allGiveTheSameFlow(_ bodies: FlowCases.Bodies) {
        let direct = flow(DirectPressure(), .channel(), bodies)
        for method in [
            IterativePressure(), RelaxedPressure(), DirectPressure(closedFaceLimit: 0),
            IterativePressure(preconditioner: .multigrid), IterativePressure(preconditioner: .incompleteCholesky),
        ] as [any PressureMethod] {
            let other = flow(method, .channel(), bodies)
            #expect(other.divergence < 1e-8, "\(method)")
            #expect(other.allocations == 0, "\(method)")
            let largest = zip(direct.values, other.values).map { abs($0 - $1) }.max()!
            #expect(largest < 1e-8, "\(method) \(largest)")
        }
        #expect(direct.iterations == 0 && flow(IterativePressure(), .channel(), bodies).iterations > 0)
    }

    /// Bodies, rings and single cells, with and without an outlet, by both kinds of multigrid.
    @Test(arguments: PressureProblems.Geometry.allCases)
    func multigridSolvesForThePressure(_ geometry: PressureProblems.Geometry) throws {
        for outlet in [PressureBoundary.dirichlet, .neumann] {
            for (columns, rows) in [(48, 33), (64, 64)] {
                let grid = PressureProblems.grid(
                    columns, rows, (.neumann, outlet), (.neumann, .neumann), height: 0.7)
                let solid = geometry.solid(grid)
                let f: [Double] = PressureProblems.random(grid.count)
                for preconditioner in [.multigrid, AlgebraicMultigridCycle()] as [any PoissonPreconditioner] {
                    let solver = IterativePressure(preconditioner: preconditioner).makeSolver(
                        for: FaceOpenings(grid, solid: solid), of: Double.self)
                    let (p, report) = solver.solution(f)
                    #expect(PressureProblems.residual(grid, solid, p, f) <= 1e-11, "\(report)")
                    #expect(report.residual <= 1e-11 && report.iterations > 0)
                    #expect(report.iterations <= (geometry == .scattered ? 30 : 20), "\(geometry) \(report)")
                }
            }
        }
    }

    @Test func aToleranceIsKept() {
        let loose = flow(IterativePressure(tolerance: 1e-2))
        #expect(loose.divergence > 1e-6 && loose.iterations < flow(IterativePressure()).iterations)
    }

    @Test func theyAreKinds() throws {
        func decoded(_ text: String) throws -> OneOf<PressureMethods> {
            try StrictDecoder(kinds: Kinds([RelaxedPressure.self])).decode(
                OneOf<PressureMethods>.self, from: JSON.parse(text, file: "pressure"))
        }
        #expect(try decoded(#"{"kind": "relaxed", "sweeps": 7}"#) == OneOf(wrappedValue: RelaxedPressure(sweeps: 7)))
        #expect(try decoded(#""direct""#) == OneOf(wrappedValue: DirectPressure()))
        let multigrid = OneOf<PressureMethods>(wrappedValue: IterativePressure(preconditioner: .multigrid))
        #expect(try decoded(#"{"kind": "conjugate-gradients", "preconditioner": "multigrid"}"#) == multigrid)
        #expect(
            try StrictDecoder().decode(OneOf<PressureMethods>.self, from: StrictEncoder().encode(multigrid))
                == multigrid)
        let error = #expect(throws: ConfigurationError.self) { try decoded(#"{"kind": "direct", "tolerance": 1e-3}"#) }
        #expect(
            try #require(error?.description).contains(
                #""direct" has no such key, but "conjugate-gradients" has"#), "\(error!)")
    }
}
