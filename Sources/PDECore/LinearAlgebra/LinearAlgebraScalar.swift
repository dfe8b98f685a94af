/// Whether a matrix enters a product as it is stored or transposed.
public enum MatrixOrientation: Sendable {
    /// As it is stored.
    case plain
    /// With rows and columns exchanged.
    case transposed
}

/// Which triangle of a square matrix a triangular solve reads.
public enum MatrixTriangle: Sendable {
    /// On and below the diagonal.
    case lower
    /// On and above the diagonal.
    case upper
}

/// BLAS and LAPACK in one precision, on row-major matrices.
///
/// An element (i, j) of a matrix with row stride s lies at offset i·s + j; a stride must be at least the number of stored
/// columns, and at least 1. Vectors are contiguous. Sizes above 2³¹ − 1 trap.
///
/// **Storage.** LAPACK is column-major: it sees a row-major matrix as its transpose. Nothing is copied for that.
/// Symmetric matrices are their own transposes (the lower triangle is LAPACK's upper one), LU factorises the transpose
/// and solves with it transposed again, least squares asks for the transposed system, and the singular value
/// decomposition exchanges the roles of U and V.
///
/// **Reproducibility.** Results depend in their last bits on OpenBLAS's number of threads and on its kernels for the
/// processor. Call `BLASThreads.limit(to: 1)` where every bit matters.
public protocol LinearAlgebraScalar: BinaryFloatingPoint, Sendable {
    /// y ← αx + y.
    static func axpy(_ count: Int, alpha: Self, x: UnsafePointer<Self>, y: UnsafeMutablePointer<Self>)

