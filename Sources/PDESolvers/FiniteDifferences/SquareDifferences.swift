import Glibc
import PDECore

/// ∇²u + r(u) = f on a square by five-point differences, of second order, or by the compact nine-point scheme
/// (δx² + δy² + δx²δy²/6) u = h² (1 + (δx² + δy²)/12)(f − r(u)), of fourth (L. Collatz, 1960, ch. V).
///
/// Both are diagonal in sines, by fast transforms; the nonlinear equation is solved by Newton's method from the solution of Poisson's, its
/// systems in the lowest sines (`SmoothCorrection`).
final class SquareDifferences {
    private let order: DifferenceSolver.Order
    private let intervals: Int
    private let spacing: Double
    /// Points inside along an axis.
    private var side: Int { intervals - 1 }
    private let transform: FourierPlan
    private let field: AlignedBuffer<Double>
    /// What coefficients are multiplied by: the inverse of the scheme's eigenvalues, and of both transforms' size.
    private let inverse: [Double]
    private lazy var smooth: SmoothCorrection = {
        let (n, count) = (intervals, min(side, SmoothCorrection.mostFunctions))
        let size = (2 / (Double(n) * spacing)).squareRoot()
        let sines = Matrix(rows: n + 1, columns: count) { i, k in
            i == 0 || i == n ? 0 : size * sin(.pi * Double(i * (k + 1)) / Double(n))
        }
        let eigenvalues = (1...count).map { k in
            let sine = 2 * sin(.pi * Double(k) / Double(2 * n)) / spacing
            return sine * sine
        }
        return SmoothCorrection(
            sines, weights: Array(repeating: spacing, count: n + 1), masses: Array(repeating: 1, count: count),
            stiffnesses: eigenvalues)
    }()

    init(_ order: DifferenceSolver.Order, length: Double, intervals n: Int) {
        (self.order, intervals, spacing) = (order, n, length / Double(n))
        transform = FourierPlan(
            .realToReal([.sineI, .sineI]),
            axes: [FourierAxis(n - 1, stride: n - 1), FourierAxis(n - 1, stride: 1)], of: Double.self, isInPlace: true)
        field = AlignedBuffer(count: (n - 1) * (n - 1))
        let eigenvalues = (1..<n).map { k in
            let sine = sin(.pi * Double(k) / Double(2 * n))
            return -4 * sine * sine
        }
        inverse = eigenvalues.flatMap { a in
            eigenvalues.map { b in
                1 / ((a + b + (order == .fourth ? a * b / 6 : 0)) * 4 * Double(n) * Double(n))
            }
        }
    }

    /// The values at all points of the grid, x slowest.
    func solve(_ problem: BoundaryValueProblem, _ goesOn: () -> Bool) -> NewtonState {
        let n = intervals
        func everywhere(_ function: (SIMD2<Double>) -> Double) -> [Double] {
            (0...n).flatMap { i in (0...n).map { function(SIMD2(Double(i) * spacing, Double($0) * spacing)) } }
        }
        let source = everywhere(problem.source)
        // u on the sides, 0 inside.
        var edge = [Double](repeating: 0, count: source.count)
        for i in 0...n {
            for j in i == 0 || i == n ? Array(0...n) : [0, n] {
                edge[i * (n + 1) + j] = problem.boundary(SIMD2(Double(i) * spacing, Double(j) * spacing))
            }
        }
        func solved(_ g: [Double]) -> [Double] { inverted(edge, g) }
        var state = NewtonState(coefficients: solved(source), tolerance: 1e-10)
        guard problem.equation == .allenCahn else { return state }
        let smooth = smooth
        state.iterate(
            scale: state.coefficients, while: goesOn,
            residual: { u in
                let next = solved(zip(source, u).map { $0 - AllenCahnReaction.reaction($1) })
                return zip(u, next).map { $0 - $1 }
            },
            correction: { u, residual in
                let (step, iterations) = smooth.correction(
                    of: residual, slopes: u.map { AllenCahnReaction.slope($0) }, while: goesOn)
                return (zip(residual, smooth.synthesis.product(with: step).storage).map { $0 + $1 }, iterations)
            })
        return state
    }

    /// The solution for a right-hand side g with values on the sides.
    private func inverted(_ edge: [Double], _ g: [Double]) -> [Double] {
        let (n, row) = (intervals, intervals + 1)
        let (square, coefficients) = (spacing * spacing, field.pointer)
        let isCompact = order == .fourth
        edge.withUnsafeBufferPointer { edge in
            g.withUnsafeBufferPointer { g in
                for i in 1..<n {
                    for j in 1..<n {
                        let p = i &* row &+ j
                        let near = edge[p &- row] + edge[p &+ row] + edge[p &- 1] + edge[p &+ 1]
                        var value = square * g[p] - near
                        if isCompact {
                            let beside = g[p &- row] + g[p &+ row] + g[p &- 1] + g[p &+ 1]
                            let corners =
                                edge[p &- row &- 1] + edge[p &- row &+ 1] + edge[p &+ row &- 1] + edge[p &+ row &+ 1]
                            value = square * (8 * g[p] + beside) / 12 - (4 * near + corners) / 6
                        }
                        coefficients[(i &- 1) &* (n &- 1) &+ j &- 1] = value
                    }
                }
            }
        }
        transform.execute(coefficients, coefficients)
        for k in inverse.indices { coefficients[k] *= inverse[k] }
        transform.execute(coefficients, coefficients)
        var values = edge
        for i in 1..<n {
            for j in 1..<n { values[i &* row &+ j] = coefficients[(i &- 1) &* (n &- 1) &+ j &- 1] }
        }
        return values
    }
}
