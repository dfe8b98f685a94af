import PDECore

/// Preconditioned conjugate gradients for Au = b of a `PoissonSystem` (M. R. Hestenes & E. Stiefel, 1952; Y. Saad, "Iterative
/// Methods for Sparse Linear Systems", 2003, alg. 9.1), the flexible variant for a preconditioner that is not symmetric.
///
/// - Precision: vectors and the operator in `Scalar`; the multigrid cycle in single precision.
/// - Cost with multigrid, in bytes that an iteration must move a cell in double precision: 36 to update direction and
///   solution, with the curvature following in the same pass, 32 for the residual and its copy in single precision, and 20 for
///   the cycle. Fields: four of doubles and, in single precision, two and a seventh (a third in 2-D) of two more; with the
///   caller's right-hand side and solution about seven vectors of doubles.
/// - Good values: `.multigrid` above some 32 cells a side. A tolerance below 1e-13 (1e-6 in single precision) is not
///   reached on fine grids; the outcome is then `roundOff`.
/// - Round-off: the residual that the recurrence carries drifts away from that of the solution. Where it has reached the
///   tolerance the true one is measured, once in most solves; if that has not, it takes the recurrence's place, and the iteration
///   starts anew from there (H. A. van der Vorst & Q. Ye, SIAM J. Sci. Comput. 22 (2000), with one replacement at a time).
/// - Signs of failure: an outcome other than `converged`.
public final class ConjugateGradients<Scalar: Real>: PoissonSolver {
    /// The system.
    public let system: PoissonSystem<Scalar>
    /// The relative residual in the 2-norm at which iterations end.
    public let tolerance: Double
    /// The most iterations in one solve.
    public let iterationLimit: Int
    /// ω of symmetric successive over-relaxation, between 0 and 2; it may change between solves. Nil with another
    /// preconditioner.
    public var overRelaxation: Double? {
        get { triangular?.overRelaxation }
        set {
            guard let newValue, let triangular, triangular.overRelaxation != nil else {
                preconditionFailure(
                    "overRelaxation: expected a number for a solver with SSOR, got \(newValue.map { "\($0)" } ?? "nil")"
                )
            }
            triangular.overRelaxation = newValue
        }
    }
    private let sweeps: CellSweeps<Scalar>
    private let preconditioner: any PreconditionerOperator<Scalar>
    /// The preconditioner as the iteration takes it, in one precision or the other.
    private let padded: (any PaddedPreconditioner<Scalar>)?
    private let single: (any SinglePreconditioner<Scalar>)?
    private let solution, residual, direction: AlignedBuffer<Scalar>
    /// The preconditioned residual, where that is not in single precision.
    private var correction: UnsafePointer<Scalar>
    private var history: [Double] = []
    /// Directions before the last one that a new one is made A-orthogonal to, and their curvatures; as many as `recall` asks for.
    private var recalled: [(direction: AlignedBuffer<Scalar>, curvature: Double)] = []

    private var triangular: TriangularPreconditioner<Scalar>? { padded as? TriangularPreconditioner<Scalar> }

    /// Asked before every iteration; false ends a solve as the limit of iterations does.
    public var goesOn: () -> Bool = { true }

    /// A solver for `system`.
    ///
    /// - Parameters:
    ///   - system: the system.
    ///   - preconditioner: what stands for A⁻¹.
    ///   - tolerance: relative residual in the 2-norm; by default 1e-10 in double and 1e-5 in single precision.
    ///   - iterationLimit: the most iterations in one solve.
    ///   - team: the threads that share sweeps; by default the caller alone. Results do not depend on it.
    public convenience init(
        _ system: PoissonSystem<Scalar>, preconditioner: any PoissonPreconditioner = .multigrid,
        tolerance: Double? = nil, iterationLimit: Int = 1000, team: ThreadTeam = ThreadTeam(threads: 1)
    ) {
        self.init(
            system, operator: preconditioner.makeOperator(for: system, team: team), tolerance: tolerance,
            iterationLimit: iterationLimit, team: team)
    }

