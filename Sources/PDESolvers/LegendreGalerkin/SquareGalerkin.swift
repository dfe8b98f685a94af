import Glibc
import PDECore

/// Poisson's and the Allen–Cahn equation on a square by the Legendre–Galerkin method.
///
/// u = the blend of the four sides (S. A. Coons, 1967) + Σ c_kl φ_k(ξ) φ_l(η). With J = L/2 and the mass matrix M the coefficients
/// of ∇²u + r(u) = f satisfy
///
///     M c + c M + J² (f − r(u), φ_k φ_l) + (∇blend, ∇φ_k φ_l) = 0.
///
/// The linear part is solved in M's eigenvectors: four products of matrices (R. E. Lynch, J. R. Rice & D. H. Thomas, Numer. Math. 6
/// (1964); J. Shen, 1994). The nonlinear equation is solved by Newton's method from the solution of Poisson's, its systems in the
/// smoothest of these eigenvectors (`SmoothCorrection`).
///
/// - Accuracy: exponential in the degree beyond the largest wavenumber of an axis; 1e-10 or so at best.
/// - Cost: set-up an eigendecomposition; Poisson some 20N³ operations, a step of Newton's method some 50N³.
/// - Signs of failure: `spectralTail` above 1e-16, too low a degree; an outcome other than converged, no solution near.
final class SquareGalerkin {
    private let basis: LegendreBasis
    private let length: Double
    private let points: [Double]
    /// φ_k at the stored points of an axis.
    private let evaluation: Matrix<Double>
    /// M's eigenvalues, and its eigenvectors as rows.
    private let eigenvalues: [Double]
    private let eigenvectors: Matrix<Double>
    /// Newton's corrections in the smoothest of M's eigenvectors, and these, as a product over the axes.
    private lazy var smooth: (correction: SmoothCorrection, functions: KroneckerProduct) = {
        let (n, half) = (basis.count, length / 2)
        let count = min(n, SmoothCorrection.mostFunctions)
        // Eigenvalues ascend, and the mass of a function of slope 1 falls with its wavenumber.
        let functions = Matrix(rows: count, columns: n) { eigenvectors[n - count + $0, $1] }
        return (
            SmoothCorrection(
                basis.values.product(.plain, with: functions, .transposed), weights: basis.weights.map { half * $0 },
                masses: eigenvalues.suffix(count).map { half * $0 },
                stiffnesses: Array(repeating: 1 / half, count: count)),
            KroneckerProduct(functions, functions)
        )
    }()

    /// - Parameters:
    ///   - degree: of the polynomials along each axis.
    ///   - points: how many points along each axis the solution is wanted at, both ends included.
    init(degree: Int, length: Double, points count: Int) {
        basis = LegendreBasis(degree: degree, nodes: 2 * degree)
        self.length = length
        points = (0..<count).map { 2 * Double($0) / Double(count - 1) - 1 }
        evaluation = LegendreBasis.functions(LegendreBasis.polynomials(degree: degree, at: points))
        guard let modes = try? SymmetricEigendecomposition(basis.mass) else {
            preconditionFailure("mass matrix: expected eigenvalues, got none")
        }
        eigenvalues = modes.values
        eigenvectors = modes.vectors
    }

    func solve(_ problem: BoundaryValueProblem, _ goesOn: () -> Bool) -> BoundaryValueSolution {
        let half = length / 2
        let sides = SquareSides(problem, nodes: basis.nodes)
        let source = basis.nodes.flatMap { xi in
            basis.nodes.map { eta in problem.source(SIMD2(half * (xi + 1), half * (eta + 1))) }
        }
        let scale = half * half
        var forcing = moments(source).map { scale * $0 }
        for (k, value) in sides.stiffness(basis).enumerated() { forcing[k] += value }
        var state = NewtonState(coefficients: poisson(forcing).map { -$0 })
        if problem.equation == .allenCahn {
            let blend = basis.nodes.flatMap { xi in basis.nodes.map { eta in sides.blend(xi, eta, problem) } }
            iterate(&state, blend, forcing, goesOn)
        }
        var values = product(product(evaluation, state.coefficients, .plain), evaluation)
        for (i, xi) in points.enumerated() {
            for (j, eta) in points.enumerated() {
                values[i * points.count + j] += sides.blend(xi, eta, problem)
            }
        }
        return state.solution(
            values, tail: SpectralTail.share(ofSquare: state.coefficients, side: basis.count, values: values))
    }

