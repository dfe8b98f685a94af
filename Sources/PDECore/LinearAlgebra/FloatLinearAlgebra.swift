// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// The documentation of each function stands at its requirement in `LinearAlgebraScalar`.

import COpenBLAS

extension Float: LinearAlgebraScalar {
    public static func axpy(_ count: Int, alpha: Self, x: UnsafePointer<Self>, y: UnsafeMutablePointer<Self>) {
        cblas_saxpy(blasint(count), alpha, x, 1, y, 1)
    }

    public static func dot(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self {
        cblas_sdot(blasint(count), x, 1, y, 1)
    }

    public static func nrm2(_ count: Int, _ x: UnsafePointer<Self>) -> Self {
        cblas_snrm2(blasint(count), x, 1)
    }

    public static func scal(_ count: Int, alpha: Self, x: UnsafeMutablePointer<Self>) {
        cblas_sscal(blasint(count), alpha, x, 1)
    }

    public static func gemv(
        _ orientation: MatrixOrientation, rows: Int, columns: Int,
        alpha: Self, a: UnsafePointer<Self>, aStride: Int, x: UnsafePointer<Self>,
        beta: Self, y: UnsafeMutablePointer<Self>
    ) {
        requireStride(aStride, columns: columns, "aStride", "gemv")
        cblas_sgemv(
            CblasRowMajor, orientation.cblas, blasint(rows), blasint(columns), alpha, a, blasint(aStride), x, 1, beta,
            y, 1)
    }

    public static func gemm(
        _ aOrientation: MatrixOrientation, _ bOrientation: MatrixOrientation, rows: Int, columns: Int, inner: Int,
        alpha: Self, a: UnsafePointer<Self>, aStride: Int, b: UnsafePointer<Self>, bStride: Int,
        beta: Self, c: UnsafeMutablePointer<Self>, cStride: Int
    ) {
        requireStride(aStride, columns: aOrientation == .plain ? inner : rows, "aStride", "gemm")
        requireStride(bStride, columns: bOrientation == .plain ? columns : inner, "bStride", "gemm")
        requireStride(cStride, columns: columns, "cStride", "gemm")
        cblas_sgemm(
            CblasRowMajor, aOrientation.cblas, bOrientation.cblas, blasint(rows), blasint(columns), blasint(inner),
            alpha, a, blasint(aStride), b, blasint(bStride), beta, c, blasint(cStride))
    }

    public static func trsm(
        _ triangle: MatrixTriangle, _ orientation: MatrixOrientation, unitDiagonal: Bool, order: Int, columns: Int,
        t: UnsafePointer<Self>, tStride: Int, b: UnsafeMutablePointer<Self>, bStride: Int
    ) {
        requireStride(tStride, columns: order, "tStride", "trsm")
        requireStride(bStride, columns: columns, "bStride", "trsm")
        cblas_strsm(
            CblasRowMajor, CblasLeft, triangle.cblas, orientation.cblas, unitDiagonal ? CblasUnit : CblasNonUnit,
            blasint(order), blasint(columns), 1, t, blasint(tStride), b, blasint(bStride))
    }

    public static func trsv(
        _ triangle: MatrixTriangle, _ orientation: MatrixOrientation, unitDiagonal: Bool, order: Int,
        t: UnsafePointer<Self>, tStride: Int, x: UnsafeMutablePointer<Self>, xStride: Int
    ) {
        requireStride(tStride, columns: order, "tStride", "trsv")
        requireStride(xStride, columns: 1, "xStride", "trsv")
        cblas_strsv(
            CblasRowMajor, triangle.cblas, orientation.cblas, unitDiagonal ? CblasUnit : CblasNonUnit,
            blasint(order), t, blasint(tStride), x, blasint(xStride))
    }

    public static func potrf(_ order: Int, a: UnsafeMutablePointer<Self>, aStride: Int) -> Int {
        checkedInfo(lapack_spotrf(LAPACKOption.upper, blasint(order), a, blasint(aStride)), "potrf")
    }

    public static func getrf(
        _ order: Int, a: UnsafeMutablePointer<Self>, aStride: Int, pivots: UnsafeMutablePointer<Int32>
    ) -> Int {
        checkedInfo(lapack_sgetrf(blasint(order), blasint(order), a, blasint(aStride), pivots), "getrf")
    }

    public static func gtsv(
        _ order: Int, rightHandSides: Int, lower: UnsafeMutablePointer<Self>, diagonal: UnsafeMutablePointer<Self>,
        upper: UnsafeMutablePointer<Self>, b: UnsafeMutablePointer<Self>, bStride: Int
    ) -> Int {
        checkedInfo(
            lapack_sgtsv(blasint(order), blasint(rightHandSides), lower, diagonal, upper, b, blasint(bStride)), "gtsv")
    }

    public static func syevd(
        _ order: Int, a: UnsafeMutablePointer<Self>, aStride: Int, eigenvalues: UnsafeMutablePointer<Self>
    ) -> Int {
        let info = withLAPACKWorkspace(of: Self.self) { work, length, integers, integerLength in
            lapack_ssyevd(
                LAPACKOption.vectors, LAPACKOption.upper, blasint(order), a, blasint(aStride), eigenvalues, work,
                length, integers, integerLength)
        }
        return checkedInfo(info, "syevd")
    }

    public static func gels(
        rows: Int, columns: Int, rightHandSides: Int, a: UnsafeMutablePointer<Self>, aStride: Int,
        b: UnsafeMutablePointer<Self>, bStride: Int
    ) -> Int {
        let info = withLAPACKWorkspace(of: Self.self) { work, length, _, _ in
            lapack_sgels(
                LAPACKOption.transposed, blasint(columns), blasint(rows), blasint(rightHandSides), a, blasint(aStride),
                b, blasint(bStride), work, length)
        }
        return checkedInfo(info, "gels")
    }

    public static func qr(
        rows: Int, columns: Int, a: UnsafeMutablePointer<Self>, aStride: Int, r: UnsafeMutablePointer<Self>,
        work: UnsafeMutablePointer<Self>
    ) {
        precondition(rows >= columns, "qr: expected at least as many rows as columns, got \(rows)×\(columns)")
        requireStride(aStride, columns: columns, "aStride", "qr")
        guard columns > 0 else { return }
        // LAPACK sees Aᵀ = RᵀQᵀ.
        let (rest, length) = (work + columns, blasint(qrWorkspaceCount(columns) - columns))
        let (m, n, stride) = (blasint(columns), blasint(rows), blasint(aStride))
        _ = checkedInfo(lapack_sgelqf(m, n, a, stride, work, rest, length), "qr")
        takeTriangle(columns, a, aStride, r)
        _ = checkedInfo(lapack_sorglq(m, n, m, a, stride, work, rest, length), "qr")
        turn(rows: rows, columns: columns, a, aStride, r)
    }

    public static func gesdd(
        rows: Int, columns: Int, a: UnsafeMutablePointer<Self>, aStride: Int,
        singularValues: UnsafeMutablePointer<Self>, u: UnsafeMutablePointer<Self>, vt: UnsafeMutablePointer<Self>
    ) -> Int {
        let count = min(rows, columns)
        let info = withLAPACKWorkspace(of: Self.self, integers: 8 * count) { work, length, integers, _ in
            lapack_sgesdd(
                LAPACKOption.economy, blasint(columns), blasint(rows), a, blasint(aStride), singularValues, vt,
                blasint(max(1, columns)), u, blasint(max(1, count)), work, length, integers)
        }
        return info == -4 ? -4 : checkedInfo(info, "gesdd")
    }
}
