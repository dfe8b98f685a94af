import PDECore

/// The homogeneous Landau equation by deterministic particles: v̇_i = −Σ_j w_j A(v_i − v_j)(s_i − s_j).
///
/// Landau's equation is a transport equation, ∂f/∂t = −∇·(fU) with U = −∫A(v−w)[∇log f(v) − ∇log f(w)]f(w)dw; particles
/// follow U with the score ∇log f from a `ParticleScore`.
///
/// - Scheme: an explicit Runge–Kutta method (`ParticleScheme`); the sum over pairs by `ParticleInteraction`.
/// - Conservation: mass is the weights'; momentum is kept to round-off by every scheme, since what i does to j is what j does
///   to i; energy is exact in continuous time and drifts at the scheme's order (Euler on BKW: 2e-5 of it at a step of 0.01 to t = 1).
///   With `conservesEnergy` each step ends with a scaling of the velocities about their mean that restores the energy to
///   round-off. The factor is 1 + O(h^(order+1)), so the order stays; it costs one pass over the particles, and no
///   evaluation, where implicit discrete gradients need several with a score each; momentum is kept. What it does not keep
///   is a proof that entropy falls in each step, which the implicit midpoint rule has.
/// - Stability: timeStep · `stiffness` up to the scheme's `stabilityLimit`; stiffness is the score's steepness times the
///   largest Σ_j w_j C|z_ij|^(γ+2) of a particle. `advanceChecked(_:steps:)` looks at it before each step.
/// - Good values: blobs on 40 to 80 cells a side, Euler with a step of 0.01 for C = 1/16.
/// - Signs of failure: entropy that rises; energy that drifts by more than the step squared times the rates.
/// - Reference: J. A. Carrillo, J. Hu, L. Wang & J. Wu, J. Comput. Phys. X 7 (2020).
///
/// One stepper serves one thread, which `threads` − 1 others help; results do not depend on their number. A warm `advance`
/// allocates nothing on one thread.
public final class ParticleStepper: Stepper {
    /// A(z).
    public let kernel: LandauKernel
    /// Where scores come from.
    public let score: any ParticleScore
    /// How the sum over pairs is taken.
    public let interaction: ParticleInteraction
    /// The method in time.
    public let scheme: ParticleScheme
    /// Whether each step restores the energy that it started with.
    public let conservesEnergy: Bool
    /// The time that a step covers.
    public var timeStep: Double
    /// The fastest rate of decay at the start of the last step.
    public private(set) var stiffness = 0.0

    private let count, dimensions: Int
    private let forces: any ParticleForces
    private let team: ThreadTeam
    private let nodes, weights: [Double]
    private let start, stage, scores, rates, sum: AlignedBuffer<Double>
    /// ∇·U of a stage, where scores have Jacobians.
    private let divergence: AlignedBuffer<Double>
    /// ∇·U by the scheme's weights over the last step, where scores have Jacobians: the density along a trajectory obeys
    /// ∂ log f/∂t = −∇·U.
    package let divergences: AlignedBuffer<Double>

    /// A stepper for clouds of a size.
    ///
    /// - Parameters:
    ///   - kernel: A(z).
    ///   - score: where scores come from; serves this stepper only.
    ///   - count: particles of a cloud.
    ///   - dimensions: 2 to 10.
    ///   - timeStep: the time that a step covers.
    ///   - scheme: the method in time.
    ///   - interaction: how the sum over pairs is taken; nil for moments where γ = 0 and all pairs elsewhere.
    ///   - conservesEnergy: whether each step restores the energy.
    ///   - threads: threads that share the loops.
    public init(
        _ kernel: LandauKernel, score: any ParticleScore, count: Int, dimensions: Int, timeStep: Double,
        scheme: ParticleScheme = .euler, interaction: ParticleInteraction? = nil, conservesEnergy: Bool = false,
        threads: Int = Processor.usableCoreCount
    ) {
        kernel.requireParticles(count, dimensions: dimensions, timeStep: timeStep)
        let interaction = interaction ?? (kernel.exponent == 0 ? .moments : .allPairs)
        (self.kernel, self.score, self.interaction, self.scheme) = (kernel, score, interaction, scheme)
        (self.count, self.dimensions, self.timeStep) = (count, dimensions, timeStep)
        self.conservesEnergy = conservesEnergy
        forces = interaction.forces(kernel, count: count, dimensions: dimensions)
        team = ThreadTeam(threads: threads)
        (nodes, weights) = (scheme.nodes, scheme.weights)
        let values = dimensions * ((count + 7) / 8 * 8)
        start = AlignedBuffer(count: values)
        stage = AlignedBuffer(count: values)
        scores = AlignedBuffer(count: values)
        rates = AlignedBuffer(count: values)
        sum = AlignedBuffer(count: values)
        divergence = AlignedBuffer(count: count)
        divergences = AlignedBuffer(count: count)
        score.prepare(count: count, dimensions: dimensions)
    }

