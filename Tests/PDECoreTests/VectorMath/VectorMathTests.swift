import Glibc
import PDECore
import Testing

@Suite struct VectorMathTests {
    /// The function in double precision by the C library.
    private func exact(_ function: UnaryFunction, _ x: Double) -> Double {
        let root = 2.0.squareRoot()
        let distribution = 0.5 * Glibc.erfc(-x / root)
        let density = Glibc.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        let logistic = 1 / (1 + Glibc.exp(-x))
        return switch function {
        case .exp: Glibc.exp(x)
        case .log: Glibc.log(x)
        case .sin: Glibc.sin(x)
        case .cos: Glibc.cos(x)
        case .tanh: Glibc.tanh(x)
        case .sqrt: x.squareRoot()
        case .reciprocal: 1 / x
        case .erf: Glibc.erf(x)
        case .gelu: x * distribution
        case .geluDerivative: distribution + x * density
        case .sigmoid: logistic
        case .silu: x * logistic
        case .siluDerivative: logistic + x * logistic / (1 + Glibc.exp(x))
        case .softplus: Swift.max(x, 0) + Glibc.log1p(Glibc.exp(-Swift.abs(x)))
        case .relu: Swift.max(x, 0)
        case .absoluteValue: Swift.abs(x)
        case .sign: x > 0 ? 1 : x < 0 ? -1 : 0
        case .step: x > 0 ? 1 : 0
        }
    }

    private func mapped<Scalar: Real>(_ function: UnaryFunction, _ x: [Scalar]) -> [Scalar] {
        var y = x
        y.withUnsafeMutableBufferPointer { y in
            x.withUnsafeBufferPointer {
                Scalar.map(function, $0.baseAddress!, into: y.baseAddress!, count: x.count)
            }
        }
        return y
    }

