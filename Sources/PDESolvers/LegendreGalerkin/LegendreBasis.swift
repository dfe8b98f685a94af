import Glibc
import PDECore

/// Polynomials on [−1, 1] that vanish at both ends, φ_k = (L_{k+2} − L_k)/√(4k+6) with Legendre's polynomials L, and the matrices
/// that take functions to them and back.
///
/// The stiffness matrix (φ_j', φ_k') is the identity and the mass matrix has five diagonals (J. Shen, "Efficient
/// spectral-Galerkin method I", SIAM J. Sci. Comput. 15 (1994), eq. 2.6–2.8), so that the condition does not grow with the degree
/// as that of collocation does. For analytic functions errors fall exponentially once the degree exceeds the wavenumber:
/// sin kξ needs about k + 10 k^{1/3} of it.
final class LegendreBasis: Sendable {
    /// The highest degree.
    let degree: Int
    /// Gauss–Legendre nodes and weights.
    let nodes, weights: [Double]
    /// φ_k at the nodes: [node][k].
    let values: Matrix<Double>

    /// Functions φ: degree − 1.
    var count: Int { degree - 1 }

    /// - Parameter nodes: how many quadrature nodes; a product of three functions of the basis with a test function needs twice
    ///   the degree.
    init(degree: Int, nodes count: Int) {
        precondition(degree >= 2, "degree: expected at least 2, got \(degree)")
        precondition(count > degree, "nodes: expected more than \(degree), got \(count)")
        self.degree = degree
        let rule = GaussLegendre(count: count)
        nodes = rule.nodes
        weights = rule.weights
        values = Self.functions(Self.polynomials(degree: degree, at: nodes))
    }

    /// L_n at points of [−1, 1]: [point][n].
    static func polynomials(degree: Int, at points: [Double]) -> Matrix<Double> {
        var table = Matrix<Double>(rows: points.count, columns: degree + 1)
        table.storage.withUnsafeMutableBufferPointer { table in
            for (row, x) in points.enumerated() {
                let values = table.baseAddress! + row * (degree + 1)
                values[0] = 1
                values[1] = x
                for n in 1..<degree {
                    let k = Double(n)
                    values[n &+ 1] = ((2 * k + 1) * x * values[n] - k * values[n &- 1]) / (k + 1)
                }
            }
        }
        return table
    }

    /// φ_k from L_n at the same points.
    static func functions(_ polynomials: Matrix<Double>) -> Matrix<Double> {
        let count = polynomials.columns - 2
        return Matrix(rows: polynomials.rows, columns: count) { point, k in
            (polynomials[point, k + 2] - polynomials[point, k]) / Double(4 * k + 6).squareRoot()
        }
    }

    /// (φ_j, φ_k).
    var mass: Matrix<Double> {
        func square(_ n: Int) -> Double { 2 / Double(2 * n + 1) }
        func norm(_ k: Int) -> Double { Double(4 * k + 6).squareRoot() }
        return Matrix(rows: count, columns: count) { j, k in
            switch abs(j - k) {
            case 0: (square(k) + square(k + 2)) / (norm(k) * norm(k))
            case 2: -square(max(j, k)) / (norm(j) * norm(k))
            default: 0
            }
        }
    }

    /// (g, φ_k) for g at the nodes.
    func moments(_ g: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: count)
        let weighted = zip(g, weights).map { $0 * $1 }
        Double.gemv(
            .transposed, rows: nodes.count, columns: count, alpha: 1, a: values.storage, aStride: count, x: weighted,
            beta: 0, y: &result)
        return result
    }

    /// (g', φ_k') for g at the nodes and at both ends: the coefficients of g's part that vanishes at the ends.
    ///
    /// φ_k' = √((2k+3)/2) L_{k+1}; by parts, ∫ g' L_n = [g L_n] − ∫ g L_n' with L_n' = Σ (2j+1) L_j over j = n−1, n−3, ….
    func slopes(_ g: [Double], ends: (Double, Double)) -> [Double] {
        let polynomials = Self.polynomials(degree: degree, at: nodes)
        var legendre = [Double](repeating: 0, count: degree + 1)
        let weighted = zip(g, weights).map { $0 * $1 }
        Double.gemv(
            .transposed, rows: nodes.count, columns: degree + 1, alpha: 1, a: polynomials.storage, aStride: degree + 1,
            x: weighted, beta: 0, y: &legendre)
        // ∫ g L_n', of the same parity as n − 1.
        var sums = [0.0, 0.0]
        return (0..<count).map { k in
            let n = k + 1
            sums[k % 2] += Double(2 * k + 1) * legendre[k]
            let boundary = ends.1 - (n % 2 == 0 ? ends.0 : -ends.0)
            return (Double(2 * k + 3) / 2).squareRoot() * (boundary - sums[k % 2])
        }
    }
}
