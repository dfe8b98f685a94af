import Foundation
import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import Testing

/// A Gaussian process over functions against dense linear algebra, which knows nothing of products.
@Suite struct GaussianProcessTests {

    private func random(_ rows: Int, _ columns: Int, _ index: Int) -> Matrix<Double> {
        var stream = RandomStream(seed: 5, index: index, purpose: "process")
        return Matrix(rows: rows, columns: columns) { _, _ in stream.normal() }
    }

    /// Pairs of smooth functions of two numbers on a grid of two axes with two channels.
    private func pairs(_ count: Int, _ grid: [Int], channels: Int = 2, index: Int = 0) -> FittedPairs<Double> {
        let (numbers, points) = (random(count, 2, index), grid.reduce(1, *))
        func function(_ sample: Int, _ place: Int, _ rate: Double) -> Double {
            let (a, b) = (numbers[sample, 0], numbers[sample, 1])
            return sin(rate * a + Double(place)) + b * cos(0.3 * Double(place)) + 0.2 * rate * a * b
        }
        return FittedPairs(
            inputs: Matrix(rows: count, columns: points * channels) { function($0, $1, 0.4) },
            outputs: Matrix(rows: count, columns: points * channels) { function($0, $1, 1.1) })
    }

    private func process(
        _ architecture: GaussianProcessArchitecture, pairs: Int, grid: [Int], channels: Int = 2,
        mean: (any Architecture)? = nil, symmetries: [BoxSymmetry]? = nil
    ) throws -> ProcessOperator<Double> {
        var shape = OperatorShape(inputs: channels, outputs: channels, axes: grid.count)
        shape.grid = grid
        shape.closedForm = ClosedFormShape(grid: grid, pairs: pairs, mean: mean, symmetries: symmetries)
        try architecture.check(shape)
        let network: any FieldOperator<Double> = architecture.network(
            shape, Initialization(seed: 0, backend: CPUBackend(threads: 1)))
        #expect(Double(network.parameterCount) == architecture.parameterCount(shape))
        return try #require(network as? ProcessOperator<Double>)
    }

    private func tensor(_ values: Matrix<Double>, _ grid: [Int], channels: Int = 2) -> Tensor<Double> {
        Tensor(values.storage, shape: [values.rows] + grid + [channels], on: CPUBackend(threads: 1))
    }

    private func matrix(_ tensor: Tensor<Double>) -> Matrix<Double> {
        Matrix(rows: tensor.shape[0], columns: tensor.shape[1], storage: tensor.values)
    }

    private func parameter(_ process: ProcessOperator<Double>, _ name: String) throws -> Tensor<Double> {
        try #require(process.parameters.first { $0.name == name }?.value)
    }

