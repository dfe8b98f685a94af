/// Why a matrix could not be factorised or a system not solved.
public enum LinearAlgebraError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The leading minor up to and including `row` (from 0) of a symmetric matrix of `order` rows is not positive.
    case notPositiveDefinite(row: Int, order: Int)
    /// Elimination met a zero pivot at `position` (from 0) of a matrix of `order` columns.
    case singular(position: Int, order: Int)
    /// The columns of a least squares problem are linearly dependent: R's diagonal is zero at `position` (from 0).
    case rankDeficient(position: Int, rows: Int, columns: Int)
    /// The matrix holds a NaN or an infinity.
    case notFinite(operation: String)
    /// An iteration of LAPACK gave up.
    case notConverged(operation: String)

    /// What went wrong, where, why, and what to do next.
    public var description: String {
        switch self {
        case .notPositiveDefinite(let row, let order):
            "Cholesky factorisation of a \(order)×\(order) matrix failed at row \(row): the matrix is not positive "
                + "definite. Check its symmetry and sign, or use LU for an indefinite matrix."
        case .singular(let position, let order):
            "LU factorisation of a \(order)×\(order) matrix met a zero pivot at \(position): the matrix is singular. "
                + "Look for a repeated or empty equation, or fix the solution's free constant."
        case .rankDeficient(let position, let rows, let columns):
            "Least squares with a \(rows)×\(columns) matrix met a zero on R's diagonal at \(position): the matrix does "
                + "not have full rank. Remove dependent columns, or use the singular value decomposition."
        case .notFinite(let operation):
            "The \(operation) was given a matrix with a NaN or an infinity. Look for a blow-up in what made the matrix."
        case .notConverged(let operation):
            "The \(operation) did not converge. Scale the matrix so that its elements are near 1 and try again."
        }
    }
}
