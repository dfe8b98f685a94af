import PDECore
import Testing

@Suite struct DecompositionTests {
    @Test func eigenvectorsRebuildASymmetricMatrix() throws {
        try check(Float.self)
        try check(Double.self)

        func check<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) throws {
            for n in [1, 2, 9, 60] {
                let g = randomMatrix(n, n, type)
                let a = Matrix(rows: n, columns: n) { g[max($0, $1), min($0, $1)] }
                let eigen = try SymmetricEigendecomposition(a)
                let tolerance = 50 * Scalar(n) * .ulpOfOne
                #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 <= $1 })
                let q = eigen.vectors
                #expect(distance(q.product(with: q, .transposed), .identity(n)) < tolerance)
                let scaled = Matrix(rows: n, columns: n) { eigen.values[$0] * q[$0, $1] }
                #expect(distance(q.product(.transposed, with: scaled), a) < tolerance)
            }
        }
    }

    @Test func theLaplacianHasItsKnownEigenvalues() throws {
        let n = 20
        let a = Matrix<Double>(rows: n, columns: n) { $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0 }
        for (k, value) in try SymmetricEigendecomposition(a).values.enumerated() {
            // 2 − 2 cos θ = 4 sin²(θ/2), of which the Chebyshev recurrence gives the eigenvector sin((k+1)θ).
            var (previous, current) = (0.0, 1.0)
            for _ in 0..<n { (previous, current) = (current, (2 - value) * current - previous) }
            #expect(abs(current) < 1e-9, "eigenvalue \(k)")
        }
    }

    @Test func orthonormalColumnsAndATriangleRebuildAMatrix() throws {
        try check(Float.self)
        try check(Double.self)

        func check<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) throws {
            for (m, n) in [(1, 1), (7, 3), (40, 25), (130, 130), (3, 0)] {
                let a = randomMatrix(m, n, type)
                let qr = try QRFactorization(a)
                let tolerance = 50 * Scalar(m) * .ulpOfOne
                #expect(distance(qr.q.product(.transposed, with: qr.q), .identity(n)) < tolerance)
                #expect(distance(qr.q.product(with: qr.r), a) < tolerance)
                for row in 0..<n {
                    #expect(qr.r[row, row] >= 0 && (0..<row).allSatisfy { qr.r[row, $0] == 0 })
                }
            }
        }
        // By hand: (3, 4) has the length 5, and (1, 0) the part 0.6 along it and 0.8 across.
        let small = try QRFactorization(Matrix<Double>(rows: 2, columns: 2, storage: [3, 1, 4, 0]))
        #expect(distance(small.r, Matrix(rows: 2, columns: 2, storage: [5, 0.6, 0, 0.8])) < 1e-15)
        #expect(distance(small.q, Matrix(rows: 2, columns: 2, storage: [0.6, 0.8, 0.8, -0.6])) < 1e-15)
        #expect(throws: LinearAlgebraError.self) {
            try QRFactorization(Matrix<Double>(rows: 1, columns: 1, storage: [.nan]))
        }
    }

    @Test func singularVectorsRebuildTallAndWideMatrices() throws {
        try check(Float.self)
        try check(Double.self)

        func check<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) throws {
            for (m, n) in [(1, 1), (7, 3), (3, 7), (40, 25)] {
                let a = randomMatrix(m, n, type)
                let svd = try SingularValueDecomposition(a)
                let k = min(m, n)
                let tolerance = 50 * Scalar(max(m, n)) * .ulpOfOne
                #expect(zip(svd.values, svd.values.dropFirst()).allSatisfy { $0 >= $1 } && svd.values[k - 1] >= 0)
                #expect(distance(svd.left.product(.transposed, with: svd.left), .identity(k)) < tolerance)
                let vt = svd.rightTransposed
                #expect(distance(vt.product(with: vt, .transposed), .identity(k)) < tolerance)
                let scaled = Matrix(rows: k, columns: n) { svd.values[$0] * vt[$0, $1] }
                #expect(distance(svd.left * scaled, a) < tolerance)
            }
        }
    }

    @Test func leastSquaresResidualsAreOrthogonalToTheColumns() throws {
        try check(Float.self)
        try check(Double.self)

        func check<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) throws {
            let a = randomMatrix(30, 6, type)
            let b = randomMatrix(30, 3, type, index: 1)
            let x = try a.leastSquares(b)
            let fitted = a * x
            let residual = Matrix(rows: 30, columns: 3) { b[$0, $1] - fitted[$0, $1] }
            #expect(distance(a.product(.transposed, with: residual), Matrix(rows: 6, columns: 3)) < 200 * .ulpOfOne)
            let single = try a.leastSquares((0..<30).map { b[$0, 2] })
            for i in 0..<6 { #expect(abs(single[i] - x[i, 2]) < 200 * .ulpOfOne) }
        }
    }

    @Test func wideLeastSquaresSolvesExactlyWithinTheRowSpace() throws {
        let a = randomMatrix(4, 9, Double.self)
        let x = try a.leastSquares([1, 2, 3, 4])
        for (value, expected) in zip(a * x, [1.0, 2, 3, 4]) { #expect(abs(value - expected) < 1e-13) }
        // The shortest solution is a combination of the rows: fitting it by them leaves nothing.
        let combination = try a.transposed().leastSquares(x)
        for (value, expected) in zip(a.product(.transposed, with: combination), x) {
            #expect(abs(value - expected) < 1e-13)
        }
    }

    @Test func tridiagonalSolutionsSatisfyTheirSystems() {
        check(Float.self)
        check(Double.self)

        func check<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) {
            let n = 11
            let a = Matrix<Scalar>(rows: n, columns: n) { i, j in
                i == j ? Scalar(3 + i) : j == i + 1 ? -2 : j == i - 1 ? 1 : 0
            }
            let expected = randomMatrix(2, n, type)
            let b = expected.product(with: a, .transposed)
            var x = b.storage
            var lower = (1..<n).map { a[$0, $0 - 1] }
            var diagonal = (0..<n).map { a[$0, $0] }
            var upper = (1..<n).map { a[$0 - 1, $0] }
            let info = Scalar.gtsv(
                n, rightHandSides: 2, lower: &lower, diagonal: &diagonal, upper: &upper, b: &x, bStride: n)
            #expect(info == 0)
            #expect(distance(Matrix(rows: 2, columns: n, storage: x), expected) < 50 * .ulpOfOne)
        }
    }

    @Test func errorsAreNamed() {
        var nan = Matrix<Double>.identity(3)
        nan[1, 1] = .nan
        #expect(throws: LinearAlgebraError.self) { try SymmetricEigendecomposition(nan) }
        #expect(throws: LinearAlgebraError.notFinite(operation: "singular value decomposition")) {
            try SingularValueDecomposition(nan)
        }
        #expect(throws: LinearAlgebraError.notFinite(operation: "least squares solution")) {
            try nan.leastSquares([1, 2, 3])
        }
        let dependent = Matrix<Double>(rows: 3, columns: 2, storage: [1, 0, 1, 0, 1, 0])
        #expect(throws: LinearAlgebraError.rankDeficient(position: 1, rows: 3, columns: 2)) {
            try dependent.leastSquares([1, 2, 3])
        }
    }
}
