import Glibc

/// GMRES without restart (Y. Saad & M. H. Schultz, SIAM J. Sci. Stat. Comput. 7 (1986)): for operators close to the identity, of
/// which a few dozen iterations are enough.
package struct GeneralizedMinimalResidual {
    /// The relative residual at which it ends.
    let tolerance: Double
    /// The most iterations, and vectors kept.
    let iterationLimit: Int

    package init(tolerance: Double, iterationLimit: Int) {
        (self.tolerance, self.iterationLimit) = (tolerance, iterationLimit)
    }

    /// x with A x ≈ b, and the iterations taken: until `goesOn`, which is asked before each, says no.
    package func solve(
        _ b: [Double], while goesOn: () -> Bool = { true }, _ apply: ([Double]) -> [Double]
    ) -> (x: [Double], iterations: Int) {
        let norm = Self.norm(b)
        guard norm > 0, norm.isFinite else { return (b, 0) }
        var basis = [b.map { $0 / norm }]
        // The columns of the triangle, and the rotated right-hand side.
        var columns: [[Double]] = []
        var rotations: [(cosine: Double, sine: Double)] = []
        var right = [norm]
        while columns.count < iterationLimit, abs(right.last!) > tolerance * norm, goesOn() {
            var vector = apply(basis.last!)
            var column: [Double] = []
            for direction in basis {
                let overlap = zip(vector, direction).reduce(0) { $0 + $1.0 * $1.1 }
                for i in vector.indices { vector[i] -= overlap * direction[i] }
                column.append(overlap)
            }
            let rest = Self.norm(vector)
            guard rest.isFinite else { break }
            for (i, rotation) in rotations.enumerated() {
                let (a, b) = (column[i], column[i + 1])
                column[i] = rotation.cosine * a + rotation.sine * b
                column[i + 1] = rotation.cosine * b - rotation.sine * a
            }
            let length = hypot(column.last!, rest)
            guard length > 0 else { break }
            let rotation = (cosine: column.last! / length, sine: rest / length)
            column[column.count - 1] = length
            rotations.append(rotation)
            columns.append(column)
            let last = right.last!
            right[right.count - 1] = rotation.cosine * last
            right.append(-rotation.sine * last)
            guard rest > 1e-14 * length else { break }
            basis.append(vector.map { $0 / rest })
        }
        var weights = [Double](repeating: 0, count: columns.count)
        for i in columns.indices.reversed() {
            let known = columns.indices[(i + 1)...].reduce(0.0) { $0 + columns[$1][i] * weights[$1] }
            weights[i] = (right[i] - known) / columns[i][i]
        }
        var x = [Double](repeating: 0, count: b.count)
        for (weight, direction) in zip(weights, basis) {
            for i in x.indices { x[i] += weight * direction[i] }
        }
        return (x, columns.count)
    }

    private static func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