    /// Mean and variance of (K_N + noise) ⊗ C with the whole matrix of all pairs and values.
    @Test func meanAndVarianceAreThoseOfTheDenseCovariance() throws {
        let (count, grid) = (9, [3, 2])
        let process = try process(
            GaussianProcessArchitecture(inputs: PrincipalComponents(count: 4), kernel: Matern52Choice()), pairs: count,
            grid: grid)
        var given = pairs(count, grid)
        let (inputs, outputs, unseen) = (given.inputs, given.outputs, pairs(2, grid, index: 1))
        _ = try process.fit(&given, threads: 1, note: { _ in }, shouldStop: { false })
        #expect(given.count == 0)

        let z = matrix(try parameter(process, "features"))
        let basis = matrix(try parameter(process, "basis"))
        let x = unseen.inputs.product(with: basis, .transposed)
        let offset = try parameter(process, "offset").values
        let known = inputs.product(with: basis, .transposed)
        for row in 0..<count {
            for column in 0..<4 { #expect(abs(known[row, column] - offset[column] - z[row, column]) < 1e-10) }
        }
        func kernel(_ a: [Double], _ b: [Double]) -> Double {
            Matern52Kernel(lengthScale: 1).value(at: zip(a, b).reduce(0) { $0 + pow($1.0 - $1.1, 2) }.squareRoot())
        }
        let noise = try parameter(process, "numbers").values[0]
        let factors = try (0..<3).map { matrix(try parameter(process, "covariance.\($0)")) }
        let values = 12
        func c(_ i: Int, _ j: Int) -> Double {
            factors[0][i / 4, j / 4] * factors[1][i / 2 % 2, j / 2 % 2] * factors[2][i % 2, j % 2]
        }
        let dense = Matrix<Double>(rows: count * values, columns: count * values) { a, b in
            let same = a / values == b / values ? noise : 0
            return (kernel(z.row(a / values), z.row(b / values)) + same) * c(a % values, b % values)
        }
        let factorization = try CholeskyFactorization(dense)
        let center = (0..<values).map { column in (0..<count).reduce(0) { $0 + outputs[$1, column] } / Double(count) }
        let left = (0..<count * values).map { outputs[$0 / values, $0 % values] - center[$0 % values] }
        let solved = factorization.solve(left)
        let said = process(tensor(unseen.inputs, grid)).values
        let deviations = process.deviations(tensor(unseen.inputs, grid)).values
        for sample in 0..<2 {
            let point = (0..<4).map { x[sample, $0] - offset[$0] }
            for value in 0..<values {
                let cross = (0..<count * values).map { kernel(point, z.row($0 / values)) * c(value, $0 % values) }
                let mean = center[value] + zip(cross, solved).reduce(0) { $0 + $1.0 * $1.1 }
                let explained = zip(cross, factorization.solve(cross)).reduce(0) { $0 + $1.0 * $1.1 }
                let variance = (1 + noise) * c(value, value) - explained
                let place = sample * values + value
                #expect(abs(said[place] - mean) < 1e-8, "\(said[place]) \(mean)")
                #expect(abs(deviations[place] * deviations[place] - variance) < 1e-8 * c(value, value))
            }
        }
        // The determinant of the product is that of its factors.
        let small = try CholeskyFactorization(
            Matrix(rows: count, columns: count) { kernel(z.row($0), z.row($1)) + ($0 == $1 ? noise : 0) })
        let whole = try CholeskyFactorization(Matrix(rows: values, columns: values) { c($0, $1) })
        let determinant = Double(values) * small.logDeterminant + Double(count) * whole.logDeterminant
        #expect(abs(factorization.logDeterminant - determinant) < 1e-8 * abs(determinant))
    }

    @Test(arguments: [true, false]) func theEvidenceIsTheDenseDensityAndItsGradientTheDifference(_ isSmooth: Bool)
        throws
    {
        let (count, outputs) = (130, 3)
        let (z, y) = (random(count, 3, 2), random(count, outputs, 3))
        let radius = GaussianProcessArchitecture(kernel: isSmooth ? SquaredExponentialChoice() : Matern32Choice())
            .radius
        let evidence = ProcessEvidence(z, y, outputs: outputs, radius, ThreadTeam(threads: 1))
        let parameters = [0.1, 0.7, -0.2, log(0.01)]
        var gradient = [Double](repeating: 0, count: 4)
        let value = evidence.negativeLogarithm(parameters, &gradient)

        let noise = ProcessEvidence.noise(parameters[3])
        let dense = try CholeskyFactorization(
            Matrix(rows: count, columns: count) { i, j in
                let r = (0..<3).reduce(0) { $0 + pow((z[i, $1] - z[j, $1]) / exp(parameters[$1]), 2) }.squareRoot()
                let k: any StationaryKernel =
                    isSmooth
                    ? SquaredExponentialKernel(lengthScale: 1) : Matern32Kernel(lengthScale: 1)
                return k.value(at: r) + (i == j ? noise : 0)
            })
        let a = dense.solve(y)
        let variance = zip(a.storage, y.storage).reduce(0) { $0 + $1.0 * $1.1 } / Double(count * outputs)
        // −log of the normal density of each column with the covariance variance · A.
        let logarithm = (0..<outputs).reduce(0.0) { sum, column in
            let square = (0..<count).reduce(0) { $0 + y[$1, column] * a[$1, column] } / variance
            return sum + 0.5 * (square + dense.logDeterminant + Double(count) * log(2 * Double.pi * variance))
        }
        #expect(abs(value - logarithm / Double(count * outputs)) < 1e-10)
        var unused = gradient
        for place in 0..<4 {
            func value(_ shift: Double) -> Double {
                var moved = parameters
                moved[place] += shift
                return evidence.negativeLogarithm(moved, &unused)
            }
            let h = 1e-3
            let difference = (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h)
            #expect(abs(gradient[place] - difference) < 1e-7 * max(1, abs(difference)), "\(place)")
        }
    }

    @Test func theBitsDoNotDependOnTheThreads() throws {
        let grid = [4, 3]
        let results = try [1, 3].map { threads in
            let process = try process(
                GaussianProcessArchitecture(inputs: PrincipalComponents(count: 3)), pairs: 70, grid: grid)
            var given = pairs(70, grid)
            _ = try process.fit(&given, threads: threads, note: { _ in }, shouldStop: { false })
            return process.parameters.map(\.value.values)
        }
        #expect(results[0] == results[1])
    }

    @Test func aProcessLearnsASmoothOperatorAndItsErrorBarsHold() throws {
        let grid = [4, 3]
        let process = try process(
            GaussianProcessArchitecture(inputs: PrincipalComponents(count: 6)), pairs: 80, grid: grid)
        var given = pairs(80, grid)
        let (valid, unseen) = (pairs(60, grid, index: 1), pairs(200, grid, index: 2))
        let misfit = try #require(try process.fit(&given, threads: 1, note: { _ in }, shouldStop: { false }))
        #expect(misfit < 1e-3)
        process.calibrate(valid)
        let (said, deviations) = (process(tensor(unseen.inputs, grid)), process.deviations(tensor(unseen.inputs, grid)))
        let errors = zip(said.values, unseen.outputs.storage).map { abs($0 - $1) }
        let size = unseen.outputs.storage.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let norm = errors.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(norm < 0.02 * size, "\(norm / size)")
        let inside = zip(errors, deviations.values).count { $0 <= 1.96 * $1 }
        #expect((0.9...0.99).contains(Double(inside) / Double(errors.count)), "\(inside) of \(errors.count)")
    }

    @Test func overANetworkItLearnsWhatTheNetworkLeaves() throws {
        let grid = [8]
        let network = FourierArchitecture(width: 4, modes: [2], layers: 1, hidden: 4)
        let process = try process(
            GaussianProcessArchitecture(inputs: PrincipalComponents(count: 4)), pairs: 40, grid: grid, channels: 1,
            mean: network)
        #expect(process.meanParameters.count > 3)
        var given = pairs(40, grid, channels: 1)
        let copy = given
        _ = try process.fit(&given, threads: 1, note: { _ in }, shouldStop: { false })
        let mean = try #require(process.mean)
        let (x, residual) = (tensor(copy.inputs, grid, channels: 1), tensor(copy.outputs, grid, channels: 1))
        let left = zip(mean(x).values, residual.values).map { $1 - $0 }
        let center = try parameter(process, "center").values
        for place in 0..<8 {
            let expected = (0..<40).reduce(0) { $0 + left[$1 * 8 + place] } / 40
            #expect(abs(center[place] - expected) < 1e-12)
        }
        for (a, b) in zip(process(x).values, copy.outputs.storage) { #expect(abs(a - b) < 1e-2) }
    }

    /// The mean over all images has the symmetries, is that of the images, and is only taken where it is better.
    @Test func whatItSaysIsAveragedOverSymmetries() throws {
        let grid = [4, 4]
        let symmetries = [
            ([0, 1], [false, false]), ([1, 0], [false, true]), ([0, 1], [true, true]), ([1, 0], [true, false]),
        ]
        .map { BoxSymmetry(axes: $0, isMirrored: $1) }
        let process = try process(
            GaussianProcessArchitecture(inputs: PrincipalComponents(count: 4)), pairs: 40, grid: grid,
            mean: FourierArchitecture(width: 4, modes: [2], layers: 1, hidden: 4), symmetries: symmetries)
        var given = pairs(40, grid)
        let x = tensor(pairs(3, grid, index: 1).inputs, grid)
        _ = try process.fit(&given, threads: 1, note: { _ in }, shouldStop: { false })
        let averaged = process(x).values
        let turn = symmetries[1]
        for (a, b) in zip(process(turn.turned(x)).values, turn.turned(process(x)).values) {
            #expect(abs(a - b) < 1e-10)
        }
        var calls = 0
        let shares = [ClosedFormShare(1, isAveraged: true), ClosedFormShare(1, isAveraged: false)]
        _ = process.weigh(shares) {
            calls += 1
            return calls == 1 ? 2 : 1
        }
        let images = symmetries.map { $0.inverse.turned(process($0.turned(x))).values }
        for place in averaged.indices {
            #expect(abs(averaged[place] - images.reduce(0) { $0 + $1[place] } / 4) < 1e-10)
        }
        #expect(images[0] != images[1] && process(x).values == images[0])
    }

    @Test func asMuchOfItIsTakenAsMakesTheErrorSmallest() throws {
        let grid = [8]
        let process = try process(
            GaussianProcessArchitecture(inputs: PrincipalComponents(count: 4)), pairs: 40, grid: grid, channels: 1,
            mean: FourierArchitecture(width: 4, modes: [2], layers: 1, hidden: 4))
        var given = pairs(40, grid, channels: 1)
        let x = tensor(given.inputs, grid, channels: 1)
        _ = try process.fit(&given, threads: 1, note: { _ in }, shouldStop: { false })
        let network = try #require(process.mean)
        let (mean, whole) = (network(x).values, process(x).values)
        // Half of what it adds would be right.
        func distance(_ part: Double) -> Double {
            let said = process(x).values
            return mean.indices.reduce(0) { sum, place in
                sum + abs(said[place] - mean[place] - part * (whole[place] - mean[place]))
            }
        }
        let errors = process.weigh([1, 0.5, 0].map { ClosedFormShare($0, isAveraged: false) }) { distance(0.5) }
        #expect(errors.count == 3 && errors[1] < 1e-9 && abs(errors[0] - errors[2]) < 1e-9 && errors[0] > 1e-3)
        #expect(distance(0.5) < 1e-9)
        // What is no number is worse than all that is; with nothing of it the network is as it was.
        var calls = 0
        _ = process.weigh([1, 0.5, 0].map { ClosedFormShare($0, isAveraged: false) }) {
            calls += 1
            return calls < 3 ? .nan : 5
        }
        for (a, b) in zip(process(x).values, mean) { #expect(a == b) }
    }

    @Test func repeatedInputsSingularKernelsAndConstantOutputsAreSaid() throws {
        let grid = [8]
        var notes: [String] = []
        let process = try process(
            GaussianProcessArchitecture(inputs: PrincipalComponents(count: 2)), pairs: 60, grid: grid, channels: 1)
        var given = pairs(60, grid, channels: 1)
        for column in 0..<8 { given.inputs[1, column] = given.inputs[0, column] }
        _ = try process.fit(&given, threads: 1, note: { notes.append($0) }, shouldStop: { false })
        #expect(notes.contains { $0.hasPrefix("1 of 60 inputs are the same") })
        // Where all are, it says the mean, and all else is noise.
        given = pairs(60, grid, channels: 1)
        for row in 1..<60 { for column in 0..<8 { given.inputs[row, column] = given.inputs[0, column] } }
        let (one, outputs) = (
            tensor(Matrix(rows: 1, columns: 8, storage: given.inputs.row(0)), grid, channels: 1), given.outputs
        )
        _ = try process.fit(&given, threads: 1, note: { notes.append($0) }, shouldStop: { false })
        #expect(notes.contains { $0.hasPrefix("59 of 60 inputs are the same") })
        for (column, value) in process(one).values.enumerated() {
            let mean = (0..<60).reduce(0) { $0 + outputs[$1, column] } / 60
            #expect(abs(value - mean) < 0.02, "\(value) \(mean)")
        }
        notes = []
        // The same output of all, so that nothing is learned, and a length scale that hardly tells 200 inputs apart.
        given = pairs(200, grid, channels: 1)
        given.outputs = Matrix(rows: 200, columns: 8) { Double($1) }
        let flat = try self.process(
            GaussianProcessArchitecture(
                inputs: PrincipalComponents(count: 2), kernel: SquaredExponentialChoice(lengthScale: 5)), pairs: 200,
            grid: grid, channels: 1)
        _ = try flat.fit(&given, threads: 1, note: { notes.append($0) }, shouldStop: { false })
        #expect(notes.contains { $0.hasPrefix("all pairs have the same output") })
        #expect(notes.contains { $0.contains("singular to round-off: its noise was raised from 1e-16") })
        for (place, value) in flat(tensor(pairs(3, grid, channels: 1).inputs, grid, channels: 1)).values.enumerated() {
            #expect(abs(value - Double(place % 8)) < 1e-9)
        }
    }

    /// Both reductions are orthogonal, and principal components those of the larger product.
    @Test func reductionsAreOrthonormal() throws {
        var shape = OperatorShape(inputs: 2, outputs: 1, axes: 2)
        shape.closedForm = ClosedFormShape(grid: [6, 5], pairs: 20)
        for reduction in [FourierCoefficients(modes: 2), PrincipalComponents(count: 7)] as [any InputReduction] {
            for rows in [20, 90] {
                let basis = try reduction.basis(of: random(rows, 60, rows), shape)
                #expect(basis.rows == reduction.count(of: shape))
                let product = basis.product(with: basis, .transposed)
                for i in 0..<basis.rows {
                    for j in 0..<basis.rows { #expect(abs(product[i, j] - (i == j ? 1 : 0)) < 1e-10) }
                }
            }
        }
        #expect(FourierCoefficients(modes: 2).count(of: shape) == 50)
    }

    @Test func whatCannotBeFittedIsRefused() throws {
        let architecture = GaussianProcessArchitecture(inputs: FourierCoefficients(modes: 3))
        var shape = OperatorShape(inputs: 1, outputs: 1, axes: 1)
        #expect(throws: GridMisfit.self) { try architecture.check(shape) }
        (shape.grid, shape.closedForm) = ([8], ClosedFormShape(grid: [8], pairs: 5))
        try architecture.check(shape)
        shape.grid = [16]
        let other = #expect(throws: GridMisfit.self) { try architecture.check(shape) }
        #expect(try #require(other).problem.contains("[16]"))
        (shape.grid, shape.closedForm) = ([6], ClosedFormShape(grid: [6], pairs: 5))
        #expect(throws: GridMisfit.self) { try architecture.check(shape) }
        let periodic = try JSON.parse(#"{ "kind": "gaussian-process", "kernel": "periodic" }"#, file: "model.json")
        let error = #expect(throws: ConfigurationError.self) {
            try StrictDecoder().decode(OneOf<Architectures>.self, from: periodic)
        }
        #expect("\(try #require(error))".contains("depends on a distance"))
    }
}
