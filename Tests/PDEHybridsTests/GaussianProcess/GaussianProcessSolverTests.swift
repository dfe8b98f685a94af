import CAllocationCounter
import Foundation
import PDECore
import PDEHybrids
import PDESolvers
import Testing

@Suite struct GaussianProcessSolverTests {
    static let length = 2 * Double.pi

    /// As numbers stored in single precision.
    static func stored(_ value: Double) -> Double { Double(Float(value)) }

    static func line(
        _ equation: BoundaryValueProblem.Equation, _ known: MultiscaleSolution, scale: Double, points: Int
    ) -> (problem: GaussianProcessProblem, values: [Double]) {
        let derivatives = (0..<points).map {
            known.derivatives(at: SIMD2(length * Double($0) / Double(points - 1), 0), scale: scale)
        }
        let values = derivatives.map { stored($0.value) }
        let source = derivatives.map { u in
            stored(u.laplacian + (equation == .allenCahn ? u.value * (u.value * u.value - 1) : 0))
        }
        return (
            GaussianProcessProblem(
                equation, length: length, source: source, start: .init(.value, [values[0]]),
                end: .init(.value, [values[points - 1]])), values
        )
    }

    static func square(
        _ equation: BoundaryValueProblem.Equation, _ known: MultiscaleSolution, scale: Double, points: Int
    ) -> (problem: GaussianProcessProblem, values: [Double]) {
        let axis = (0..<points).map { length * Double($0) / Double(points - 1) }
        let derivatives = axis.flatMap { x in axis.map { known.derivatives(at: SIMD2(x, $0), scale: scale) } }
        let values = derivatives.map { stored($0.value) }
        let source = derivatives.map { u in
            switch equation {
            case .poisson: stored(u.laplacian)
            case .allenCahn: stored(u.laplacian + u.value * (u.value * u.value - 1))
            case .advection: 0.0
            }
        }
        func row(_ i: Int) -> [Double] { (0..<points).map { values[i * points + $0] } }
        func column(_ j: Int) -> [Double] { (0..<points).map { values[$0 * points + j] } }
        var sides = [row(0), row(points - 1), column(0), column(points - 1)]
        if case .advection = equation { sides = [row(0), column(0)] }
        return (
            GaussianProcessProblem(
                equation, lengths: [length, length], shape: [points, points], source: source,
                sides: sides.map { .init(.value, $0) }), values
        )
    }

