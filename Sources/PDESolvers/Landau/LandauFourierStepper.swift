import Glibc
import PDECore

/// The spatially homogeneous Landau equation ∂f/∂t = ∇·∫A(v−w)[f(w)∇f(v) − f(v)∇f(w)]dw on a velocity grid, in two and
/// three dimensions, for any γ: the reference that particles are measured against.
///
/// - Scheme: Fourier–Galerkin (`LandauOperator`) with the kernel's exact modes in a ball and zero padding
///   (`KernelConvolution`); spectral accuracy in velocity. The classical Runge–Kutta method; fourth order in time.
/// - Ball and padding: where f vanishes outside |v| ≤ S, |v − w| ≤ 2S, so the kernel may be cut at R = 2S; images at a period T
///   stay out of its ball for T − 2S ≥ R. Hence T = 4S: the grid of [−S, S)^d filled up with zeros to twice the points.
/// - Conservation: mass to round-off; momentum and energy to the accuracy of f's sampling.
/// - Stability: diffusion asks for timeStep · `stiffness(of:)` ≤ 2.785; `advance(_:over:)` keeps to 2.5.
/// - Good values: the half width S from `halfWidth(points:coldest:hottest:)`. BKW over a time of 1: 2-D 32² 2.4e-9,
///   48² 5e-13, 3-D 32³ 3e-9 relative L2.
/// - Signs of failure: negative values above the error that is looked for (the grid is too coarse); energy that drifts (the
///   grid is too narrow).
/// - Reference: L. Pareschi, G. Russo & G. Toscani, "Fast spectral methods for the Fokker–Planck–Landau collision
///   operator", J. Comput. Phys. 165 (2000); F. Filbet & L. Pareschi, J. Comput. Phys. 179 (2002).
///
/// The state is f on `grid`. One stepper serves one thread, which `threads` − 1 others help; results do not depend on their
/// number. A warm `advance` allocates nothing on one thread.
public final class LandauFourierStepper: Stepper {
    /// A(z).
    public let kernel: LandauKernel
    /// The velocities, centred on 0.
    public let grid: Grid
    /// The time that a step covers.
    public var timeStep: Double
    /// What timeStep · stiffness must not exceed: the real end of the method's stability region.
    public static let stabilityLimit = 2.785

    private let collision: LandauOperator
    private let start, sum, rate: AlignedBuffer<Double>

    /// A stepper on [−halfWidth, halfWidth)^dimensions.
    ///
    /// - Parameters:
    ///   - kernel: A(z), γ > −dimensions − 2.
    ///   - dimensions: 2 or 3.
    ///   - points: points a side, even, 8 or more.
    ///   - halfWidth: the radius S of the ball that f is small outside of.
    ///   - timeStep: the time that `advance(_:)` covers.
    ///   - threads: threads that share the convolutions; grids of less than 10,000 points are left to one.
    public init(
        _ kernel: LandauKernel, dimensions: Int, points: Int, halfWidth: Double, timeStep: Double = 0.01,
        threads: Int = Processor.usableCoreCount
    ) {
        precondition((2...3).contains(dimensions), "dimensions: expected 2 or 3, got \(dimensions)")
        precondition(points >= 8 && points % 2 == 0, "points: expected an even number of at least 8, got \(points)")
        precondition(halfWidth > 0, "halfWidth: expected more than 0, got \(halfWidth)")
        precondition(timeStep > 0, "timeStep: expected more than 0, got \(timeStep)")
        self.kernel = kernel
        self.timeStep = timeStep
        grid = .periodic(dimensions: dimensions, count: points, length: 2 * halfWidth, from: -halfWidth)
        collision = LandauOperator(kernel, on: grid, threads: threads)
        start = AlignedBuffer(count: grid.count)
        sum = AlignedBuffer(count: grid.count)
        rate = AlignedBuffer(count: grid.count)
    }

    /// The half width S at which what is cut off in velocity and what is cut off in wavenumber are alike, for densities that
    /// decay like e^(−|v|²/2T) with temperatures T between two values.
    ///
    /// The first is e^(−S²/2·hottest), the second e^(−coldest·k²/2) at k = πn/2S: S⁴ = coldest·hottest·(πn/2)².
    public static func halfWidth(points: Int, coldest: Double, hottest: Double) -> Double {
        ((coldest * hottest).squareRoot() * .pi * Double(points) / 2).squareRoot()
    }

    /// The stepper's half width and grid for a solution of Bobylev, Krook and Wu between two times.
    public convenience init(
        _ solution: BKWSolution, points: Int, from start: Double, to end: Double,
        threads: Int = Processor.usableCoreCount
    ) {
        self.init(
            solution.kernel, dimensions: solution.dimensions, points: points,
            halfWidth: Self.halfWidth(
                points: points, coldest: solution.width(at: start), hottest: solution.width(at: end)),
            threads: threads)
    }

