import Foundation
import PDECore
import Testing

@Suite struct StructuredMatrixTests {
    /// A symmetric positive matrix that is far from diagonal.
    static func covariance(_ order: Int, _ length: Double) -> Matrix<Double> {
        let kernel = Matern32Kernel(lengthScale: length)
        return Matrix(rows: order, columns: order) { kernel.value(at: 0.1 * Double($0 - $1)) }
    }

    static func vector(_ count: Int) -> [Double] { (0..<count).map { sin(1.7 * Double($0) + 0.3) } }

    @Test func `Kronecker products, solutions, determinants and quadratic forms are those of the dense matrix`() throws
    {
        let (n, m, nugget) = (7, 5, 0.03)
        let (a, b) = (Self.covariance(n, 0.4), Self.covariance(m, 0.9))
        let x = Matrix(rows: n, columns: m, storage: Self.vector(n * m))
        let dense = Matrix<Double>(rows: n * m, columns: n * m) { a[$0 / m, $1 / m] * b[$0 % m, $1 % m] }
        let product = KroneckerProduct(a, b).product(with: x)
        #expect(distance(product.storage, dense * x.storage) < 1e-13)
        let shifted = Matrix<Double>(rows: n * m, columns: n * m) { dense[$0, $1] + ($0 == $1 ? nugget : 0) }
        let factors = try CholeskyFactorization(shifted)
        let eigen = try KroneckerEigendecomposition(a, b)
        let solution = factors.solve(x.storage)
        #expect(distance(eigen.solve(x, nugget: nugget).storage, solution) < 1e-10)
        #expect(abs(eigen.logDeterminant(nugget: nugget) - factors.logDeterminant) < 1e-10)
        let form = zip(solution, x.storage).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(eigen.quadraticForm(x, nugget: nugget) - form) < 1e-10 * form)
    }

    @Test func `factors that are not square and their transposes multiply as the dense matrix does`() {
        let a = Matrix<Double>(rows: 3, columns: 4, storage: Self.vector(12))
        let b = Matrix<Double>(rows: 2, columns: 5, storage: Self.vector(10))
        let dense = Matrix<Double>(rows: 6, columns: 20) { a[$0 / 2, $1 / 5] * b[$0 % 2, $1 % 5] }
        let x = Matrix(rows: 4, columns: 5, storage: Self.vector(20))
        #expect(distance(KroneckerProduct(a, b).product(with: x).storage, dense * x.storage) < 1e-14)
        let y = Matrix(rows: 3, columns: 2, storage: Self.vector(6))
        let transposed = KroneckerProduct(a, b).product(.transposed, with: y)
        #expect(distance(transposed.storage, dense.product(.transposed, with: y.storage)) < 1e-14)
    }

    @Test(arguments: [1, 2, 7, 64, 129]) func `Toeplitz products are those of the dense matrix`(_ order: Int) {
        let column = Self.vector(order)
        let row = [column[0]] + (1..<max(1, order)).map { cos(Double($0)) }.prefix(order - 1)
        let toeplitz = ToeplitzMatrix(column: column, row: Array(row))
        let x = (0..<order).map { cos(0.9 * Double($0)) }
        #expect(distance(toeplitz.product(with: x), toeplitz.matrix * x) < 1e-12)
    }

    @Test func `covariances of derivatives have the sign of the second argument's order`() {
        let kernel = SquaredExponentialKernel(lengthScale: 0.5)
        let mixed = ToeplitzMatrix(kernel, count: 4, spacing: 0.2, orders: (1, 2)).matrix
        let other = ToeplitzMatrix(kernel, count: 4, spacing: 0.2, orders: (2, 1)).matrix
        for i in 0..<4 {
            for j in 0..<4 {
                #expect(abs(mixed[i, j] - kernel.derivatives(at: 0.2 * Double(i - j))[3]) < 1e-12)
                #expect(abs(mixed[i, j] - other[j, i]) < 1e-12)
            }
        }
    }

    @Test(arguments: [(1, 1), (5, 3), (4, 9)])
    func `the solution of Sylvester's equation satisfies it`(_ size: (n: Int, m: Int)) throws {
        let (n, m) = size
        // Not symmetric, with complex eigenvalues, all of them to the right of 0.
        func matrix(_ order: Int, _ shift: Double) -> Matrix<Double> {
            Matrix(rows: order, columns: order) { i, j in
                (i == j ? 2 : 0) + (i < j ? 1 : -1) * cos(shift + Double(i * order + j))
            }
        }
        let (a, b, f) = (matrix(n, 0.2), matrix(m, 1.1), Matrix(rows: n, columns: m, storage: Self.vector(n * m)))
        let x = try SylvesterEquation(a, b).solve(f)
        let (left, right) = (a * x, x.product(.plain, with: b, .transposed))
        #expect(distance(zip(left.storage, right.storage).map { $0 + $1 }, f.storage) < 1e-12)
        let zero = Matrix<Double>(rows: n, columns: n)
        #expect(throws: LinearAlgebraError.self) { try SylvesterEquation(zero, zero).solve(a) }
    }

    private func distance(_ a: [Double], _ b: [Double]) -> Double {
        let norm = b.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() / max(norm, 1e-300)
    }
}
