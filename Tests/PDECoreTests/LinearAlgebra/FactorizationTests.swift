import CAllocationCounter
import PDECore
import Testing

@Suite struct FactorizationTests {
    @Test func choleskyRebuildsTheMatrixAndSolves() throws {
        try check(Float.self)
        try check(Double.self)

        func check<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) throws {
            for n in [1, 2, 13, 70] {
                let g = randomMatrix(n, n, type)
                var a = g.product(with: g, .transposed)
                for i in 0..<n { a[i, i] += 1 }
                let factorization = try CholeskyFactorization(a)
                let tolerance = 50 * Scalar(n) * .ulpOfOne
                let l = factorization.lower
                #expect(distance(l.product(with: l, .transposed), a) < tolerance)
                let x = randomMatrix(n, 4, type, index: 1)
                #expect(distance(a * factorization.solve(a * x), a * x) < tolerance * Scalar(n))
                let b = x.transposed().row(0)
                let residual = zip(a * factorization.solve(b), b).map { abs($0 - $1) }.max() ?? 0
                #expect(residual < tolerance * Scalar(n))
            }
        }
    }

    @Test func choleskyReadsOnlyTheLowerTriangleAndKnowsTheDeterminant() throws {
        let a = Matrix<Double>(rows: 2, columns: 2, storage: [4, .nan, 2, 10])
        let factorization = try CholeskyFactorization(a)
        #expect(factorization.lower == Matrix(rows: 2, columns: 2, storage: [2, 0, 1, 3]))
        #expect(abs(factorization.logDeterminant - 3.5835189384561104) < 1e-15)
    }

    @Test func choleskyNamesTheRowThatIsNotPositiveDefinite() {
        var a = Matrix<Double>.identity(4)
        a[2, 2] = -1
        #expect(throws: LinearAlgebraError.notPositiveDefinite(row: 2, order: 4)) { try CholeskyFactorization(a) }
        let message = "\(LinearAlgebraError.notPositiveDefinite(row: 2, order: 4))"
        #expect(message.contains("4×4") && message.contains("row 2") && message.contains("use LU"))
    }

    @Test func luSolvesWithOneAndManyRightHandSides() throws {
        try check(Float.self)
        try check(Double.self)

        func check<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) throws {
            for n in [1, 2, 5, 66] {
                let a = randomMatrix(n, n, type)
                let factorization = try LUFactorization(a)
                let tolerance = 200 * Scalar(n) * .ulpOfOne
                let b = randomMatrix(n, 3, type, index: 2)
                let x = factorization.solve(b)
                let scale = max(1, x.storage.map { abs($0) }.max() ?? 1)
                #expect(distance(a * x, b) < tolerance * scale)
                let single = factorization.solve((0..<n).map { b[$0, 1] })
                let many = (0..<n).map { x[$0, 1] }
                #expect(distance(column(a * single), column(a * many)) < tolerance * scale)
            }
        }

        func column<Scalar>(_ x: [Scalar]) -> Matrix<Scalar> { Matrix(rows: x.count, columns: 1, storage: x) }
    }

    @Test func luKnowsDeterminantsWithTheirSign() throws {
        let a = Matrix<Double>(rows: 3, columns: 3, storage: [0, 2, 1, 3, 0, 0, 1, 1, 4])
        #expect(abs(try LUFactorization(a).determinant + 21) < 1e-13)
    }

    @Test func luNamesTheZeroPivot() {
        let a = Matrix<Float>(rows: 3, columns: 3, storage: [1, 2, 0, 2, 4, 0, 0, 0, 1])
        #expect(throws: LinearAlgebraError.self) { try LUFactorization(a) }
        var b = Matrix<Double>.identity(5)
        b[3, 3] = 0
        #expect(throws: LinearAlgebraError.singular(position: 3, order: 5)) { try LUFactorization(b) }
    }

    @Test func emptySystemsHaveEmptySolutions() throws {
        let empty = Matrix<Double>(rows: 0, columns: 0)
        #expect(try CholeskyFactorization(empty).solve([]).isEmpty)
        #expect(try LUFactorization(empty).solve([]).isEmpty)
        #expect(try LUFactorization(.identity(3)).solve(Matrix<Double>(rows: 3, columns: 0)).columns == 0)
    }

    @Test func solvingInPlaceAllocatesNothing() throws {
        let n = 30
        var a = randomMatrix(n, n, Double.self)
        for i in 0..<n { a[i, i] += 10 }
        let lu = try LUFactorization(a)
        let cholesky = try CholeskyFactorization(a.product(with: a, .transposed))
        var b = [Double](repeating: 1, count: n)
        b.withUnsafeMutableBufferPointer { b in
            let pointer = b.baseAddress!
            lu.solve(inPlace: pointer, columns: 1, stride: 1)
            let before = allocation_count()
            lu.solve(inPlace: pointer, columns: 1, stride: 1)
            cholesky.solve(inPlace: pointer, columns: 1, stride: 1)
            #expect(allocation_count() == before)
        }
    }
}