    /// A solver with a preconditioner that is there already, and serves no other solver; the parameters are those above.
    public init(
        _ system: PoissonSystem<Scalar>, operator preconditioner: any PreconditionerOperator<Scalar>,
        tolerance: Double? = nil, iterationLimit: Int = 1000, team: ThreadTeam = ThreadTeam(threads: 1)
    ) {
        precondition(iterationLimit > 0, "iterationLimit: expected more than 0, got \(iterationLimit)")
        self.system = system
        self.tolerance = tolerance ?? (Scalar.self == Double.self ? 1e-10 : 1e-5)
        self.iterationLimit = iterationLimit
        self.preconditioner = preconditioner
        let count = system.layout.count
        sweeps = CellSweeps(system, team: team)
        single = preconditioner as? any SinglePreconditioner<Scalar>
        padded =
            single == nil
            ? preconditioner as? any PaddedPreconditioner<Scalar> ?? FieldPreconditioner(preconditioner, for: system)
            : nil
        solution = AlignedBuffer(count: count)
        residual = AlignedBuffer(count: count)
        direction = AlignedBuffer(count: count)
        if !preconditioner.isSymmetric {
            recalled = (1..<max(1, preconditioner.recall)).map { _ in (AlignedBuffer(count: count), 0) }
        }
        correction = UnsafePointer(residual.pointer)
        history.reserveCapacity(iterationLimit + 1)
    }