    /// One step of `timeStep`.
    public func advance(_ state: inout Field<Double>) {
        precondition(state.grid == grid, "state: expected a field on the stepper's grid")
        state.values.withUnsafeMutablePointer { f in
            let start = start.pointer
            start.update(from: f, count: grid.count)
            collision.evaluate(f, into: rate.pointer)
            combine(f, start, into: f, timeStep / 2, addTo: sum, timeStep / 6, isFirst: true)
            collision.evaluate(f, into: rate.pointer)
            combine(f, start, into: f, timeStep / 2, addTo: sum, timeStep / 3)
            collision.evaluate(f, into: rate.pointer)
            combine(f, start, into: f, timeStep, addTo: sum, timeStep / 3)
            collision.evaluate(f, into: rate.pointer)
            combine(f, start, into: f, 0, addTo: sum, timeStep / 6)
            let (end, total) = (MutableVectorView(f), VectorView(sum.pointer))
            for i in 0..<(grid.count &+ 7) / 8 { end[i] += total[i] }
        }
    }

    /// stage = start + a·rate and sum += b·rate.
    private func combine(
        _ f: UnsafeMutablePointer<Double>, _ start: UnsafeMutablePointer<Double>,
        into stage: UnsafeMutablePointer<Double>, _ a: Double, addTo sum: AlignedBuffer<Double>, _ b: Double,
        isFirst: Bool = false
    ) {
        let (k, u) = (VectorView(rate.pointer), VectorView(start))
        let (stage, total) = (MutableVectorView(stage), MutableVectorView(sum.pointer))
        if isFirst { sum.clear() }
        for i in 0..<(grid.count &+ 7) / 8 {
            let slope = k[i]
            stage[i] = u[i] + a * slope
            total[i] += b * slope
        }
    }

    /// The fastest rate of decay that a state causes; NaN if a value is not finite.
    public func stiffness(of state: Field<Double>) -> Double {
        precondition(state.grid == grid, "state: expected a field on the stepper's grid")
        return state.values.withUnsafePointer { collision.stiffness($0) }
    }

    /// Takes `steps` steps of `timeStep`, and looks at the stability bound before every sixteenth.
    ///
    /// - Parameter goesOn: asked before every step, with the share of the steps that are taken; false ends the call.
    /// - Throws: `LandauStepError.unstable` if a step is longer than the scheme is stable for, with the state as it is at the
    ///   start of that step, `.notFinite` if a value is not finite, and `.stopped`; times are from the start of the call.
    public func advanceChecked(
        _ state: inout Field<Double>, steps: Int, while goesOn: (Double) -> Bool = { _ in true }
    ) throws(LandauStepError) {
        for step in 0..<steps {
            if step % 16 == 0 {
                let (stiffness, time) = (stiffness(of: state), Double(step) * timeStep)
                guard stiffness.isFinite else { throw .notFinite(time: time) }
                guard timeStep * stiffness <= Self.stabilityLimit else {
                    throw .unstable(timeStep: timeStep, largest: Self.stabilityLimit / stiffness, time: time)
                }
            }
            guard goesOn(Double(step) / Double(steps)) else { throw .stopped(time: Double(step) * timeStep) }
            advance(&state)
        }
        guard stiffness(of: state).isFinite else { throw .notFinite(time: Double(steps) * timeStep) }
    }

    /// How fast the entropy ∫f log f falls: −∫Q(f) log f, over the points where f is positive.
    public func entropyDissipation(of state: Field<Double>) -> Double {
        precondition(state.grid == grid, "state: expected a field on the stepper's grid")
        return state.values.withUnsafePointer { f in
            // The operator reads f only.
            collision.evaluate(UnsafeMutablePointer(mutating: f), into: rate.pointer)
            let sum = (0..<grid.count).reduce(0.0) { $0 + (f[$1] > 0 ? rate.pointer[$1] * log(f[$1]) : 0) }
            return -sum * grid.axes.reduce(1) { $0 * $1.spacing }
        }
    }

    /// Covers a time with steps that are short enough; the stiffness is looked at again every 16 steps.
    ///
    /// - Parameters:
    ///   - state: f at the start; at the end on return.
    ///   - interval: the time to cover, more than 0.
    ///   - refinement: the number of steps is multiplied by this, for comparisons.
    ///   - goesOn: asked before every step, with the share of the interval that is covered; false ends the call.
    /// - Returns: the number of steps.
    /// - Throws: `LandauStepError.notFinite` and `.stopped` with the time from the start.
    @discardableResult
    public func advance(
        _ state: inout Field<Double>, over interval: Double, refinement: Int = 1,
        while goesOn: (Double) -> Bool = { _ in true }
    ) throws(LandauStepError) -> Int {
        precondition(interval > 0, "interval: expected more than 0, got \(interval)")
        precondition(refinement > 0, "refinement: expected at least 1, got \(refinement)")
        var (left, taken) = (interval, 0)
        while left > 0 {
            let needed = left * stiffness(of: state) / 2.5
            guard needed.isFinite, needed < 1e8 else { throw .notFinite(time: interval - left) }
            let steps = max(1, Int(needed.rounded(.up))) * refinement
            let block = min(steps, 16 * refinement)
            timeStep = left / Double(steps)
            for step in 0..<block {
                let time = interval - left + Double(step) * timeStep
                guard goesOn(time / interval) else { throw .stopped(time: time) }
                advance(&state)
            }
            taken += block
            left = block == steps ? 0 : left - Double(block) * timeStep
        }
        guard stiffness(of: state).isFinite else { throw .notFinite(time: interval) }
        return taken
    }
}