    /// One step of `timeStep`.
    public func advance(_ state: inout ParticleCloud) {
        check(state)
        forces.begin(step: state.steps)
        begin(state) { true }
        finish(&state) { true }
    }

    /// Takes `steps` steps, and looks at each before it is taken.
    ///
    /// - Parameter goesOn: asked in every step, also in the middle of sums over pairs, with the share of the steps that are taken; false
    ///   ends the call and spoils the state.
    /// - Throws: `LandauStepError.unstable` if a step is longer than the scheme is stable for, with the state as it is at the
    ///   start of that step, `.notFinite` if a rate is not finite, and `.stopped`.
    public func advanceChecked(
        _ state: inout ParticleCloud, steps: Int, while goesOn: (Double) -> Bool = { _ in true }
    ) throws(LandauStepError) {
        check(state)
        for step in 0..<steps {
            func isWanted() -> Bool { goesOn(Double(step) / Double(steps)) }
            forces.begin(step: state.steps)
            begin(state, while: isWanted)
            guard isWanted() else { throw .stopped(time: state.time) }
            guard stiffness.isFinite, ratesAreFinite else { throw .notFinite(time: state.time) }
            guard timeStep * stiffness <= scheme.stabilityLimit else {
                let largest = scheme.stabilityLimit / stiffness
                throw .unstable(timeStep: timeStep, largest: largest, time: state.time)
            }
            finish(&state, while: isWanted)
            guard isWanted() else { throw .stopped(time: state.time) }
        }
        guard state.isFinite else { throw .notFinite(time: state.time) }
    }

    /// Covers a time with steps of at most half the scheme's stability limit, which is looked at before each.
    ///
    /// - Parameters:
    ///   - state: the particles at the start; at the end on return.
    ///   - interval: the time to cover, more than 0.
    ///   - goesOn: asked in every step, also in the middle of sums over pairs, with the share of the interval that is covered;
    ///     false ends the call and spoils the state.
    /// - Returns: the number of steps.
    /// - Throws: `LandauStepError.notFinite` if a rate is not finite, and `.stopped`.
    @discardableResult
    public func advance(
        _ state: inout ParticleCloud, over interval: Double, while goesOn: (Double) -> Bool = { _ in true }
    ) throws(LandauStepError) -> Int {
        precondition(interval > 0, "interval: expected more than 0, got \(interval)")
        check(state)
        let end = state.time + interval
        var (left, taken) = (interval, 0)
        while left > 0 {
            let share = 1 - left / interval
            func isWanted() -> Bool { goesOn(share) }
            forces.begin(step: state.steps)
            begin(state, while: isWanted)
            guard isWanted() else { throw .stopped(time: state.time) }
            let needed = left * stiffness * 2 / scheme.stabilityLimit
            guard needed.isFinite, needed < 1e8, ratesAreFinite else { throw .notFinite(time: state.time) }
            let steps = max(1, needed.rounded(.up))
            timeStep = left / steps
            finish(&state, while: isWanted)
            guard isWanted() else { throw .stopped(time: state.time) }
            taken += 1
            left = steps == 1 ? 0 : left - timeStep
        }
        state.time = end
        guard state.isFinite else { throw .notFinite(time: state.time) }
        return taken
    }

    /// v̇ of each particle, [component][particle]: for comparisons.
    public func rates(of state: ParticleCloud) -> [[Double]] {
        check(state)
        forces.begin(step: state.steps)
        begin(state) { true }
        return (0..<dimensions).map { axis in
            (0..<count).map { rates.pointer[axis * state.stride + $0] }
        }
    }

    /// The scores of each particle, [component][particle], of the last evaluation: for comparisons.
    public func lastScores(of state: ParticleCloud) -> [[Double]] {
        (0..<dimensions).map { axis in (0..<count).map { scores.pointer[axis * state.stride + $0] } }
    }

    /// ∇·U of each particle as they are; zeros where scores have no Jacobians: for comparisons.
    package func divergences(of state: ParticleCloud) -> [Double] {
        _ = rates(of: state)
        divergences.clear()
        state.withView { addDivergence($0, 1) }
        return (0..<count).map { divergences.pointer[$0] }
    }

    private func check(_ state: ParticleCloud) { state.require(count, dimensions: dimensions) }

