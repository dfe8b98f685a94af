import Glibc

/// A ⊗ B, which is never formed: a vector is a matrix X with a row for each column of A and a column for each column of B, and
/// (A ⊗ B) vec X = vec(A X Bᵀ), rows after rows (C. F. Van Loan, "The ubiquitous Kronecker product", 2000).
public struct KroneckerProduct: Sendable {
    /// A and B.
    public let left, right: Matrix<Double>

    /// A ⊗ B.
    public init(_ left: Matrix<Double>, _ right: Matrix<Double>) { (self.left, self.right) = (left, right) }

    /// A X Bᵀ, or AᵀXB, in O(nm(n + m)) operations.
    public func product(_ orientation: MatrixOrientation = .plain, with x: Matrix<Double>) -> Matrix<Double> {
        let opposite: MatrixOrientation = orientation == .plain ? .transposed : .plain
        return left.product(orientation, with: x).product(.plain, with: right, opposite)
    }
}

/// The eigendecomposition of A ⊗ B for symmetric matrices, from those of A and B: eigenvalues αᵢβⱼ, eigenvectors aᵢ ⊗ bⱼ.
///
/// Of A ⊗ B + νI it gives solutions, the quadratic form and the determinant in O(n³ + m³) and then O(nm(n + m)) operations each
/// (Y. Saatçi, "Scalable inference for structured Gaussian process models", 2012, ch. 5).
public struct KroneckerEigendecomposition: Sendable {
    /// Those of A and B.
    public let left, right: SymmetricEigendecomposition<Double>

    /// Decomposes two symmetric matrices, of which only the lower triangles are read.
    ///
    /// - Throws: as `SymmetricEigendecomposition`.
    public init(_ left: Matrix<Double>, _ right: Matrix<Double>) throws(LinearAlgebraError) {
        try self.init(SymmetricEigendecomposition(left), SymmetricEigendecomposition(right))
    }

    /// From the factors' decompositions.
    public init(_ left: SymmetricEigendecomposition<Double>, _ right: SymmetricEigendecomposition<Double>) {
        (self.left, self.right) = (left, right)
    }

    /// (A ⊗ B + νI)⁻¹ vec X.
    public func solve(_ x: Matrix<Double>, nugget: Double) -> Matrix<Double> {
        var inner = rotated(x)
        scale(&inner, by: { 1 / ($0 + nugget) })
        return KroneckerProduct(left.vectors, right.vectors).product(.transposed, with: inner)
    }

    /// xᵀ(A ⊗ B + νI)⁻¹x.
    public func quadraticForm(_ x: Matrix<Double>, nugget: Double) -> Double {
        var inner = rotated(x)
        scale(&inner, by: { 1 / ($0 + nugget).squareRoot() })
        return inner.storage.reduce(0) { $0 + $1 * $1 }
    }

    /// log det(A ⊗ B + νI).
    public func logDeterminant(nugget: Double) -> Double {
        left.values.reduce(0) { sum, a in right.values.reduce(sum) { $0 + log(a * $1 + nugget) } }
    }

    /// (Q_A ⊗ Q_B)ᵀ vec X: the coefficients in the basis of eigenvectors.
    public func rotated(_ x: Matrix<Double>) -> Matrix<Double> {
        KroneckerProduct(left.vectors, right.vectors).product(with: x)
    }

    /// Multiplies coefficients in the basis of eigenvectors by a function of the eigenvalues.
    public func scale(_ coefficients: inout Matrix<Double>, by factor: (_ eigenvalue: Double) -> Double) {
        precondition(
            coefficients.rows == left.values.count && coefficients.columns == right.values.count,
            "coefficients: expected \(left.values.count)×\(right.values.count), got \(coefficients.rows)×\(coefficients.columns)"
        )
        let columns = right.values.count
        for (i, a) in left.values.enumerated() {
            for (j, b) in right.values.enumerated() { coefficients.storage[i * columns + j] *= factor(a * b) }
        }
    }
}