    /// Solves for u; allocates nothing on a team of one thread once the last report is gone.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func solve(
        _ rightHandSide: UnsafePointer<Scalar>, into solution: UnsafeMutablePointer<Scalar>,
        startsFromSolution: Bool = false
    ) -> SolveReport { run(rightHandSide, solution, startsFromSolution) }

    @inline(never)
    private func run(
        _ rightHandSide: UnsafePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>, _ startsFromSolution: Bool
    ) -> SolveReport {
        let clock = ContinuousClock()
        let start = clock.now
        sweeps.followShift()
        preconditioner.follow(shift: system.shift)
        let (x, r, d) = (solution.pointer, residual.pointer, direction.pointer)
        let imbalance = loadRightHandSide(rightHandSide)
        var square = sweeps.dot(r, r)
        let norm = square.squareRoot()
        if startsFromSolution {
            sweeps.load(result, into: x, mask: system.mask)
            square = sweeps.reduce(r, x, alpha: 1, copy: nil)
        } else {
            sweeps.clear(x)
        }
        history.removeAll(keepingCapacity: true)
        let copy = singleCopy(of: square)
        func relative(_ square: Double) -> Double { square == 0 ? 0 : square.squareRoot() / (norm > 0 ? norm : 1) }
        history.append(relative(square))
        var (alpha, product) = (0.0, 0.0)
        var iterations = 0
        var outcome = SolveOutcome.iterationLimit
        // ‖b − Au‖₂/‖b‖₂ of the solution as it is; nil where it has gone on since.
        var measured: Double?
        var lastMeasured = Double.infinity
        var startsAnew = true
        func makeLastStep() {
            if alpha != 0 { sweeps.add(x, alpha: Scalar(alpha), d) }
            alpha = 0
        }
        while true {
            guard history[iterations].isFinite else {
                outcome = .notFinite
                break
            }
            if history[iterations] <= tolerance {
                makeLastStep()
                square = trueResidual(rightHandSide)
                let found = relative(square)
                measured = found
                guard found > tolerance else {
                    outcome = .converged
                    break
                }
                guard found < lastMeasured / 2, sweeps.roundingResidual(of: x) < tolerance / 2 * norm else {
                    outcome = .roundOff
                    break
                }
                lastMeasured = found
                if let copy { sweeps.narrow(r, into: copy) }
                startsAnew = true
            }
            guard iterations < iterationLimit, goesOn() else { break }
            let next = applyPreconditioner(square) / Double(copy?.scale ?? 1)
            if startsAnew { for place in recalled.indices { recalled[place].curvature = 0 } }
            orthogonalize()
            let beta: Double
            if startsAnew {
                beta = 0
            } else if preconditioner.isSymmetric {
                beta = next / product
            } else {
                beta = -alpha * sweeps.product(correction, d) / product
                keep(d, curvature: product / alpha)
            }
            // A direction that is no matrix's may point away; the line search goes back along it.
            guard next > 0 || next < 0 && !preconditioner.isSymmetric else {
                outcome = next.isNaN ? .notFinite : .stagnated
                break
            }
            product = next
            // The last step is made together with the next direction, but where that starts anew.
            if beta == 0 { makeLastStep() }
            startsAnew = false
            measured = nil
            let curvature = advance(alpha: Scalar(alpha), beta: Scalar(beta))
            guard curvature > 0 else {
                alpha = 0
                outcome = curvature.isNaN ? .notFinite : .stagnated
                break
            }
            alpha = product / curvature
            square = sweeps.reduce(r, d, alpha: Scalar(alpha), copy: copy)
            iterations += 1
            history.append(relative(square))
        }
        makeLastStep()
        let final = measured ?? relative(trueResidual(rightHandSide))
        if !final.isFinite { outcome = .notFinite }
        sweeps.store(x, into: result)
        if outcome == .notFinite { forget() }
        return SolveReport(
            outcome: outcome, iterations: iterations, residualHistory: history, residual: final,
            imbalance: imbalance, floatingRegions: system.floatingRegions, seconds: (clock.now - start) / .seconds(1))
    }

    /// r = b, compatible. Returns the largest mean taken out, relative to max |b|.
    private func loadRightHandSide(_ b: UnsafePointer<Scalar>) -> Double {
        sweeps.load(b, into: residual.pointer, mask: system.mask)
        return sweeps.removeMeans(residual.pointer, system.floating)
    }

    /// The residual in single precision for a preconditioner that takes it so.
    private func singleCopy(of square: Double) -> SingleCopy<Scalar>? {
        guard let single else { return nil }
        let copy = SingleCopy<Scalar>(single.singleResidual, ofSquare: square, cells: system.grid.count)
        sweeps.narrow(residual.pointer, into: copy)
        return copy
    }

    /// correction ≈ A⁻¹r. Returns correction·r.
    private func applyPreconditioner(_ square: Double) -> Double {
        if let single {
            single.apply(sums: sweeps.sums.pointer)
            return sweeps.total
        }
        let r = UnsafePointer(residual.pointer)
        if let padded { correction = padded.correction(of: r) }
        return correction == r ? square : sweeps.dot(r, correction)
    }

    /// Takes from the correction what is not A-orthogonal to the recalled directions; the last direction's part comes with the next.
    private func orthogonalize() {
        for (old, curvature) in recalled where curvature > 0 {
            let part = sweeps.product(correction, old.pointer) / curvature
            sweeps.add(UnsafeMutablePointer(mutating: correction), alpha: Scalar(-part), old.pointer)
        }
    }

    /// Recalls a direction in the place of the oldest one.
    private func keep(_ d: UnsafePointer<Scalar>, curvature: Double) {
        guard let oldest = recalled.first?.direction else { return }
        oldest.pointer.update(from: d, count: oldest.count)
        recalled.removeFirst()
        recalled.append((oldest, curvature))
    }

    private func advance(alpha: Scalar, beta: Scalar) -> Double {
        let (x, d) = (solution.pointer, direction.pointer)
        if let single { return sweeps.advance(d, x, alpha: alpha, single.singleCorrection.pointer, beta: beta) }
        return sweeps.advance(d, x, alpha: alpha, correction, beta: beta)
    }

    /// r = b − Au of the solution without its means over floating regions. Returns r·r.
    private func trueResidual(_ b: UnsafePointer<Scalar>) -> Double {
        for region in system.floating { _ = region.removeMean(solution.pointer) }
        _ = loadRightHandSide(b)
        return sweeps.reduce(residual.pointer, solution.pointer, alpha: 1, copy: nil)
    }

    /// Clears everything, so that no NaN stays behind.
    private func forget() {
        solution.clear()
        residual.clear()
        direction.clear()
        preconditioner.clear()
    }
}
