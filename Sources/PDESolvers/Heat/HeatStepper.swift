import PDECore

/// Steps the heat equation u_t = κ(t) ∇·(a∇u) + f(t, x) by the method of Crank and Nicolson, on the cells, sides and solids of a
/// `PoissonSystem` in two or three dimensions.
///
/// With A the system's operator without shift, g what is given on the sides, κ and f at the middle of the step, the value v
/// there solves (c + A) v = c u + g + f/κ, c = 2/(κh), and the step ends at 2v − u. Each step is one solve, from u, with the
/// shift c: a sequence for a `TunedSolver`, or for any other solver of the system.
///
/// - Order: 2 in time and in space.
/// - Stability: any step. Energy, the sum of u², never grows without a source, with values of 0 or no flux on the sides.
/// - Good values: κh/Δx² of 1 to 1000, a tolerance of 1e-8. An error of the solve enters the step twice.
/// - Signs of failure: oscillation from step to step, which a jump in u leaves behind where κh/Δx² is large, since the method
///   does not damp what it does not resolve (halve the first steps); `lastOutcome` other than `converged`.
/// - Reference: J. Crank & P. Nicolson, Proc. Camb. Phil. Soc. 43 (1947).
///
/// A stepper serves one thread and owns its system's shift. A warm step allocates nothing if κ and f do not.
public final class HeatStepper<Scalar: Real>: Stepper {
    /// Writes f at a time: one value a cell, row-major.
    public typealias Source = (_ time: Double, _ values: UnsafeMutableBufferPointer<Scalar>) -> Void

    /// The solver of its steps.
    public let solver: any PoissonSolver<Scalar>
    /// The time that a step covers.
    public let timeStep: Double
    /// Iterations of all solves so far.
    public private(set) var iterations = 0
    /// Iterations of the last solve, 0 where the diffusivity was 0.
    public private(set) var lastIterations = 0
    /// How the last solve ended; nil before the first.
    public private(set) var lastOutcome: SolveOutcome?
    /// Wall time of all solves so far.
    public private(set) var solverSeconds = 0.0
    private let diffusivity: (Double) -> Double
    private let source: Source?
    /// What the sides give, unless it is 0 everywhere.
    private let sides: AlignedBuffer<Scalar>?
    private let rightHandSide, middle, forcing: AlignedBuffer<Scalar>

    /// A stepper.
    ///
    /// - Parameters:
    ///   - solver: a solver of the system to step on; the stepper sets the system's shift.
    ///   - timeStep: the time that a step covers.
    ///   - diffusivity: κ at a time, finite and at least 0.
    ///   - boundary: what the sides hold, at the centre of a face: u, or a ∂u/∂n; by default 0.
    ///   - source: f; by default 0.
    public init(
        solver: any PoissonSolver<Scalar>, timeStep: Double, diffusivity: @escaping (Double) -> Double,
        boundary: ((PoissonSidePoint) -> Double)? = nil, source: Source? = nil
    ) {
        precondition(timeStep > 0 && timeStep.isFinite, "timeStep: expected more than 0, got \(timeStep)")
        self.solver = solver
        self.timeStep = timeStep
        self.diffusivity = diffusivity
        self.source = source
        let system = solver.system
        let count = system.grid.count
        if let boundary {
            let given = system.rightHandSide(
                source: [Scalar](repeating: 0, count: count), boundary: boundary)
            let sides = AlignedBuffer<Scalar>(count: count)
            for cell in 0..<count { sides.pointer[cell] = given[cell] }
            self.sides = sides
        } else {
            sides = nil
        }
        rightHandSide = AlignedBuffer(count: count)
        middle = AlignedBuffer(count: count)
        forcing = AlignedBuffer(count: source == nil ? 0 : count)
    }

    /// The state with the temperature that `value` gives at the centre of each fluid cell, in the grid's order of axes.
    public func state(time: Double = 0, _ value: (SIMD3<Double>) -> Double) -> HeatState<Scalar> {
        let system = solver.system
        let values = system.cellValues(value)
        var field = Field<Scalar>(on: system.grid)
        system.forEachCell { _, cell, offset in
            if system.mask.pointer[offset] == 0 { field.values[cell] = values[cell] }
        }
        return HeatState(field, time: time)
    }

    /// One step of `timeStep`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func advance(_ state: inout HeatState<Scalar>) { step(&state) }

    @inline(never)
    private func step(_ state: inout HeatState<Scalar>) {
        precondition(
            state.temperature.grid == solver.system.grid, "state: expected the grid of the system, got another")
        let time = state.time + 0.5 * timeStep
        let kappa = diffusivity(time)
        precondition(kappa >= 0 && kappa.isFinite, "diffusivity: expected at least 0 at time \(time), got \(kappa)")
        source?(time, forcing.values)
        let shift = 2 / (kappa * timeStep)
        state.temperature.values.withUnsafeMutablePointer { u in
            // Without diffusion, or with one below all round-off, only the source acts.
            if Scalar(shift).isFinite { diffuse(u, kappa, shift) } else { add(u, Scalar(timeStep)) }
        }
        state.time += timeStep
    }

    private func diffuse(_ u: UnsafeMutablePointer<Scalar>, _ kappa: Double, _ shift: Double) {
        let (b, v, count) = (rightHandSide.pointer, middle.pointer, solver.system.grid.count)
        let c = Scalar(shift)
        for cell in 0..<count { b[cell] = c * u[cell] }
        if let sides {
            let given = sides.pointer
            for cell in 0..<count { b[cell] += given[cell] }
        }
        if source != nil {
            let (f, inverse) = (forcing.pointer, Scalar(1 / kappa))
            for cell in 0..<count { b[cell] += inverse * f[cell] }
        }
        v.update(from: u, count: count)
        solver.system.shift = shift
        let report = solver.solve(b, into: v, startsFromSolution: true)
        lastIterations = report.iterations
        lastOutcome = report.outcome
        iterations += report.iterations
        solverSeconds += report.seconds
        for cell in 0..<count { u[cell] = 2 * v[cell] - u[cell] }
    }

    private func add(_ u: UnsafeMutablePointer<Scalar>, _ step: Scalar) {
        lastIterations = 0
        guard source != nil else { return }
        let f = forcing.pointer
        for cell in 0..<solver.system.grid.count { u[cell] += step * f[cell] }
    }
}
