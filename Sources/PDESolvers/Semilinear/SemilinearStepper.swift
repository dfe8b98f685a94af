import PDECore

/// Steps a semilinear equation in Fourier space: an equation, a grid, an exponential Runge–Kutta method.
///
/// - Stability: the linear part is exact, so stiffness sets no limit; the nonlinear part is explicit and asks for a CFL
///   number h·speed/Δx of at most about 0.9 (order 4) or 0.3 (order 2); 0.5 and 0.2 are good values.
/// - Signs of failure: a pile-up of energy at the cutoff (the grid is too coarse for the thinnest layer), an
///   energy budget that does not close (the step is too long), values that are not finite (blow-up).
/// - Reference: S. M. Cox & P. C. Matthews, "Exponential time differencing for stiff systems", J. Comput. Phys. 176
///   (2002); A.-K. Kassam & L. N. Trefethen, "Fourth-order time-stepping for stiff PDEs", SIAM J. Sci. Comput. 26 (2005).
///
/// One stepper serves one thread. A warm `advance` allocates nothing.
public final class SemilinearStepper<Scalar: Real>: Stepper {
    /// The equation.
    public let equation: any SemilinearEquation
    /// Grid, dealiasing and transforms.
    public let space: SpectralSpace<Scalar>
    /// The time-stepping method.
    public let method: ExponentialRungeKutta
    /// Number of unknown fields.
    public let components: Int
    /// The time that a step covers. A value seen before costs nothing to return to.
    public var timeStep: Double {
        didSet { if timeStep != oldValue { selectStepSize() } }
    }
    /// Whether `advance` evaluates `budget` for the state that it starts from.
    public var keepsBudget = false
    /// Energy, its rate of change, and the speed of the state that the last step started from.
    public private(set) var budget = EnergyBudget()

    private let symbol: [Complex<Double>]
    private let linear: DiagonalOperator<Scalar>
    private let nonlinear: (any NonlinearTerm<Scalar>)?
    private let loops: ModeLoops<Scalar>
    /// Modes whose coefficients are conjugates in a real field, where the linear part lets modes grow; else none.
    ///
    /// Transforms do not see what breaks this symmetry, so nothing but the linear part acts on it: round-off would grow for ever.
    private let mirrors: [(mode: Int, mirror: Int)]
    private let stages: SchemeStages<Scalar>
    private let slope: AlignedBuffer<Scalar>
    /// A state to go back to.
    private let kept: AlignedBuffer<Scalar>
    private var known: [Double: StepSize] = [:]
    private var current: StepSize?

    /// How many sizes of the step are kept: more than a graded start takes, and few enough for the memory.
    private static var mostStepSizes: Int { 48 }

    /// What belongs to one size of the time step.
    private struct StepSize {
        /// The scheme; nil where the equation is linear and `exponential` says it all.
        var scheme: (any ExponentialScheme<Scalar>)?
        var exponential: DiagonalOperator<Scalar>?
        /// The budget's weights for each mode.
        var weights: DiagonalOperator<Scalar>
    }

    /// A stepper for `equation` on the periodic `grid`.
    public convenience init(
        _ equation: any SemilinearEquation, on grid: Grid, timeStep: Double, method: ExponentialRungeKutta = .fourth
    ) {
        self.init(equation, in: SpectralSpace(grid, degree: equation.degree), timeStep: timeStep, method: method)
    }

    /// A stepper for `equation` in a space, of the equation's degree, that other steppers of the same thread may use too.
    public init(
        _ equation: any SemilinearEquation, in space: SpectralSpace<Scalar>, timeStep: Double,
        method: ExponentialRungeKutta = .fourth
    ) {
        precondition(timeStep > 0, "timeStep: expected more than 0, got \(timeStep)")
        let grid = space.grid
        self.equation = equation
        self.space = space
        self.method = method
        self.timeStep = timeStep
        components = equation.components(dimensions: grid.dimensions)
        var symbols = (0..<components).map { component in
            var symbol = [Complex<Double>](repeating: Complex(0), count: space.modeCount)
            space.forEachMode { mode, wave in
                symbol[mode] = equation.linearSymbol(
                    zip(wave, grid.axes).map { 2 * .pi * Double($0) / $1.length }, component: component)
            }
            return symbol
        }
        let isShared = symbols.allSatisfy { $0 == symbols[0] }
        if isShared { symbols.removeLast(components - 1) }
        symbol = symbols.flatMap(\.self)
        nonlinear = equation.makeNonlinearTerm(in: space)
        loops = ModeLoops(
            components: components, modes: space.modeCount, stride: space.componentStride,
            isReal: symbol.allSatisfy { $0.imaginary == 0 }, isShared: isShared)
        linear = loops.diagonal(symbol)
        mirrors = grid.dimensions > 1 && symbol.contains { $0.real > 0 } ? space.mirrors() : []
        stages = SchemeStages(count: nonlinear == nil ? 0 : components * space.componentStride)
        slope = AlignedBuffer(count: components * space.componentStride)
        kept = AlignedBuffer(count: components * space.componentStride)
        selectStepSize()
    }

