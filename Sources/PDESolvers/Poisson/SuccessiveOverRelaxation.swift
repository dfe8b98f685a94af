import PDECore

/// Successive over-relaxation for Au = b of a `PoissonSystem`: u_c ← u_c + ω ((b + Σwu)_c/d_c − u_c), cell after cell
/// (D. M. Young, "Iterative Solution of Large Linear Systems", 1971).
///
/// - Good values: on a box of n cells a side with given values, ω = 2/(1 + sin(π/n)) is near the best and takes about 2n
///   sweeps for six digits; ω = 1, Gauss–Seidel, takes some n² of them.
/// - Cost: a sweep and a measured residual an iteration, about 10 ns a cell, on one thread.
/// - Signs of failure: `iterationLimit`. On floating regions it converges too, up to a constant that is taken out.
public final class SuccessiveOverRelaxation<Scalar: Real>: PoissonSolver {
    /// The system.
    public let system: PoissonSystem<Scalar>
    /// ω, between 0 and 2.
    public var overRelaxation: Double {
        didSet { Self.check(overRelaxation) }
    }
    /// The relative residual in the 2-norm at which iterations end.
    public let tolerance: Double
    /// The most iterations in one solve.
    public let iterationLimit: Int
    /// Asked before every iteration; false ends a solve as the limit of iterations does.
    public var goesOn: () -> Bool = { true }
    private let sweeps: CellSweeps<Scalar>
    private let rightHandSide, solution, residual: AlignedBuffer<Scalar>
    private var history: [Double] = []

    /// A solver for `system`.
    ///
    /// - Parameters:
    ///   - system: the system.
    ///   - overRelaxation: ω, between 0 and 2.
    ///   - tolerance: relative residual in the 2-norm; by default 1e-10 in double and 1e-5 in single precision.
    ///   - iterationLimit: the most iterations in one solve.
    public init(
        _ system: PoissonSystem<Scalar>, overRelaxation: Double, tolerance: Double? = nil, iterationLimit: Int = 10000
    ) {
        precondition(iterationLimit > 0, "iterationLimit: expected more than 0, got \(iterationLimit)")
        Self.check(overRelaxation)
        self.system = system
        self.overRelaxation = overRelaxation
        self.tolerance = tolerance ?? (Scalar.self == Double.self ? 1e-10 : 1e-5)
        self.iterationLimit = iterationLimit
        sweeps = CellSweeps(system, team: ThreadTeam(threads: 1))
        rightHandSide = AlignedBuffer(count: system.layout.count)
        solution = AlignedBuffer(count: system.layout.count)
        residual = AlignedBuffer(count: system.layout.count)
        history.reserveCapacity(iterationLimit + 1)
    }

    private static func check(_ omega: Double) {
        precondition(omega > 0 && omega < 2, "overRelaxation: expected a number between 0 and 2, got \(omega)")
    }

    /// Solves for u; allocates nothing once the last report is gone.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func solve(
        _ rightHandSide: UnsafePointer<Scalar>, into solution: UnsafeMutablePointer<Scalar>,
        startsFromSolution: Bool = false
    ) -> SolveReport { run(rightHandSide, solution, startsFromSolution) }

    @inline(never)
    private func run(
        _ values: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>, _ startsFromSolution: Bool
    ) -> SolveReport {
        let clock = ContinuousClock()
        let start = clock.now
        sweeps.followShift()
        let (b, x) = (rightHandSide.pointer, solution.pointer)
        sweeps.load(values, into: b, mask: system.mask)
        let imbalance = sweeps.removeMeans(b, system.floating)
        let norm = sweeps.dot(b, b).squareRoot()
        if startsFromSolution {
            sweeps.load(result, into: x, mask: system.mask)
        } else {
            solution.clear()
        }
        history.removeAll(keepingCapacity: true)
        history.append(measure(norm))
        var outcome = SolveOutcome.iterationLimit
        while true {
            let last = history[history.count - 1]
            if !last.isFinite { outcome = .notFinite }
            if last <= tolerance { outcome = .converged }
            guard last.isFinite, last > tolerance, history.count <= iterationLimit, goesOn() else { break }
            sweep()
            history.append(measure(norm))
        }
        for region in system.floating { _ = region.removeMean(x) }
        sweeps.store(x, into: result)
        if outcome == .notFinite {
            solution.clear()
            residual.clear()
        }
        return SolveReport(
            outcome: outcome, iterations: history.count - 1, residualHistory: history, residual: history.last!,
            imbalance: imbalance, floatingRegions: system.floatingRegions, seconds: (clock.now - start) / .seconds(1))
    }

    private func measure(_ norm: Double) -> Double {
        residual.pointer.update(from: rightHandSide.pointer, count: system.layout.count)
        let square = sweeps.reduce(residual.pointer, solution.pointer, alpha: 1, copy: nil)
        return square == 0 ? 0 : square.squareRoot() / (norm > 0 ? norm : 1)
    }

    private func sweep() {
        let layout = system.layout
        let (b, u, omega) = (rightHandSide.pointer, solution.pointer, Scalar(overRelaxation))
        let (classes, stencil) = (system.table.classes.pointer, system.table.stencil)
        let (s, p) = (layout.isPlanar ? 0 : layout.stride, layout.planeStride)
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let start = layout.offset(0, y, z)
                for at in start..<start &+ layout.columns {
                    let entry = stencil.entry(classes[at >> 3]) + at & 7
                    var sum = b[at] + entry[32] * u[at &- p] + entry[40] * u[at &+ p] + entry[8] * u[at &+ 1]
                    if s > 0 { sum += entry[16] * u[at &- s] + entry[24] * u[at &+ s] }
                    sum += entry[0] * u[at &- 1]
                    u[at] += omega * (sum * entry[56] - u[at])
                }
            }
        }
    }
}
