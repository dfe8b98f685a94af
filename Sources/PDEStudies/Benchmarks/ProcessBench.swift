import PDEConfig
import PDECore
import PDEOperators
import PDESolvers
import PDETensor

/// Operators learned by a Gaussian process in closed form, from pairs that are solved for on the spot.
package struct ProcessBench: Sendable {
    private let problem: String
    private let equation: any SemilinearEquation
    private let dimensions, points: Int
    private let time: Double
    private let field: GaussianRandomField
    private let inputs: any InputReduction

    /// All operators that are measured: Burgers' equation as in `burgers-operator.json` on 256 points, Allen–Cahn's on 32².
    package static let all = [
        ProcessBench(
            problem: "burgers-operator", equation: Burgers(viscosity: 0.1), dimensions: 1, points: 256, time: 1,
            field: GaussianRandomField(variance: 625, shift: 25, exponent: 2, hasZeroMean: true),
            inputs: FourierCoefficients(modes: 8)),
        ProcessBench(
            problem: "allen-cahn-operator", equation: AllenCahn(diffusivity: 0.01), dimensions: 2, points: 32, time: 1,
            field: GaussianRandomField(variance: 4000, shift: 25, exponent: 3), inputs: PrincipalComponents(count: 40)),
    ]

    /// Fits 1000 pairs and says 200 others: the mean relative L2 error, seconds of the fit, and of one answer.
    ///
    /// - Throws: `LinearAlgebraError` for pairs that are not finite.
    package func measure(threads: Int) throws -> JSON {
        let (train, test) = (1000, 200)
        let grid = Array(repeating: points, count: dimensions)
        let pairs = solved(train + test, threads: threads)
        func part(_ rows: Range<Int>) -> FittedPairs<Double> {
            func rowsOf(_ matrix: Matrix<Double>) -> Matrix<Double> {
                let values = matrix.storage[rows.lowerBound * matrix.columns..<rows.upperBound * matrix.columns]
                return Matrix(rows: rows.count, columns: matrix.columns, storage: Array(values))
            }
            return FittedPairs(inputs: rowsOf(pairs.inputs), outputs: rowsOf(pairs.outputs))
        }
        var shape = OperatorShape(inputs: 1, outputs: 1, axes: dimensions)
        shape.closedForm = ClosedFormShape(grid: grid, pairs: train)
        let backend = CPUBackend(threads: threads)
        let process = ProcessOperator<Double>(
            GaussianProcessArchitecture(inputs: inputs), shape, Initialization(seed: 0, backend: backend))
        let clock = ContinuousClock()
        var given = part(0..<train)
        var start = clock.now
        _ = try process.fit(&given, threads: threads, note: { _ in }, shouldStop: { false })
        let fitting = (clock.now - start) / .seconds(1)
        let unseen = part(train..<train + test)
        var sum = 0.0
        start = clock.now
        for sample in 0..<test {
            let said = process(Tensor(unseen.inputs.row(sample), shape: [1] + grid + [1], on: backend)).values
            let truth = unseen.outputs.row(sample)
            let distance = zip(said, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            sum += (distance / truth.reduce(0) { $0 + $1 * $1 }).squareRoot()
        }
        let solving = (clock.now - start) / .seconds(1) / Double(test)
        return .object([
            ("bench", "gp"), ("problem", .string(problem)), ("dimensions", .number(dimensions)),
            ("points", .number(points)), ("pairs", .number(train)), ("error", .number(sum / Double(test))),
            ("train_s", .number(fitting)), ("solve_s", .number(solving)), ("threads", .number(threads)),
        ])
    }

    /// Initial states and what becomes of them.
    private func solved(_ count: Int, threads: Int) -> FittedPairs<Double> {
        let grid = Grid.periodic(dimensions: dimensions, count: points, length: 1)
        let steps = 200
        let values = grid.count
        var (inputs, outputs) = (
            Matrix<Double>(rows: count, columns: values), Matrix<Double>(rows: count, columns: values)
        )
        let team = ThreadTeam(threads: threads)
        let steppers = (0..<team.count).map { _ in
            SemilinearStepper<Double>(equation, on: grid, timeStep: time / Double(steps))
        }
        inputs.storage.withUnsafeMutableBufferPointer { inputs in
            outputs.storage.withUnsafeMutableBufferPointer { outputs in
                team.forEach(0..<count) { sample, worker in
                    let start = field.periodic(
                        on: grid, from: RandomStream(seed: 0, index: sample, purpose: "bench operator"))
                    var state = steppers[worker].state(of: start)
                    steppers[worker].advance(&state, steps: steps)
                    let end = steppers[worker].field(of: state)
                    for point in 0..<values {
                        inputs[sample * values + point] = start.values[point]
                        outputs[sample * values + point] = end.values[point]
                    }
                }
            }
        }
        return FittedPairs(inputs: inputs, outputs: outputs)
    }
}
