/// c ∂u/∂x + ∂u/∂y = f on a square by differences centred in each cell (H. B. Keller, "A new difference scheme for parabolic problems",
/// 1971), which is of second order, explicit from where the flow comes in, and stable for any spacing.
struct BoxScheme {
    private let intervals: Int

    init(intervals: Int) { self.intervals = intervals }

    /// The values at all points of the grid, x slowest.
    func solve(_ problem: BoundaryValueProblem, speed: Double) -> [Double] {
        let (n, row) = (intervals, intervals + 1)
        let h = problem.length / Double(n)
        var u = [Double](repeating: 0, count: row * row)
        for i in 0...n {
            u[i * row] = problem.boundary(SIMD2(Double(i) * h, 0))
            u[i] = problem.boundary(SIMD2(0, Double(i) * h))
        }
        let (skew, weight) = ((1 - speed) / (1 + speed), 2 * h / (1 + speed))
        u.withUnsafeMutableBufferPointer { u in
            for i in 1...n {
                for j in 1...n {
                    let middle = SIMD2((Double(i) - 0.5) * h, (Double(j) - 0.5) * h)
                    let p = i &* row &+ j
                    u[p] = u[p &- row &- 1] + skew * (u[p &- 1] - u[p &- row]) + weight * problem.source(middle)
                }
            }
        }
        return u
    }
}
