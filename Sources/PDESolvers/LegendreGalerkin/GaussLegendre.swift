import Glibc

/// Nodes and weights on [−1, 1] that integrate polynomials of degree 2·count − 1 exactly.
///
/// Newton's method on Legendre's polynomials from Tricomi's estimate of their roots.
package struct GaussLegendre {
    package let nodes: [Double]
    package let weights: [Double]

    package init(count: Int) {
        precondition(count >= 1, "count: expected at least 1, got \(count)")
        var (nodes, weights): ([Double], [Double]) = ([], [])
        for index in 0..<count {
            var x = cos(.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
            var slope = 1.0
            for _ in 0..<8 {
                var (before, value) = (1.0, x)
                for degree in 1..<count {
                    let k = Double(degree)
                    (before, value) = (value, ((2 * k + 1) * x * value - k * before) / (k + 1))
                }
                slope = Double(count) * (x * value - before) / (x * x - 1)
                let next = x - value / slope
                if next == x { break }
                x = next
            }
            nodes.append(x)
            weights.append(2 / ((1 - x * x) * slope * slope))
        }
        self.nodes = nodes
        self.weights = weights
    }
}
