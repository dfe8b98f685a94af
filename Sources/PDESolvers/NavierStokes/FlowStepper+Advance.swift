import Glibc
import PDECore

extension FlowStepper {
    /// Advances a state by exactly one interval, and finds the pressure at its end.
    ///
    /// Steps with a CFL number that end beyond `FlowStepControl.largestCourant` are made again at half the size.
    ///
    /// - Parameters:
    ///   - state: the state; on return the one an interval later, or one of the last that were finite if nil is returned.
    ///   - interval: the time to cover, more than 0.
    ///   - control: the rule for the steps.
    ///   - refinement: every step is divided by this, for comparisons.
    ///   - goesOn: asked before every step, with the share of the interval that is covered; false ends the call.
    /// - Returns: what happened; nil if a value was not finite or the speed passed a thousand times the given one: the
    ///   flow has blown up; or if `goesOn` said no.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func advance(
        _ state: inout FlowState<Scalar>, over interval: Double, control: FlowStepControl, refinement: Int = 1,
        while goesOn: (Double) -> Bool = { _ in true }
    ) -> FlowReport? {
        cover(interval, &state, control, refinement, goesOn)
    }

    @inline(never)
    private func cover(
        _ interval: Double, _ state: inout FlowState<Scalar>, _ control: FlowStepControl, _ refinement: Int,
        _ goesOn: (Double) -> Bool
    ) -> FlowReport? {
        precondition(interval > 0, "interval: expected more than 0, got \(interval)")
        var report = FlowReport()
        let before = dissipation(of: &state)
        (pressureResidual, pressureIterations) = (0, 0)
        projection.beginMeasures()
        let (start, end) = (state.time, state.time + interval)
        var rate = advectionRate(of: &state)
        var last = state
        while true {
            let rest = end - state.time
            guard goesOn(1 - rest / interval) else { return nil }
            guard var steps = steps(in: rest, of: interval, rate, control, refinement) else { return nil }
            last.copy(state)
            let before = rate
            var halvings = 0
            while true {
                timeStep = rest / Double(steps)
                advance(&state)
                rate = advectionRate(of: &state)
                // A flow that sets off from rest is fast when the step that suited the rest ends.
                guard case .courant = control, !(rate * timeStep <= FlowStepControl.largestCourant),
                    halvings < Self.mostHalvings
                else { break }
                state.copy(last)
                steps *= 2
                halvings += 1
            }
            report.steps += 1
            guard rate.isFinite, rate * constants.smallestSide < 1000 * speed else {
                state.copy(last)
                return nil
            }
            report.courant = max(report.courant, max(before, rate) * timeStep)
            if steps == 1 { break }
        }
        state.time = start + interval
        // A step leaves the pressure that acted during it; frames and forces want the one at their time.
        findPressure(&state)
        let after = dissipation(of: &state)
        report.numericalDissipation = (before.numerical + after.numerical) / 2 * interval
        report.viscousDissipation = (before.viscous + after.viscous) / 2 * interval
        report.pressureResidual = pressureResidual
        report.pressureIterations = pressureIterations
        report.divergence = largestDivergence(of: &state) * constants.smallestSide / speed
        report.fluxImbalance = fluxImbalance(of: &state)
        return report
    }

    /// How often a step is halved before the flow counts as blown up.
    private static var mostHalvings: Int { 16 }

    /// How many steps cover what is left of an interval; nil if they would be too many.
    private func steps(
        in rest: Double, of interval: Double, _ rate: Double, _ control: FlowStepControl, _ refinement: Int
    ) -> Int? {
        let longest: Double
        switch control {
        case .fixed(let step): longest = step
        case .courant(let number, let bound):
            // Diffusion alone is stable up to 2.5; with both, the limits lie on an ellipse.
            let diffusion = 4 * viscosity * (1 / (constants.dx * constants.dx) + 1 / (constants.dy * constants.dy))
            let both = hypot(rate / FlowStepControl.largestCourant, diffusion / 2.4)
            longest = min(bound, 1 / max(rate / number, both))
        }
        let needed = rest / longest * Double(refinement)
        guard needed.isFinite, needed < 1e8 else { return nil }
        return max(1, Int((needed * (1 - 1e-9)).rounded(.up)))
    }

    /// The largest |u|/Δx + |v|/Δy; NaN if a velocity is not finite.
    func advectionRate(of state: inout FlowState<Scalar>) -> Double {
        let (ix, iy) = (Scalar(1 / constants.dx), Scalar(1 / constants.dy))
        return withPointers(&state) { u, v, _ in
            var (peak, poison) = (SIMD8<Scalar>(repeating: 0), SIMD8<Scalar>(repeating: 0))
            for j in 0..<layout.rows {
                let at = layout.offset(0, j)
                for k in 0..<(layout.columns &+ 7) / 8 {
                    let (a, b) = (eight(u, at &+ 8 &* k), eight(v, at &+ 8 &* k))
                    let sum = ix * a.larger(-a) + iy * b.larger(-b)
                    peak = sum.larger(peak)
                    poison += sum * 0
                }
            }
            return Double(peak.max() + poison.sum())
        }
    }
}

extension FlowState {
    /// Takes over another state's values without new memory.
    fileprivate mutating func copy(_ other: FlowState) {
        func copy(_ from: AlignedVector<Scalar>, _ to: inout AlignedVector<Scalar>) {
            from.withUnsafePointer { source in
                to.withUnsafeMutablePointer { $0.update(from: source, count: from.count) }
            }
        }
        copy(other.u, &u)
        copy(other.v, &v)
        copy(other.p, &p)
        time = other.time
        hasPressure = other.hasPressure
        isImpulsive = other.isImpulsive
    }
}
