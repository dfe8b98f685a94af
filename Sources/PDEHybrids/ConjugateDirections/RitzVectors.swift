import PDECore
import PDESolvers

/// Approximate eigenvectors of a system's A from a Krylov space, by Lanczos with full re-orthogonalisation (Y. Saad, "Numerical Methods
/// for Large Eigenvalue Problems", 2011, § 6.6).
package struct RitzVectors {
    /// Ritz values, ascending.
    package let values: [Double]
    /// Orthonormal vectors, one number a cell.
    package let vectors: [[Double]]

    /// - Parameters:
    ///   - start: where the Krylov space begins, 0 in solid cells.
    ///   - count: its dimension, less where it is exhausted before.
    package init(of system: PoissonSystem<Double>, from start: [Double], count: Int) {
        func dot(_ a: [Double], _ b: [Double]) -> Double { Double.dot(a.count, a, b) }
        var basis: [[Double]] = []
        var (diagonal, beside): ([Double], [Double]) = ([], [])
        var next = start
        var norm = dot(next, next).squareRoot()
        while basis.count < count, norm > 0 {
            let q = next.map { $0 / norm }
            basis.append(q)
            next = system.applied(to: q)
            diagonal.append(dot(q, next))
            // Twice is enough (Parlett & Kahan).
            for _ in 0..<2 {
                for old in basis {
                    let part = dot(old, next)
                    for cell in next.indices { next[cell] -= part * old[cell] }
                }
            }
            norm = dot(next, next).squareRoot()
            if norm < 1e-10 * abs(diagonal[0]) { norm = 0 }
            beside.append(norm)
        }
        let n = basis.count
        let small = Matrix<Double>(rows: n, columns: n) { i, j in
            i == j ? diagonal[i] : abs(i - j) == 1 ? beside[min(i, j)] : 0
        }
        guard n > 0, let eigen = try? SymmetricEigendecomposition(small) else {
            (values, vectors) = ([], [])
            return
        }
        values = eigen.values
        vectors = (0..<n).map { k in
            var vector = [Double](repeating: 0, count: start.count)
            for j in 0..<n {
                for cell in vector.indices { vector[cell] += eigen.vectors[k, j] * basis[j][cell] }
            }
            return vector
        }
    }
}
