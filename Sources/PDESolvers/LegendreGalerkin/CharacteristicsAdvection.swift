/// c ∂u/∂x + ∂u/∂y = f on a square by the method of characteristics: along x − cy = const the solution is the inflow's value plus
/// the integral of f (R. Courant & D. Hilbert, "Methods of Mathematical Physics", vol. 2, 1962, ch. I).
///
/// - Accuracy: round-off where f = 0; else that of Gauss–Legendre quadrature, exponential beyond the wavenumber of f.
/// - Cost: an evaluation of f a point and node.
final class CharacteristicsAdvection {
    private let length: Double
    private let count: Int
    private let rule: GaussLegendre

    /// - Parameters:
    ///   - degree: quadrature nodes along a characteristic.
    ///   - points: how many points along each axis the solution is wanted at, both ends included.
    init(degree: Int, length: Double, points: Int) {
        self.length = length
        count = points
        rule = GaussLegendre(count: degree)
    }

    func solve(_ problem: BoundaryValueProblem, speed: Double) -> BoundaryValueSolution {
        let spacing = length / Double(count - 1)
        var values = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0..<count {
                let (x, y) = (Double(i) * spacing, Double(j) * spacing)
                // How long ago, in y, the fluid came in.
                let isFromBottom = speed * y <= x
                let age = isFromBottom ? y : x / speed
                let foot = isFromBottom ? SIMD2(x - speed * y, 0) : SIMD2(0, y - age)
                var integral = 0.0
                for (node, weight) in zip(rule.nodes, rule.weights) {
                    let time = age * (node + 1) / 2
                    integral += weight * problem.source(SIMD2(foot.x + speed * time, foot.y + time))
                }
                values[i * count + j] = problem.boundary(foot) + integral * age / 2
            }
        }
        return BoundaryValueSolution(
            values: values, outcome: values.allSatisfy(\.isFinite) ? .converged : .notFinite, newtonSteps: 0,
            iterations: 0, residual: 0, spectralTail: 0)
    }
}