    static func error(_ values: [Double], _ known: [Double]) -> Double {
        let square = zip(values, known).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (square / known.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }

    @Test(arguments: MultiscaleSolution.allCases.filter { $0.dimensions == 1 }, [1, 0.73])
    func `Poisson problems on an interval are solved to a millionth`(_ known: MultiscaleSolution, scale: Double) throws
    {
        let (problem, values) = Self.line(.poisson, known, scale: scale, points: 4001)
        let solution = try GaussianProcessSolver().solve(problem)
        // The source's rounding in single precision is worth 1e-5 where its mean is a hundred-thousandth of its size.
        #expect(Self.error(solution.values, values) < (known == .parabola && scale < 1 ? 3e-5 : 1e-6))
        #expect(solution.residual < 1e-7 && solution.outcome == .converged)
    }

    @Test(arguments: [MultiscaleSolution.sine, .modulated, .mixed])
    func `Allen–Cahn problems on an interval are solved to a millionth`(_ known: MultiscaleSolution) throws {
        let (problem, values) = Self.line(.allenCahn, known, scale: 1, points: 4001)
        let solution = try GaussianProcessSolver().solve(problem)
        #expect(Self.error(solution.values, values) < 1e-6 && solution.newtonSteps > 0)
    }

    @Test(arguments: [(MultiscaleSolution.product, 1e-5), (.sum, 1e-5), (.mixedProduct, 1e-3)], [1, 0.69])
    func `Poisson problems on a square are solved`(_ known: (MultiscaleSolution, Double), scale: Double) throws {
        let (problem, values) = Self.square(.poisson, known.0, scale: scale, points: 401)
        let solution = try GaussianProcessSolver().solve(problem)
        #expect(Self.error(solution.values, values) < known.1)
    }

    @Test(arguments: [(MultiscaleSolution.product, 1e-5), (.sum, 1e-5), (.mixedProduct, 1e-3)])
    func `Allen–Cahn problems on a square are solved`(_ known: (MultiscaleSolution, Double)) throws {
        let (problem, values) = Self.square(.allenCahn, known.0, scale: 1, points: 401)
        let solution = try GaussianProcessSolver().solve(problem)
        #expect(Self.error(solution.values, values) < known.1)
    }

    @Test(arguments: [MultiscaleSolution.product, .mixedProduct])
    func `a square takes less memory than a dozen arrays of its size`(_ known: MultiscaleSolution) throws {
        let (problem, _) = Self.square(.poisson, known, scale: 1, points: 801)
        let before = allocation_live_bytes()
        allocation_forget_peak()
        _ = try GaussianProcessSolver().solve(problem)
        let arrays = Double(allocation_peak_bytes() - before) / Double(8 * problem.source.count)
        // Two more are the source and what its user compares with.
        #expect(arrays < 10 && arrays > 2, "\(arrays)")
    }

    @Test(arguments: [1, 0.61]) func `waves are carried in space and time`(_ scale: Double) throws {
        let equation = BoundaryValueProblem.Equation.advection(speed: MultiscaleSolution.waveSpeed)
        let (problem, values) = Self.square(equation, .wave, scale: scale, points: 401)
        let solution = try GaussianProcessSolver().solve(problem)
        #expect(Self.error(solution.values, values) < 1e-3)
    }

    @Test func `what flows in later changes nothing before`() throws {
        let equation = BoundaryValueProblem.Equation.advection(speed: MultiscaleSolution.waveSpeed)
        var (problem, _) = Self.square(equation, .wave, scale: 0.5, points: 201)
        let before = try GaussianProcessSolver().solve(problem).values
        for j in 101..<201 { problem.sides[0].values[j] += sin(0.1 * Double(j - 100)) }
        let after = try GaussianProcessSolver().solve(problem).values
        for i in 0..<201 {
            for j in 0...100 { #expect(before[i * 201 + j] == after[i * 201 + j]) }
        }
        #expect(before != after)
    }

    @Test(arguments: [(BoundaryCondition.slope, BoundaryCondition.value), (.value, .slope)])
    func `slopes and values are given on either end`(_ conditions: (BoundaryCondition, BoundaryCondition)) throws {
        let k = 20.3
        let points = (0..<801).map { 3 * Double($0) / 800 }
        func given(_ condition: BoundaryCondition, _ x: Double) -> GaussianProcessProblem.Side {
            .init(condition, [condition == .value ? sin(k * x + 1) + x : k * cos(k * x + 1) + 1])
        }
        let problem = GaussianProcessProblem(
            .poisson, length: 3, source: points.map { -k * k * sin(k * $0 + 1) }, start: given(conditions.0, 0),
            end: given(conditions.1, 3))
        let solution = try GaussianProcessSolver().solve(problem)
        #expect(Self.error(solution.values, points.map { sin(k * $0 + 1) + $0 }) < 1e-8)
    }

    @Test func `slopes and values are given on sides of a rectangle of two lengths`() throws {
        let (k, l) = (17.0, 9.3)
        let (x, y) = ((0..<161).map { 2 * Double($0) / 160 }, (0..<121).map { 3 * Double($0) / 120 })
        func u(_ x: Double, _ y: Double) -> Double { sin(k * x + 0.4) * cos(l * y) + x * y }
        let problem = GaussianProcessProblem(
            .poisson, lengths: [2, 3], shape: [161, 121],
            source: x.flatMap { x in y.map { -(k * k + l * l) * sin(k * x + 0.4) * cos(l * $0) } },
            sides: [
                .init(.slope, y.map { k * cos(0.4) * cos(l * $0) + $0 }), .init(.value, y.map { u(2, $0) }),
                .init(.value, x.map { u($0, 0) }), .init(.slope, x.map { -l * sin(k * $0 + 0.4) * sin(3 * l) + $0 }),
            ])
        let solution = try GaussianProcessSolver().solve(problem)
        #expect(Self.error(solution.values, x.flatMap { x in y.map { u(x, $0) } }) < 1e-4)
    }

    @Test func `without a source the solution is what the boundary gives`() throws {
        let problem = GaussianProcessProblem(
            .poisson, length: 2, source: [Double](repeating: 0, count: 101), start: .init(.value, [1]),
            end: .init(.value, [5]))
        let solution = try GaussianProcessSolver().solve(problem)
        for (i, value) in solution.values.enumerated() { #expect(abs(value - (1 + 0.04 * Double(i))) < 1e-12) }
        var square = problem
        (square.lengths, square.shape, square.source) = ([1, 1], [32, 32], [Double](repeating: 0, count: 1024))
        square.sides = (0..<4).map { _ in .init(.value, [Double](repeating: 3, count: 32)) }
        let flat = try GaussianProcessSolver().solve(square)
        for value in flat.values { #expect(abs(value - 3) < 1e-6) }
    }

    @Test func `a nugget below round-off is raised, and said`() throws {
        var (problem, values) = Self.line(.poisson, .sine, scale: 0.2, points: 401)
        problem.source = (0..<401).map { -400 * sin(20 * Self.length * Double($0) / 400) }
        let solution = try GaussianProcessSolver(WavePrior(noise: 1e-30)).solve(problem)
        #expect(solution.nugget > 1e-14 && solution.notes.contains { $0.contains("nugget was raised") })
        #expect(Self.error(solution.values, values) < 1e-6)
    }

    @Test func `what cannot be solved is refused in words`() throws {
        func message(_ change: (inout GaussianProcessProblem) -> Void, frequencies: [Double] = []) -> String {
            var problem = Self.line(.poisson, .sine, scale: 0.2, points: 101).problem
            change(&problem)
            do {
                _ = try GaussianProcessSolver(frequencies: frequencies).solve(problem)
                return "solved"
            } catch { return "\(error)" }
        }
        #expect(
            message({ _ in }, frequencies: [70.5])
                == "frequency 70.5 along axis 0 is above what 101 points resolve: waves would have fewer than two points. Use 143 "
                + "points or more along it.")
        let open = message { $0.sides = [.init(.slope, [0]), .init(.slope, [0])] }
        #expect(open.contains("slopes are given on all sides") && open.contains("Give values on one side or more."))
        #expect(message { $0.source[3] = .nan }.contains("no number"))
        #expect(message { $0.source.removeLast() }.contains("100 values on a grid of [101]"))
        #expect(message { $0.sides.removeLast() }.contains("1 sides"))
    }

    @Test func `95 of 100 errors lie within two deviations or are smaller`() throws {
        // White noise of a known size in the source.
        var (inside, all) = (0, 0)
        for seed in 0..<8 {
            var (problem, _) = Self.line(.poisson, .mixed, scale: 0.2, points: 401)
            var stream = RandomStream(seed: UInt64(seed), index: 0, purpose: "noise", attempt: 0)
            let known = (0..<401).map {
                MultiscaleSolution.mixed.derivatives(at: SIMD2(Self.length * Double($0) / 400, 0), scale: 0.2).value
            }
            let size = (problem.source.reduce(0) { $0 + $1 * $1 } / 401).squareRoot()
            for i in problem.source.indices { problem.source[i] += 1e-5 * size * stream.normal() }
            let solution = try GaussianProcessSolver(WavePrior(noise: 1e-5)).solve(problem)
            for i in 1..<400 {
                let bound = 1.96 * solution.deviations[i]
                all += 1
                if abs(solution.values[i] - known[i]) <= bound { inside += 1 }
            }
        }
        let coverage = Double(inside) / Double(all)
        #expect(coverage > 0.9, "coverage \(coverage)")
    }

    @Test(arguments: [(MultiscaleSolution.sum, 0.5), (.product, 0.1)])
    func `deviations of Allen–Cahn problems on a square are those of solutions with other noise`(
        _ known: (MultiscaleSolution, Double)
    ) throws {
        let (problem, values) = Self.square(.allenCahn, known.0, scale: known.1, points: 81)
        let size = (problem.source.reduce(0) { $0 + $1 * $1 } / Double(problem.source.count)).squareRoot()
        var (errors, said) = (0.0, 0.0)
        for seed in 0..<12 {
            var noisy = problem
            var stream = RandomStream(seed: UInt64(seed), index: 0, purpose: "noise", attempt: 0)
            for i in noisy.source.indices { noisy.source[i] += 1e-5 * size * stream.normal() }
            let solution = try GaussianProcessSolver(WavePrior(noise: 1e-5)).solve(noisy)
            for i in values.indices {
                errors += (solution.values[i] - values[i]) * (solution.values[i] - values[i])
                said += solution.deviations[i] * solution.deviations[i]
            }
        }
        let ratio = (errors / said).squareRoot()
        #expect(ratio > 0.5 && ratio < 1.6, "errors are \(ratio) of what is said")
    }
}
