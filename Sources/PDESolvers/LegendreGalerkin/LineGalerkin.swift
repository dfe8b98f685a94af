import Glibc
import PDECore

/// Poisson's and the Allen–Cahn equation on an interval by the Legendre–Galerkin method.
///
/// u = the straight line between the ends + Σ c_k φ_k. With ξ = 2x/L − 1 and J = L/2 the coefficients of ∇²u + r(u) = f satisfy
///
///     c_k + J² (f − r(u), φ_k) = 0,        r = 0 or u³ − u,
///
/// for the stiffness matrix is the identity: Poisson's equation needs no solution of a system (J. Shen, 1994). The nonlinear
/// one is solved by Newton's method from the solution of Poisson's with the same source, with a dense matrix and step halving.
///
/// - Accuracy: exponential in the degree beyond the largest wavenumber; 1e-11 or so at best for thousands of degrees.
/// - Cost: O(N²) for Poisson; for Allen–Cahn some 8N³ operations a Newton step, 0.4 s at 2048.
/// - Signs of failure: `spectralTail` above 1e-16, too low a degree; an outcome other than converged, no solution near.
final class LineGalerkin {
    private let basis: LegendreBasis
    private let length: Double
    /// φ_k and ξ at the stored points.
    private let evaluation: Matrix<Double>
    private let points: [Double]

    /// - Parameters:
    ///   - degree: of the polynomials.
    ///   - points: how many points of the interval the solution is wanted at, both ends included.
    init(degree: Int, length: Double, points count: Int) {
        basis = LegendreBasis(degree: degree, nodes: 2 * degree)
        self.length = length
        points = (0..<count).map { 2 * Double($0) / Double(count - 1) - 1 }
        evaluation = LegendreBasis.functions(LegendreBasis.polynomials(degree: degree, at: points))
    }

    func solve(_ problem: BoundaryValueProblem, _ goesOn: () -> Bool) -> BoundaryValueSolution {
        let half = length / 2
        let ends = (problem.boundary(SIMD2(0, 0)), problem.boundary(SIMD2(length, 0)))
        let source = basis.nodes.map { problem.source(SIMD2(half * ($0 + 1), 0)) }
        let line = basis.nodes.map { Self.line(ends, $0) }
        let forcing = basis.moments(source).map { half * half * $0 }
        var state = NewtonState(coefficients: forcing.map { -$0 })
        if problem.equation == .allenCahn { iterate(&state, line, forcing, goesOn) }
        var values = points.map { Self.line(ends, $0) }
        Double.gemv(
            .plain, rows: points.count, columns: basis.count, alpha: 1, a: evaluation.storage, aStride: basis.count,
            x: state.coefficients, beta: 1, y: &values)
        return state.solution(values, tail: SpectralTail.share(ofLine: state.coefficients, values: values))
    }

    private static func line(_ ends: (Double, Double), _ xi: Double) -> Double {
        ends.0 * (1 - xi) / 2 + ends.1 * (1 + xi) / 2
    }

    /// u at the nodes.
    private func nodal(_ coefficients: [Double], _ line: [Double]) -> [Double] {
        var u = line
        Double.gemv(
            .plain, rows: u.count, columns: basis.count, alpha: 1, a: basis.values.storage, aStride: basis.count,
            x: coefficients, beta: 1, y: &u)
        return u
    }

    /// c + J² (f − r(u), φ).
    private func residual(_ coefficients: [Double], _ u: [Double], _ forcing: [Double]) -> [Double] {
        let scale = length * length / 4
        let reaction = basis.moments(u.map { AllenCahnReaction.reaction($0) })
        return coefficients.indices.map { coefficients[$0] + forcing[$0] - scale * reaction[$0] }
    }

    private func iterate(
        _ state: inout NewtonState, _ line: [Double], _ forcing: [Double], _ goesOn: () -> Bool
    ) {
        state.iterate(
            scale: forcing, while: goesOn,
            residual: { self.residual($0, self.nodal($0, line), forcing) },
            correction: { coefficients, residual in
                guard let factors = try? LUFactorization(self.jacobian(self.nodal(coefficients, line))) else {
                    return nil
                }
                return (factors.solve(residual), 0)
            })
    }

    /// I − J² Φᵀ W r'(u) Φ.
    private func jacobian(_ u: [Double]) -> Matrix<Double> {
        let (n, q) = (basis.count, basis.nodes.count)
        let scale = length * length / 4
        var weighted = basis.values.storage
        weighted.withUnsafeMutableBufferPointer { rows in
            for node in 0..<q {
                let factor = scale * basis.weights[node] * AllenCahnReaction.slope(u[node])
                for k in 0..<n { rows[node &* n &+ k] *= factor }
            }
        }
        var matrix = Matrix<Double>.identity(n)
        matrix.storage.withUnsafeMutableBufferPointer { c in
            Double.gemm(
                .transposed, .plain, rows: n, columns: n, inner: q, alpha: -1, a: basis.values.storage, aStride: n,
                b: weighted, bStride: n, beta: 1, c: c.baseAddress!, cStride: n)
        }
        return matrix
    }
}

/// r(u) = u(u² − 1) of the Allen–Cahn equation.
package enum AllenCahnReaction {
    package static func reaction(_ u: Double) -> Double { u * (u * u - 1) }
    package static func slope(_ u: Double) -> Double { 3 * u * u - 1 }
}
