import PDECore
import PDETensor

/// The iteration that makes matrices orthogonal, X ← aX + X (b XᴴX + c (XᴴX)²), with its workspace for one thread.
///
/// **Complex numbers.** A Hermitian matrix R + iK, with R symmetric and K antisymmetric, is kept as one real matrix W = R + K. With
/// X = A + iB the one of XᴴX is Aᵀ(A + B) + Bᵀ(B − A), and that of a square WR + WᵀK: half as many products of real matrices as by
/// parts, and each of the two is one product of matrices one above the other. The last product takes three instead of four,
/// (A + B)R, BW and AWᵀ (Gauss). That makes 7n³ multiplications where m = n, which BLAS does at the processor's peak from 32 channels
/// on.
final class NewtonSchulz<Scalar: Real> {
    /// Rows and columns, and 2 parts for complex numbers, whose real parts stand before the imaginary ones.
    struct Shape {
        var rows, columns, parts: Int

        /// Numbers of a matrix.
        var count: Int { parts * rows * columns }
        /// Whether the smaller product XXᴴ takes the place of XᴴX; complex matrices come with about as many rows as columns.
        var isWide: Bool { parts == 1 && rows < columns }
        /// The order of that product.
        var order: Int { isWide ? rows : columns }
        /// Multiplications up to a factor.
        var work: Int { count * order }
    }

    /// The matrix that the iteration begins with.
    let x: Tensor<Scalar>
    private let y, sums, squares: Tensor<Scalar>
    private let (a, b, c): (Scalar, Scalar, Scalar) = (3.4445, -4.775, 2.0315)

    /// Room for matrices of some shapes.
    init(_ shapes: [Shape], on backend: any Backend) {
        func room(_ count: (Shape) -> Int) -> Tensor<Scalar> {
            Tensor(repeating: 0, shape: [shapes.map(count).max()!], on: backend)
        }
        (x, y, sums) = (room(\.count), room(\.count), room { $0.parts == 2 ? $0.count : 0 })
        squares = room { ($0.parts == 2 ? 6 : 2) * $0.order * $0.order }
    }

    /// What becomes of `x`: in this workspace.
    func orthogonalized(_ shape: Shape, iterations: Int) -> UnsafeMutablePointer<Scalar> {
        var (x, y) = (x.pointer, y.pointer)
        for _ in 0..<iterations {
            if shape.parts == 2 { advanceComplex(shape, x, y) } else { advance(shape, x, y) }
            swap(&x, &y)
        }
        return x
    }

    /// y ← ax + x (bG + cG²) with G = xᵀx, or ax + (bG + cG²) x with G = xxᵀ.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private func advance(_ shape: Shape, _ x: UnsafeMutablePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
        let (m, n, order) = (shape.rows, shape.columns, shape.order)
        let gram = squares.pointer
        let polynomial = gram + order * order
        if shape.isWide {
            Scalar.gemm(
                .plain, .transposed, rows: m, columns: m, inner: n, alpha: 1, a: x, aStride: n, b: x, bStride: n,
                beta: 0, c: gram, cStride: m)
        } else {
            product(.transposed, x, x, rows: n, inner: m, n, to: gram)
        }
        polynomial.update(from: gram, count: order * order)
        product(.plain, gram, gram, rows: order, inner: order, order, c, to: polynomial, keeping: b)
        y.update(from: x, count: m * n)
        if shape.isWide {
            product(.plain, polynomial, x, rows: m, inner: m, n, to: y, keeping: a)
        } else {
            product(.plain, x, polynomial, rows: m, inner: n, n, to: y, keeping: a)
        }
    }

    /// The same of complex matrices, y ← xP with P = aI + bG + cG².
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private func advanceComplex(_ shape: Shape, _ x: UnsafeMutablePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>) {
        let (m, n, count, square) = (shape.rows, shape.columns, shape.rows * shape.columns, shape.order * shape.order)
        let (real, imaginary, sum) = (x, x + count, sums.pointer)
        let transposed = squares.pointer
        let (w, symmetric) = (transposed + square, transposed + 2 * square)
        let (antisymmetric, polynomial) = (symmetric + square, symmetric + 2 * square)
        let polynomialTransposed = polynomial + square
        func addToDiagonal(_ matrix: UnsafeMutablePointer<Scalar>, _ summand: Scalar) {
            for i in 0..<n { matrix[i &* (n &+ 1)] += summand }
        }
        Scalar.combine(.add, real, imaginary, into: sum, count: count)
        Scalar.combine(.subtract, imaginary, real, into: sum + count, count: count)
        product(.transposed, real, sum, rows: n, inner: 2 * m, n, to: w)
        Scalar.symmetricParts(
            w, order: n, transposed: transposed, symmetric: symmetric, antisymmetric: antisymmetric)
        // bW + c(WR + WᵀK) = c(W(R + b/c I) + WᵀK).
        addToDiagonal(symmetric, b / c)
        product(.transposed, transposed, symmetric, rows: n, inner: 2 * n, n, c, to: polynomial)
        addToDiagonal(polynomial, a)
        Scalar.symmetricParts(
            polynomial, order: n, transposed: polynomialTransposed, symmetric: symmetric, antisymmetric: antisymmetric)
        // With W = R + K and Wᵀ = R − K, (A + iB)(R + iK) = (A + B)R − BW + i((A + B)R − AWᵀ).
        product(.plain, sum, symmetric, rows: m, inner: n, n, to: y)
        (y + count).update(from: y, count: count)
        product(.plain, imaginary, polynomial, rows: m, inner: n, n, -1, to: y, keeping: 1)
        product(.plain, real, polynomialTransposed, rows: m, inner: n, n, -1, to: y + count, keeping: 1)
    }

    /// target ← alpha op(p) q + beta target, with op(p) of `rows` × `inner` and q of `inner` × `columns`.
    @inline(__always)
    private func product(
        _ orientation: MatrixOrientation, _ p: UnsafePointer<Scalar>, _ q: UnsafePointer<Scalar>, rows: Int,
        inner: Int, _ columns: Int, _ alpha: Scalar = 1, to target: UnsafeMutablePointer<Scalar>,
        keeping beta: Scalar = 0
    ) {
        Scalar.gemm(
            orientation, .plain, rows: rows, columns: columns, inner: inner, alpha: alpha, a: p,
            aStride: orientation == .plain ? inner : rows, b: q, bStride: columns, beta: beta, c: target,
            cStride: columns)
    }
}