    private func arguments(_ function: UnaryFunction) -> [Double] {
        let range = [.log, .sqrt].contains(function) ? 1e-3...100 : -20.0...20
        let even = (0..<20_011).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / 20_010 }
        let scales = (-30...3).flatMap { [Glibc.pow(10, Double($0)), -Glibc.pow(10, Double($0))] }
        return even + scales.filter { range.contains($0) }
    }

    /// Relative to the value or to one, whichever is larger for functions that saturate, and relative for the others.
    @Test(arguments: UnaryFunction.allCases) func singlePrecisionIsGoodToThreeParts(_ function: UnaryFunction) {
        let x = arguments(function).map(Float.init)
        let relative: Set<UnaryFunction> = [
            .exp, .log, .tanh, .sqrt, .reciprocal, .erf, .sigmoid, .relu, .absoluteValue,
        ]
        let worst = zip(x, mapped(function, x)).map { x, y in
            let exact = exact(function, Double(x))
            let scale = relative.contains(function) && Swift.abs(exact) > 1e-30 ? Swift.abs(exact) : 1
            // The logarithm has a zero at one: absolute there.
            let size = function == .log ? Swift.max(scale, 1) : scale
            // Arguments of twenty make values of twenty, which round to 1e-6.
            return Swift.abs(Double(y) - exact) / Swift.max(size, Swift.abs(exact))
        }.max()!
        #expect(worst < (function == .gelu ? 6e-7 : 4e-7), "\(function): \(worst)")
    }

    @Test(arguments: UnaryFunction.allCases) func doublePrecisionIsThatOfTheLibrary(_ function: UnaryFunction) {
        let x = arguments(function)
        let worst = zip(x, mapped(function, x)).map { x, y in
            Swift.abs(y - exact(function, x)) / Swift.max(1, Swift.abs(exact(function, x)))
        }.max()!
        #expect(worst < 1e-15, "\(function): \(worst)")
    }

    @Test func specialValues() {
        // The last one lies below the normal numbers.
        let x: [Float] = [.infinity, -.infinity, .nan, 0, 100, -100, .leastNormalMagnitude / 128]
        let exp = mapped(.exp, x)
        #expect(
            exp[0] == .infinity && exp[1] == 0 && exp[2].isNaN && exp[3] == 1 && exp[4] == .infinity
                && exp[5] < .leastNormalMagnitude / 65536)
        let log = mapped(.log, x)
        #expect(log[0] == .infinity && log[1].isNaN && log[2].isNaN && log[3] == -.infinity)
        #expect(Swift.abs(log[6] - Float(Glibc.log(Double(x[6])))) < 1e-4)
        for function in [
            UnaryFunction.tanh, .erf, .gelu, .geluDerivative, .sigmoid, .silu, .softplus, .sin, .cos, .relu,
        ] {
            #expect(mapped(function, x)[2].isNaN, "\(function)")
        }
        #expect(mapped(.gelu, x)[4] == 100 && mapped(.gelu, x)[5] == 0)
        #expect(mapped(.tanh, x)[0] == 1 && mapped(.tanh, x)[1] == -1)
        let large: [Float] = [1e6, -3e7, 12_345]
        for (x, y) in zip(large, mapped(.sin, large)) { #expect(Swift.abs(Double(y) - Glibc.sin(Double(x))) < 1e-6) }
    }

    @Test func lengthsAndPlacesDoNotMatter() {
        var stream = RandomStream(seed: 1, index: 0, purpose: "vector")
        let x = (0..<1000).map { _ in Float(stream.normal()) }
        let whole = mapped(.gelu, x)
        for count in [0, 1, 7, 15, 16, 17, 33, 999] where count > 0 {
            #expect(mapped(.gelu, Array(x[..<count])) == Array(whole[..<count]))
            var inPlace = Array(x[..<count])
            inPlace.withUnsafeMutableBufferPointer {
                Float.map(.gelu, $0.baseAddress!, into: $0.baseAddress!, count: count)
            }
            #expect(inPlace == Array(whole[..<count]))
        }
    }

    @Test func slopesAreDerivativesTimesWhatIsGiven() {
        let z = (0..<101).map { Double($0) / 10 - 5.03 }
        let g = z.map { Glibc.cos($0) }
        for activation in Activation.allCases {
            var y = z
            Double.activationBackward(activation, z, gradient: g, into: &y, count: z.count)
            for index in z.indices {
                let h = 1e-5
                let slope = activation.function.map {
                    (exact($0, z[index] + h) - exact($0, z[index] - h)) / (2 * h)
                }
                #expect(Swift.abs(y[index] - g[index] * (slope ?? 1)) < 1e-9, "\(activation)")
            }
        }
    }

    @Test func combinations() {
        let (a, b) = ([1.5, -2, 0.25, 4, 3], [2.0, 3, -0.5, 4, -1])
        let results: [(BinaryOperation, (Double, Double) -> Double)] = [
            (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }), (.divide, { $0 / $1 }),
            (.maximum, { Swift.max($0, $1) }), (.minimum, { Swift.min($0, $1) }), (.power, { Glibc.pow($0, $1) }),
        ]
        for (operation, function) in results {
            let a = operation == .power ? a.map { Swift.abs($0) } : a
            var y = a
            var expected = zip(a, b).map { function($0, $1) }
            Double.combine(operation, a, b, into: &y, count: 5)
            #expect(y == expected, "\(operation)")
            expected = a.map { function($0, 2) }
            Double.combine(operation, a, 2.0, into: &y, count: 5)
            #expect(y == expected, "\(operation)")
            expected = a.map { function(2, $0) }
            Double.combine(operation, 2.0, a, into: &y, count: 5)
            #expect(y == expected, "\(operation)")
            let (x, v) = (a + a, b.map { Swift.abs($0) })
            var rows = x
            expected = zip(x, v + v).map { function($0, $1) }
            Double.combine(operation, x, row: v, reversed: false, into: &rows, rows: 2, columns: 5)
            #expect(rows == expected, "\(operation)")
            expected = zip(v + v, x).map { function($0, $1) }
            Double.combine(operation, x, row: v, reversed: true, into: &rows, rows: 2, columns: 5)
            #expect(rows == expected, "\(operation)")
        }
        var y = [Float](repeating: 0, count: 2)
        Float.combine(.maximum, [Float.nan, 1], [1, Float.nan], into: &y, count: 2)
        #expect(y[0].isNaN && y[1].isNaN)
    }

    @Test func sums() {
        var stream = RandomStream(seed: 2, index: 0, purpose: "vector")
        for count in [0, 1, 31, 32, 33, 4096, 4097, 100_003] {
            let x = (0..<count).map { _ in Float(stream.normal()) }
            let exact = x.reduce(0.0) { $0 + Double($1) }
            let squares = x.reduce(0.0) { $0 + Double($1) * Double($1) }
            #expect(Swift.abs(Float.sum(x, count: count) - exact) < 1e-5 * Swift.max(1, squares.squareRoot()))
            #expect(Swift.abs(Float.sumOfSquares(x, count: count) - squares) <= 1e-6 * squares)
            if count > 0 { #expect(Float.maximum(x, count: count) == x.max()!) }
            #expect(Float.sum(x, count: count) == Float.sum(x, count: count))
        }
        let matrix = (0..<35).map { Double($0 * $0 % 11) }
        var columns = [1.0, 2, 3, 4, 5]
        Double.addColumnSums(matrix, rows: 7, columns: 5, into: &columns)
        var expected = [1.0, 2, 3, 4, 5]
        for place in 0..<35 { expected[place % 5] += matrix[place] }
        #expect(columns == expected)
    }

    @Test func nesterovsMomentumLooksAhead() {
        let g = (0..<37).map { Double($0 * $0 % 11) }
        var (mean, x) = ((0..<37).map { Double($0 % 5) }, [Double](repeating: 0, count: 37))
        let past = mean
        Double.momentum(&mean, g, scale: 0.5, weight: 0.25, into: &x, count: 37)
        for i in 0..<37 {
            #expect(mean[i] == 0.75 * past[i] + 0.125 * g[i])
            #expect(x[i] == 0.125 * g[i] + 0.75 * mean[i])
        }
    }

    @Test(arguments: [1, 7, 8, 16, 29]) func matricesAreSplitIntoTheirSymmetricParts(_ n: Int) {
        func check<Scalar: Real>(_: Scalar.Type) {
            let w = (0..<n * n).map { Scalar($0 * $0 * 37 % 101) }
            var (transposed, symmetric, antisymmetric) = (w, w, w)
            Scalar.symmetricParts(
                w, order: n, transposed: &transposed, symmetric: &symmetric, antisymmetric: &antisymmetric)
            for row in 0..<n {
                for column in 0..<n {
                    let (here, there) = (w[row * n + column], w[column * n + row])
                    #expect(transposed[row * n + column] == there)
                    #expect(symmetric[row * n + column] == (here + there) / 2)
                    #expect(antisymmetric[row * n + column] == (here - there) / 2)
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }
}