    private func iterate(
        _ state: inout NewtonState, _ blend: [Double], _ forcing: [Double], _ goesOn: () -> Bool
    ) {
        let scale = length * length / 4
        // In the preconditioned form c + P⁻¹(J² (f − r(u), φφ) + …), whose norm is that of a gradient.
        state.iterate(
            scale: poisson(forcing), while: goesOn,
            residual: { c in
                let u = self.nodal(c, blend)
                let reaction = self.moments(u.map { AllenCahnReaction.reaction($0) })
                let right = self.poisson(zip(forcing, reaction).map { $0 - scale * $1 })
                return zip(c, right).map { $0 + $1 }
            },
            correction: { c, residual in
                let slopes = self.nodal(c, blend).map { AllenCahnReaction.slope($0) }
                let zeros = [Double](repeating: 0, count: slopes.count)
                let (correction, functions) = self.smooth
                var (step, rest, iterations) = ([Double](repeating: 0, count: c.count), residual, 0)
                // Until it is as good as the system's own solution, on which it depends which one of several Newton's method finds.
                for _ in 0..<10 where goesOn() && Self.norm(rest) > 1e-6 * Self.norm(residual) {
                    let nodal = self.nodal(rest, zeros)
                    let (smooth, inner) = correction.correction(of: nodal, slopes: slopes, while: goesOn)
                    iterations += inner
                    let change = functions.product(.transposed, with: smooth)
                    for k in step.indices { step[k] += rest[k] + change.storage[k] }
                    let u = self.nodal(step, zeros)
                    let reaction = self.poisson(self.moments(zip(u, slopes).map { $0 * $1 }))
                    for k in step.indices { rest[k] = residual[k] - step[k] + scale * reaction[k] }
                }
                return (step, iterations)
            })
    }

    private static func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// P⁻¹: c of M c + c M = `right`.
    private func poisson(_ right: [Double]) -> [Double] {
        let n = basis.count
        var modes = product(product(eigenvectors, right, .plain), eigenvectors)
        for i in 0..<n {
            for j in 0..<n { modes[i &* n &+ j] /= eigenvalues[i] + eigenvalues[j] }
        }
        let transposed = product(eigenvectors, modes, .transposed)
        var result = [Double](repeating: 0, count: n * n)
        Double.gemm(
            .plain, .plain, rows: n, columns: n, inner: n, alpha: 1, a: transposed, aStride: n,
            b: eigenvectors.storage, bStride: n, beta: 0, c: &result, cStride: n)
        return result
    }

    /// (g, φ_k φ_l) for g at the nodes.
    private func moments(_ g: [Double]) -> [Double] {
        let (n, q) = (basis.count, basis.nodes.count)
        var weighted = g
        for i in 0..<q {
            for j in 0..<q { weighted[i &* q &+ j] *= basis.weights[i] * basis.weights[j] }
        }
        let rows = product(basis.values, weighted, .transposed)
        var result = [Double](repeating: 0, count: n * n)
        Double.gemm(
            .plain, .plain, rows: n, columns: n, inner: q, alpha: 1, a: rows, aStride: q, b: basis.values.storage,
            bStride: n, beta: 0, c: &result, cStride: n)
        return result
    }

    /// u at the nodes.
    private func nodal(_ c: [Double], _ blend: [Double]) -> [Double] {
        zip(product(product(basis.values, c, .plain), basis.values), blend).map { $0 + $1 }
    }

    /// op(A) X for X of as many rows as op(A) has columns.
    private func product(_ a: Matrix<Double>, _ x: [Double], _ orientation: MatrixOrientation) -> [Double] {
        let (rows, inner) = orientation == .plain ? (a.rows, a.columns) : (a.columns, a.rows)
        let columns = x.count / inner
        var result = [Double](repeating: 0, count: rows * columns)
        Double.gemm(
            orientation, .plain, rows: rows, columns: columns, inner: inner, alpha: 1, a: a.storage,
            aStride: a.columns, b: x, bStride: columns, beta: 0, c: &result, cStride: columns)
        return result
    }

    /// X Aᵀ.
    private func product(_ x: [Double], _ a: Matrix<Double>) -> [Double] {
        let rows = x.count / a.columns
        var result = [Double](repeating: 0, count: rows * a.rows)
        Double.gemm(
            .plain, .transposed, rows: rows, columns: a.rows, inner: a.columns, alpha: 1, a: x, aStride: a.columns,
            b: a.storage, bStride: a.columns, beta: 0, c: &result, cStride: a.rows)
        return result
    }
}
