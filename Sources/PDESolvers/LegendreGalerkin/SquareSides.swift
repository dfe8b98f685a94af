/// What is given on the four sides of a square, and its blend into the inside.
struct SquareSides {
    /// At the nodes of x: the sides y = 0 and y = L.
    private let bottom, top: [Double]
    /// At the nodes of y: the sides x = 0 and x = L.
    private let left, right: [Double]
    /// At (0, 0), (L, 0), (0, L) and (L, L).
    private let corners: (Double, Double, Double, Double)
    private let length: Double

    init(_ problem: BoundaryValueProblem, nodes: [Double]) {
        let length = problem.length
        func along(_ point: (Double) -> SIMD2<Double>) -> [Double] {
            nodes.map { problem.boundary(point(length / 2 * ($0 + 1))) }
        }
        bottom = along { SIMD2($0, 0) }
        top = along { SIMD2($0, length) }
        left = along { SIMD2(0, $0) }
        right = along { SIMD2(length, $0) }
        corners = (
            problem.boundary(SIMD2(0, 0)), problem.boundary(SIMD2(length, 0)), problem.boundary(SIMD2(0, length)),
            problem.boundary(SIMD2(length, length))
        )
        self.length = length
    }

    /// The blend at (ξ, η): the sides' values, linear in between, less the corners' that are counted twice.
    func blend(_ xi: Double, _ eta: Double, _ problem: BoundaryValueProblem) -> Double {
        let (x, y) = (length / 2 * (xi + 1), length / 2 * (eta + 1))
        let (a, b, c, d) = ((1 - xi) / 2, (1 + xi) / 2, (1 - eta) / 2, (1 + eta) / 2)
        let ends = a * problem.boundary(SIMD2(0, y)) + b * problem.boundary(SIMD2(length, y))
        let floors = c * problem.boundary(SIMD2(x, 0)) + d * problem.boundary(SIMD2(x, length))
        return ends + floors - c * (a * corners.0 + b * corners.1) - d * (a * corners.2 + b * corners.3)
    }

    /// (∇blend, ∇φ_k φ_l), k slowest: of each side's blend only the derivative along the side counts, for φ' has no mean.
    func stiffness(_ basis: LegendreBasis) -> [Double] {
        let falling = basis.moments(basis.nodes.map { (1 - $0) / 2 })
        let rising = basis.moments(basis.nodes.map { (1 + $0) / 2 })
        let south = basis.slopes(bottom, ends: (corners.0, corners.1))
        let north = basis.slopes(top, ends: (corners.2, corners.3))
        let west = basis.slopes(left, ends: (corners.0, corners.2))
        let east = basis.slopes(right, ends: (corners.1, corners.3))
        var result: [Double] = []
        result.reserveCapacity(basis.count * basis.count)
        for k in 0..<basis.count {
            for l in 0..<basis.count {
                let alongX = south[k] * falling[l] + north[k] * rising[l]
                let alongY = falling[k] * west[l] + rising[k] * east[l]
                result.append(alongX + alongY)
            }
        }
        return result
    }
}