    /// The inner product x·y.
    static func dot(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self

    /// The Euclidean norm of x, computed without overflow.
    static func nrm2(_ count: Int, _ x: UnsafePointer<Self>) -> Self

    /// x ← αx.
    static func scal(_ count: Int, alpha: Self, x: UnsafeMutablePointer<Self>)

    /// y ← α op(A) x + βy, with A stored as `rows` × `columns`.
    static func gemv(
        _ orientation: MatrixOrientation, rows: Int, columns: Int,
        alpha: Self, a: UnsafePointer<Self>, aStride: Int, x: UnsafePointer<Self>,
        beta: Self, y: UnsafeMutablePointer<Self>)

    /// C ← α op(A) op(B) + βC, with op(A) of `rows` × `inner`, op(B) of `inner` × `columns`. C is not read when β is 0.
    static func gemm(
        _ aOrientation: MatrixOrientation, _ bOrientation: MatrixOrientation, rows: Int, columns: Int, inner: Int,
        alpha: Self, a: UnsafePointer<Self>, aStride: Int, b: UnsafePointer<Self>, bStride: Int,
        beta: Self, c: UnsafeMutablePointer<Self>, cStride: Int)

    /// B ← op(T)⁻¹ B, with T a triangle of an `order` × `order` matrix and B of `order` × `columns`.
    ///
    /// With `unitDiagonal`, T's diagonal is taken as ones and not read.
    static func trsm(
        _ triangle: MatrixTriangle, _ orientation: MatrixOrientation, unitDiagonal: Bool, order: Int, columns: Int,
        t: UnsafePointer<Self>, tStride: Int, b: UnsafeMutablePointer<Self>, bStride: Int)

    /// x ← op(T)⁻¹ x for one vector whose elements lie `xStride` apart; otherwise as `trsm`.
    static func trsv(
        _ triangle: MatrixTriangle, _ orientation: MatrixOrientation, unitDiagonal: Bool, order: Int,
        t: UnsafePointer<Self>, tStride: Int, x: UnsafeMutablePointer<Self>, xStride: Int)

    /// The Cholesky factor L of a symmetric positive definite matrix A = LLᵀ, in the place of A's lower triangle.
    ///
    /// The strict upper triangle is neither read nor written.
    /// - Returns: 0, or the one-based row at which A turned out not to be positive definite.
    static func potrf(_ order: Int, a: UnsafeMutablePointer<Self>, aStride: Int) -> Int

    /// The factorisation Aᵀ = PLU of a square matrix: in A's place, row by row, Uᵀ in the lower triangle with its
    /// diagonal and Lᵀ, whose diagonal is ones, in the strict upper one.
    ///
    /// - Parameters:
    ///   - order: The number of rows and columns.
    ///   - a: The matrix, overwritten.
    ///   - aStride: Its row stride.
    ///   - pivots: On return, `order` one-based places: place i was exchanged with `pivots[i]`, for i ascending.
    /// - Returns: 0, or the one-based position of the first pivot that is exactly zero.
    static func getrf(_ order: Int, a: UnsafeMutablePointer<Self>, aStride: Int, pivots: UnsafeMutablePointer<Int32>)
        -> Int

    /// Solves tridiagonal systems by elimination with partial pivoting; overwrites all its arguments.
    ///
    /// - Parameters:
    ///   - order: The number of unknowns.
    ///   - rightHandSides: How many systems share the matrix.
    ///   - lower: `order` − 1 elements, the first in row 1.
    ///   - diagonal: `order` elements.
    ///   - upper: `order` − 1 elements, the first in row 0.
    ///   - b: The right-hand sides, each contiguous, one `bStride` after the other; the solutions on return.
    ///   - bStride: At least `order`.
    /// - Returns: 0, or the one-based row at which a pivot is exactly zero.
    static func gtsv(
        _ order: Int, rightHandSides: Int, lower: UnsafeMutablePointer<Self>, diagonal: UnsafeMutablePointer<Self>,
        upper: UnsafeMutablePointer<Self>, b: UnsafeMutablePointer<Self>, bStride: Int
    ) -> Int

    /// Eigenvalues and eigenvectors of a symmetric matrix by divide and conquer; allocates its workspace.
    ///
    /// - Parameters:
    ///   - order: The number of rows and columns.
    ///   - a: The matrix, of which the lower triangle is read; on return, eigenvector k in **row** k.
    ///   - aStride: Its row stride.
    ///   - eigenvalues: `order` elements, ascending on return.
    /// - Returns: 0, or a positive number when the iteration did not converge.
    static func syevd(
        _ order: Int, a: UnsafeMutablePointer<Self>, aStride: Int, eigenvalues: UnsafeMutablePointer<Self>
    ) -> Int

    /// Least squares by QR, or the solution of least norm when there are fewer rows than columns; allocates its
    /// workspace.
    ///
    /// - Parameters:
    ///   - rows: The number of equations.
    ///   - columns: The number of unknowns.
    ///   - rightHandSides: How many systems share the matrix.
    ///   - a: The matrix, of full rank; overwritten.
    ///   - aStride: Its row stride.
    ///   - b: The right-hand sides, each contiguous, one `bStride` after the other; the solutions on return.
    ///   - bStride: At least the larger of `rows` and `columns`.
    /// - Returns: 0, or the one-based position of a diagonal element of R that is exactly zero.
    static func gels(
        rows: Int, columns: Int, rightHandSides: Int, a: UnsafeMutablePointer<Self>, aStride: Int,
        b: UnsafeMutablePointer<Self>, bStride: Int
    ) -> Int

    /// The factorisation A = QR of a matrix with at least as many rows as columns; allocates nothing.
    ///
    /// - Parameters:
    ///   - rows: The rows of A.
    ///   - columns: The columns of A.
    ///   - a: The matrix; on return Q, whose columns are orthonormal.
    ///   - aStride: Its row stride.
    ///   - r: On return R, `columns` × `columns` with row stride `columns`, zero below its diagonal, which is not negative.
    ///   - work: Room for `qrWorkspaceCount(columns)` numbers.
    static func qr(
        rows: Int, columns: Int, a: UnsafeMutablePointer<Self>, aStride: Int, r: UnsafeMutablePointer<Self>,
        work: UnsafeMutablePointer<Self>)

    /// The singular value decomposition A = UΣVᵀ with k = min(rows, columns) terms; allocates its workspace.
    ///
    /// - Parameters:
    ///   - rows: The rows of A.
    ///   - columns: The columns of A.
    ///   - a: The matrix, destroyed.
    ///   - aStride: Its row stride.
    ///   - singularValues: k elements, descending on return.
    ///   - u: On return U, `rows` × k with row stride k.
    ///   - vt: On return Vᵀ, k × `columns` with row stride `columns`.
    /// - Returns: 0, a positive number when the iteration did not converge, or −4 when A holds a NaN.
    static func gesdd(
        rows: Int, columns: Int, a: UnsafeMutablePointer<Self>, aStride: Int,
        singularValues: UnsafeMutablePointer<Self>, u: UnsafeMutablePointer<Self>, vt: UnsafeMutablePointer<Self>
    )
        -> Int
}

extension LinearAlgebraScalar {
    /// The numbers that `qr` works with: reflections, and blocks of 64 columns.
    public static func qrWorkspaceCount(_ columns: Int) -> Int { 65 * max(1, columns) }

