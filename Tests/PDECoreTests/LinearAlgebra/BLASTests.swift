import PDECore
import Testing

/// A matrix of reproducible numbers in [−1, 1).
func randomMatrix<Scalar: LinearAlgebraScalar>(
    _ rows: Int, _ columns: Int, _ type: Scalar.Type = Scalar.self, index: Int = 0
) -> Matrix<Scalar> {
    var stream = RandomStream(seed: 7, index: index, purpose: "matrix")
    return Matrix(rows: rows, columns: columns) { _, _ in Scalar(2 * stream.uniform() - 1) }
}

/// The largest difference between two matrices of the same shape.
func distance<Scalar: LinearAlgebraScalar>(_ a: Matrix<Scalar>, _ b: Matrix<Scalar>) -> Scalar {
    precondition(a.rows == b.rows && a.columns == b.columns)
    return zip(a.storage, b.storage).map { abs($0 - $1) }.max() ?? 0
}

@Suite struct BLASTests {
    @Test func productsMatchTheDefinitionForOddSizesAndTransposes() {
        check(Float.self)
        check(Double.self)

        func check<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) {
            let orientations: [MatrixOrientation] = [.plain, .transposed]
            for (m, n, k) in [(1, 1, 1), (3, 5, 7), (17, 1, 9), (33, 31, 65)] {
                for left in orientations {
                    for right in orientations {
                        let a = left == .plain ? randomMatrix(m, k, type) : randomMatrix(k, m, type)
                        let b = right == .plain ? randomMatrix(k, n, type) : randomMatrix(n, k, type)
                        let expected = Matrix<Scalar>(rows: m, columns: n) { i, j in
                            (0..<k).reduce(0) {
                                $0 + (left == .plain ? a[i, $1] : a[$1, i]) * (right == .plain ? b[$1, j] : b[j, $1])
                            }
                        }
                        #expect(distance(a.product(left, with: b, right), expected) < Scalar(k + 1) * .ulpOfOne)
                        if right == .plain && n == 1 {
                            #expect(a.product(left, with: b.storage).count == m)
                            let vector = Matrix(rows: m, columns: 1, storage: a.product(left, with: b.storage))
                            #expect(distance(vector, expected) < Scalar(k + 1) * .ulpOfOne)
                        }
                    }
                }
            }
        }
    }

    @Test func gemmKeepsWhatLiesBetweenTheRowsAndAddsToC() {
        var c = [Double](repeating: 5, count: 2 * 4)
        Double.gemm(
            .plain, .plain, rows: 2, columns: 3, inner: 2, alpha: 2, a: [1, 2, 9, 3, 4, 9], aStride: 3,
            b: [1, 0, 1, 0, 1, 1], bStride: 3, beta: 1, c: &c, cStride: 4)
        #expect(c == [7, 9, 11, 5, 11, 13, 19, 5])
    }

    @Test func vectorRoutinesMatchTheirDefinitions() {
        check(Float.self)
        check(Double.self)

        func check<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) {
            let x: [Scalar] = [3, -4, 12]
            var y: [Scalar] = [1, 2, 3]
            Scalar.axpy(3, alpha: 2, x: x, y: &y)
            #expect(y == [7, -6, 27])
            Scalar.scal(3, alpha: 0.5, x: &y)
            #expect(y == [3.5, -3, 13.5])
            #expect(Scalar.dot(3, x, y) == 184.5)
            #expect(Scalar.nrm2(3, x) == 13)
        }
    }

    @Test func transposingTwiceGivesTheMatrixAndIdentityIsNeutral() {
        let a = randomMatrix(5, 8, Double.self)
        #expect(a.transposed()[7, 4] == a[4, 7])
        #expect(a.transposed().transposed() == a)
        #expect(Matrix.identity(5) * a == a)
        #expect(a.row(2) == (0..<8).map { a[2, $0] })
    }

    @Test func emptyMatricesMultiplyToZeros() {
        #expect(Matrix<Double>(rows: 2, columns: 0) * Matrix(rows: 0, columns: 3) == Matrix(rows: 2, columns: 3))
        #expect((Matrix<Double>(rows: 0, columns: 2) * Matrix(rows: 2, columns: 3)).rows == 0)
    }

    @Test func theThreadLimitIsTaken() {
        #expect(BLASThreads.count == 1)
        #expect(!BLASThreads.kernelName.isEmpty)
    }
}
