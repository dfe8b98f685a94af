import Glibc
import PDEConfig
import PDECore
import PDEHybrids
import PDESolvers

/// Boundary value problems with known solutions, solved by Gaussian processes whose kernel is learned before from others like them.
///
/// Source, boundary values and known solution are rounded to single precision, as in datasets.
package struct SolverBench: Sendable {
    private let equation: BoundaryValueProblem.Equation
    private let known: MultiscaleSolution
    private let points: Int
    private static let length = 2 * Double.pi

    /// What is measured: the published problems, and the largest grid.
    package static let all: [SolverBench] =
        [.sine, .modulated, .growing, .mixed, .parabola].map {
            SolverBench(equation: .poisson, known: $0, points: 4001)
        }
        + [.sine, .mixed].map { SolverBench(equation: .allenCahn, known: $0, points: 4001) }
        + [.product, .sum].map { SolverBench(equation: .poisson, known: $0, points: 401) }
        + [
            SolverBench(equation: .allenCahn, known: .mixedProduct, points: 401),
            SolverBench(
                equation: .advection(speed: MultiscaleSolution.waveSpeed), known: .wave, points: 401),
            SolverBench(equation: .poisson, known: .product, points: 1601),
        ]

    /// A line for each problem, as soon as it is there; kernels are learned once for each number of dimensions.
    ///
    /// - Parameter threads: that kernels are learned on; problems are solved on one.
    /// - Throws: what solving throws.
    package static func measure(threads: Int, _ report: (JSON) -> Void) throws {
        var learned: [Int: (prior: WavePrior, seconds: Double)] = [:]
        for bench in all {
            let dimensions = bench.known.dimensions
            let own = try learned[dimensions] ?? learn(dimensions, threads: threads)
            learned[dimensions] = own
            report(try bench.line(GaussianProcessSolver(own.prior), training: own.seconds))
        }
    }

    /// The kernel of the largest marginal likelihood on eight lines of Poisson problems of other frequencies, and the seconds that it took.
    private static func learn(_ dimensions: Int, threads: Int) throws -> (prior: WavePrior, seconds: Double) {
        let clock = ContinuousClock()
        let kinds = MultiscaleSolution.allCases.filter { $0.dimensions == dimensions && $0 != .wave }
        var stream = RandomStream(seed: 0, index: dimensions, purpose: "bench solver")
        let problems = (0..<8 / dimensions).map { number in
            SolverBench(
                equation: .poisson, known: kinds[number % kinds.count], points: dimensions == 1 ? 4001 : 401
            ).stated(scale: 0.5 + 0.5 * stream.uniform()).problem
        }
        let start = clock.now
        var prior = WavePrior()
        try prior.learn(from: problems, steps: 8, threads: threads)
        return (prior, (clock.now - start) / .seconds(1))
    }

    /// The problem on the grid, its frequencies the published ones times a factor, and its solution.
    private func stated(scale: Double) -> (problem: GaussianProcessProblem, values: [Double]) {
        let axis = (0..<points).map { Self.length * Double($0) / Double(points - 1) }
        let places = known.dimensions == 1 ? axis.map { SIMD2($0, 0) } : axis.flatMap { x in axis.map { SIMD2(x, $0) } }
        var (values, source): ([Double], [Double]) = ([], [])
        for place in places {
            let u = known.derivatives(at: place, scale: scale)
            values.append(Double(Float(u.value)))
            switch equation {
            case .poisson: source.append(Double(Float(u.laplacian)))
            case .allenCahn: source.append(Double(Float(u.laplacian + u.value * (u.value * u.value - 1))))
            case .advection: source.append(0)
            }
        }
        let n = points
        guard known.dimensions == 2 else {
            return (
                GaussianProcessProblem(
                    equation, length: Self.length, source: source, start: .init(.value, [values[0]]),
                    end: .init(.value, [values[n - 1]])), values
            )
        }
        let rows = [0, n - 1].map { Array(values[$0 * n..<($0 + 1) * n]) }
        let columns = [0, n - 1].map { j in (0..<n).map { values[$0 * n + j] } }
        var sides = rows + columns
        if case .advection = equation { sides = [rows[0], columns[0]] }
        return (
            GaussianProcessProblem(
                equation, lengths: [Self.length, Self.length], shape: [n, n], source: source,
                sides: sides.map { .init(.value, $0) }), values
        )
    }

    private func line(_ solver: GaussianProcessSolver, training: Double) throws -> JSON {
        let knowsPeak = ResidentMemory.forgetPeak()
        let before = ResidentMemory.bytes
        let (problem, values) = stated(scale: 1)
        _ = ResidentMemory.forgetPeak()
        let clock = ContinuousClock()
        let start = clock.now
        let solution = try solver.solve(problem)
        let seconds = (clock.now - start) / .seconds(1)
        // In arrays of the grid's size, those of the problem and its known solution among them.
        let peak = ResidentMemory.peakBytes
        var (difference, norm) = (0.0, 0.0)
        for (a, b) in zip(solution.values, values) {
            (difference, norm) = (difference + (a - b) * (a - b), norm + b * b)
        }
        let name =
            switch equation {
            case .poisson: "poisson"
            case .allenCahn: "allen-cahn"
            case .advection: "advection"
            }
        var line: [(String, JSON)] = [
            ("bench", "gp"), ("problem", .string("\(name)-\(known.rawValue)")),
            ("dimensions", .number(known.dimensions)), ("points", .number(points)),
            ("error", .number((difference / norm).squareRoot())), ("train_s", .number(training)),
            ("solve_s", .number(seconds)),
        ]
        if knowsPeak, known.dimensions == 2, let before, let peak {
            line.append(("peak_arrays", .number(Double(max(0, peak - before)) / Double(8 * values.count))))
        }
        return .object(line)
    }
}