    /// R from what LAPACK left of A, and the signs that make its diagonal not negative.
    static func takeTriangle(_ columns: Int, _ a: UnsafePointer<Self>, _ aStride: Int, _ r: UnsafeMutablePointer<Self>)
    {
        for row in 0..<columns {
            for column in 0..<columns { r[row &* columns &+ column] = column < row ? 0 : a[row &* aStride &+ column] }
        }
    }

    /// Turns the columns of Q and rows of R whose diagonal is negative.
    static func turn(
        rows: Int, columns: Int, _ q: UnsafeMutablePointer<Self>, _ qStride: Int, _ r: UnsafeMutablePointer<Self>
    ) {
        for k in 0..<columns where r[k &* columns &+ k] < 0 {
            for column in k..<columns { r[k &* columns &+ column].negate() }
            for row in 0..<rows { q[row &* qStride &+ k].negate() }
        }
    }

    /// X ← A⁻¹ B in B's place, from the Cholesky factor that `potrf` left in `l`; B has `columns` columns.
    public static func potrs(
        _ order: Int, columns: Int, l: UnsafePointer<Self>, lStride: Int, b: UnsafeMutablePointer<Self>, bStride: Int
    ) {
        solveTriangle(.lower, .plain, false, order, columns, l, lStride, b, bStride)
        solveTriangle(.lower, .transposed, false, order, columns, l, lStride, b, bStride)
    }

    /// X ← A⁻¹ B in B's place, from the factors and pivots that `getrf` left; B has `columns` columns.
    public static func getrs(
        _ order: Int, columns: Int, lu: UnsafePointer<Self>, luStride: Int, pivots: UnsafePointer<Int32>,
        b: UnsafeMutablePointer<Self>, bStride: Int
    ) {
        // From Aᵀ = PLU: A = Uᵀ Lᵀ Pᵀ, so X = P L⁻ᵀ U⁻ᵀ B, and P undoes the exchanges from the last to the first.
        solveTriangle(.lower, .plain, false, order, columns, lu, luStride, b, bStride)
        solveTriangle(.upper, .plain, true, order, columns, lu, luStride, b, bStride)
        for row in stride(from: order - 1, through: 0, by: -1) {
            let other = Int(pivots[row]) - 1
            guard other != row else { continue }
            for column in 0..<columns {
                let value = b[row &* bStride &+ column]
                b[row &* bStride &+ column] = b[other &* bStride &+ column]
                b[other &* bStride &+ column] = value
            }
        }
    }

    /// One column goes to `trsv`, which does not pack the matrix first.
    private static func solveTriangle(
        _ triangle: MatrixTriangle, _ orientation: MatrixOrientation, _ unitDiagonal: Bool, _ order: Int,
        _ columns: Int, _ t: UnsafePointer<Self>, _ tStride: Int, _ b: UnsafeMutablePointer<Self>, _ bStride: Int
    ) {
        if columns == 1 {
            trsv(
                triangle, orientation, unitDiagonal: unitDiagonal, order: order, t: t, tStride: tStride, x: b,
                xStride: bStride)
        } else {
            trsm(
                triangle, orientation, unitDiagonal: unitDiagonal, order: order, columns: columns, t: t,
                tStride: tStride, b: b, bStride: bStride)
        }
    }
}