    /// The slope at the start of a step.
    private func begin(_ state: ParticleCloud, while goesOn: () -> Bool) {
        stiffness = state.withView { view in
            start.pointer.update(from: view.velocities, count: start.count)
            return evaluate(view, state.time, goesOn)
        }
    }

    private func evaluate(_ view: ParticleView, _ time: Double, _ goesOn: () -> Bool) -> Double {
        score.evaluate(view, time: time, into: scores.pointer, on: team)
        let diffusion = forces.evaluate(view, scores: scores.pointer, into: rates.pointer, on: team, while: goesOn)
        clearPadding(rates.pointer, view)
        return score.steepness * diffusion
    }

    /// What stands behind the last particle of each component stays at 0.
    private func clearPadding(_ values: UnsafeMutablePointer<Double>, _ view: ParticleView) {
        for axis in 0..<dimensions {
            for place in view.count..<view.stride { values[axis * view.stride + place] = 0 }
        }
    }

    private var ratesAreFinite: Bool {
        let rates = VectorView(rates.pointer)
        var poison = SIMD8<Double>.zero
        for i in 0..<start.count / 8 { poison += rates[i] * 0 }
        return poison.sum() == 0
    }

    /// The other stages and the step itself.
    private func finish(_ state: inout ParticleCloud, while goesOn: () -> Bool) {
        sum.clear()
        divergences.clear()
        let time = state.time
        state.withMutableView { velocities, view in
            for k in 0..<nodes.count {
                var view = view
                if k > 0 {
                    add(nodes[k] * timeStep, rates, to: start, into: stage.pointer)
                    view = ParticleView(
                        count: view.count, dimensions: view.dimensions, stride: view.stride,
                        velocities: stage.pointer, weights: view.weights)
                    _ = evaluate(view, time + nodes[k] * timeStep, goesOn)
                }
                if weights[k] > 0 { addDivergence(view, weights[k]) }
                add(weights[k], rates, to: sum, into: sum.pointer)
            }
            add(timeStep, sum, to: start, into: velocities)
            if conservesEnergy { restoreEnergy(velocities, view) }
        }
        state.time = time + timeStep
        state.steps += 1
    }

    /// Adds a share of ∇·U of the stage that was evaluated last.
    private func addDivergence(_ view: ParticleView, _ share: Double) {
        guard let jacobians = score.jacobians else { return }
        forces.divergence(view, scores: scores.pointer, jacobians: jacobians, into: divergence.pointer, on: team)
        for particle in 0..<count { divergences.pointer[particle] += share * divergence.pointer[particle] }
    }

    /// result = b + a·slope.
    private func add(
        _ a: Double, _ slope: AlignedBuffer<Double>, to b: AlignedBuffer<Double>,
        into result: UnsafeMutablePointer<Double>
    ) {
        let (result, slope, b) = (MutableVectorView(result), VectorView(slope.pointer), VectorView(b.pointer))
        for i in 0..<start.count / 8 { result[i] = b[i] + a * slope[i] }
    }

    /// Scales velocities about their mean so that the energy is that of the step's start.
    private func restoreEnergy(_ velocities: UnsafeMutablePointer<Double>, _ view: ParticleView) {
        let mass = weightedSum(view.weights) { _ in SIMD8(repeating: 1) }
        let stride = view.stride
        var (before, after) = (0.0, 0.0)
        let old = UnsafePointer(start.pointer)
        for axis in 0..<dimensions {
            let (old, new) = (old + axis * stride, UnsafePointer(velocities) + axis * stride)
            let mean = weightedSum(view.weights) { eight(new, $0) } / mass
            before += weightedSum(view.weights) { (eight(old, $0) - mean) * (eight(old, $0) - mean) }
            after += weightedSum(view.weights) { (eight(new, $0) - mean) * (eight(new, $0) - mean) }
        }
        guard after > 0 else { return }
        let factor = (before / after).squareRoot()
        for axis in 0..<dimensions {
            let new = velocities + axis * stride
            let mean = weightedSum(view.weights) { eight(new, $0) } / mass
            for first in Swift.stride(from: 0, to: stride, by: 8) {
                storeEight(mean + factor * (eight(new, first) - mean), new, first)
            }
        }
        clearPadding(velocities, view)
    }

    @inline(__always)
    private func weightedSum(_ weights: UnsafePointer<Double>, _ term: (Int) -> SIMD8<Double>) -> Double {
        team.sum(count: count, chunk: 4096) { range in
            var sum = SIMD8<Double>.zero
            for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                sum += eight(weights, first) * term(first)
            }
            return sum.sum()
        }
    }
}