    /// One step of `timeStep`.
    public func advance(_ state: inout SpectralField<Scalar>) {
        state.coefficients.withUnsafeMutablePointer { u in
            nonlinear?.evaluate(u, into: slope.pointer)
            if keepsBudget { budget = makeBudget(u) }
            step(u)
        }
    }

    /// Finds the slope and the budget of a state, from which `step` goes on.
    func evaluate(_ state: SpectralField<Scalar>) {
        budget = budget(of: state)
    }

    /// One step from the state that `evaluate` saw last.
    func step(_ state: inout SpectralField<Scalar>) {
        state.coefficients.withUnsafeMutablePointer { step($0) }
    }

    private func step(_ u: UnsafeMutablePointer<Scalar>) {
        if let nonlinear, let scheme = current?.scheme {
            scheme.advance(u, slope: slope.pointer, nonlinear, stages)
        } else if let exponential = current?.exponential {
            loops.multiply(u, by: exponential)
        }
        for start in Swift.stride(from: 0, to: components * space.componentStride, by: space.componentStride) {
            restoreMirrors(u + start)
        }
    }

    private func restoreMirrors(_ u: UnsafeMutablePointer<Scalar>) {
        for (mode, mirror) in mirrors {
            let (a, b) = (2 * mode, 2 * mirror)
            let (re, im) = ((u[a] + u[b]) / 2, (u[a + 1] - u[b + 1]) / 2)
            u[a] = re
            u[b] = re
            u[a + 1] = im
            u[b + 1] = -im
        }
    }

    /// Keeps a state for `restore`.
    func keep(_ state: SpectralField<Scalar>) {
        state.coefficients.withUnsafePointer { kept.pointer.update(from: $0, count: kept.count) }
    }

    /// Goes back to the state that was kept last.
    func restore(_ state: inout SpectralField<Scalar>) {
        state.coefficients.withUnsafeMutablePointer { $0.update(from: kept.pointer, count: kept.count) }
    }

    /// Energy, its rate of change, and the speed of a state, for steps of the present size.
    public func budget(of state: SpectralField<Scalar>) -> EnergyBudget {
        state.coefficients.withUnsafePointer { u in
            nonlinear?.evaluate(u, into: slope.pointer)
            return makeBudget(u)
        }
    }

    /// The spectral state of a field on the grid of the stepper.
    public func state(of field: Field<Scalar>) -> SpectralField<Scalar> { SpectralField(field, in: space) }

    /// The field of a spectral state.
    public func field(of state: SpectralField<Scalar>) -> Field<Scalar> { state.field(in: space) }

    private func makeBudget(_ u: UnsafeMutablePointer<Scalar>) -> EnergyBudget {
        var result = EnergyBudget()
        result.maximumSpeed = nonlinear?.maximumSpeed ?? 0
        for start in Swift.stride(from: 0, to: components * space.componentStride, by: space.componentStride) {
            let shift = loops.isShared ? 0 : start
            result.add(
                u + start, slope: slope.pointer + start, linear: linear.real.pointer + shift,
                weights: current!.weights.real.pointer + shift, modes: space.modeCount, row: space.transform.keptModes)
        }
        return result
    }

    private func selectStepSize() {
        if let known = known[timeStep] {
            current = known
            return
        }
        if known.count == Self.mostStepSizes { known.removeAll(keepingCapacity: true) }
        let weights = symbol.map { Complex(EnergyBudget.endWeight(2 * $0.real * timeStep)) }
        var size = StepSize(weights: loops.diagonal(weights))
        if nonlinear == nil {
            let factors = symbol.map { PhiFunctions(timeStep * $0).exponential }
            size.exponential = loops.diagonal(factors)
        } else {
            size.scheme = method.makeScheme(symbol: symbol, timeStep: timeStep, loops: loops)
        }
        known[timeStep] = size
        current = size
    }
}
