/// u″ + r(u) = f on an interval by the second difference δ²u/h² = f − r(u), of second order, or by δ²u/h² = (1 + δ²/12)(f − r(u)), of
/// fourth (B. Numerov, 1924).
///
/// Every Newton step is one elimination of a tridiagonal matrix, which needs no pivots where the spacing resolves r.
struct LineDifferences {
    private let order: DifferenceSolver.Order
    private let intervals: Int

    init(_ order: DifferenceSolver.Order, intervals: Int) { (self.order, self.intervals) = (order, intervals) }

    /// The values at all points of the grid.
    func solve(_ problem: BoundaryValueProblem, _ goesOn: () -> Bool) -> NewtonState {
        let (n, h) = (intervals, problem.length / Double(intervals))
        let source = (0...n).map { problem.source(SIMD2(Double($0) * h, 0)) }
        let ends = [0, problem.length].map { problem.boundary(SIMD2($0, 0)) }
        let square = h * h
        let zeros = [Double](repeating: 0, count: n + 1)
        // δ²u = h² times the mean, in the rows of the points inside.
        var right = averaged(source).map { square * $0 }
        (right[0], right[n]) = (ends[0], ends[1])
        var state = NewtonState(coefficients: eliminated(right, slopes: zeros), tolerance: 1e-10)
        guard problem.equation == .allenCahn else { return state }
        // Measured in values of u, by the Laplacian's inverse.
        state.iterate(
            scale: state.coefficients, while: goesOn,
            residual: { u in
                var rest = averaged(zip(source, u).map { $0 - AllenCahnReaction.reaction($1) }).map { square * $0 }
                (rest[0], rest[n]) = (ends[0], ends[1])
                return zip(u, eliminated(rest, slopes: zeros)).map { $0 - $1 }
            },
            correction: { u, residual in
                // (δ² + h²(1 + δ²/12) r′) v = δ² residual.
                var right = zeros
                for i in 1..<n { right[i] = residual[i - 1] - 2 * residual[i] + residual[i + 1] }
                return (eliminated(right, slopes: u.map { square * AllenCahnReaction.slope($0) }), 0)
            })
        return state
    }

    /// (1 + δ²/12) g at the points inside, or g.
    private func averaged(_ g: [Double]) -> [Double] {
        guard order == .fourth else { return g }
        var mean = g
        for i in 1..<intervals { mean[i] = (g[i - 1] + 10 * g[i] + g[i + 1]) / 12 }
        return mean
    }

    /// The solution of (δ² + (1 + δ²/12) s) u = b with u given at the ends (L. H. Thomas, 1949).
    private func eliminated(_ b: [Double], slopes s: [Double]) -> [Double] {
        let (own, beside) = order == .fourth ? (10.0 / 12, 1.0 / 12) : (1, 0)
        var u = b
        var upper = [Double](repeating: 0, count: intervals)
        for i in 1..<intervals {
            let lower = 1 + beside * s[i - 1]
            let pivot = 1 / (-2 + own * s[i] - lower * upper[i - 1])
            upper[i] = (1 + beside * s[i + 1]) * pivot
            u[i] = (u[i] - lower * u[i - 1]) * pivot
        }
        for i in stride(from: intervals - 1, to: 0, by: -1) { u[i] -= upper[i] * u[i + 1] }
        return u
    }
}
