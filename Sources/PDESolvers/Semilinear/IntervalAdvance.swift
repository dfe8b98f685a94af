/// What happened between two frames.
public struct IntervalReport: Equatable, Sendable {
    /// Time steps taken.
    public var steps = 0
    /// Largest h·speed/Δx of any step.
    public var courant = 0.0
    /// Integral of the energy's rate of change over the interval.
    public var energyGained = 0.0
    /// Integral of the energy's turnover over the interval.
    public var energyTurnover = 0.0
    /// The budget of the state at the end.
    public var end = EnergyBudget()
}

/// Steps of one size, and the sums over them that integrate the energy's rate.
private struct StepRun {
    var steps = 0
    var fastest: Double
    var gained = 0.0
    var turnover = 0.0

    /// A pair of steps from `begin` over `middle`.
    mutating func add(_ begin: EnergyBudget, _ middle: EnergyBudget) {
        gained += (steps == 0 ? 1 : 2) * begin.rateAtEnds
        gained += middle.rateInMiddle
        turnover += begin.turnover
        turnover += middle.turnover
        fastest = max(fastest, begin.maximumSpeed, middle.maximumSpeed)
        steps += 2
    }
}

extension IntervalReport {
    /// Adds a run of steps of `size` that ended in a state with the budget `end`.
    fileprivate mutating func add(_ run: StepRun, size: Double, end: EnergyBudget, spacing: Double) {
        self.end = end
        guard run.steps > 0 else { return }
        energyGained += (run.gained + end.rateAtEnds) * size
        energyTurnover += run.turnover * size
        steps += run.steps
        courant = max(courant, run.fastest * size / spacing)
    }
}

extension SemilinearStepper {
    /// How often a step is halved within an interval before the state counts as blown up.
    private static var mostHalvings: Int { 24 }

    /// Advances a state by exactly one interval.
    ///
    /// The control sets the step when the interval begins. Where speeds rise so far that a step breaks the bound on the CFL
    /// number, the pair of steps is made again in four of half the size, and the rest of the interval follows in these: a state
    /// that starts nearly at rest needs far shorter steps later on.
    ///
    /// - Parameters:
    ///   - state: the state; on return the one an interval later, or anything if nil is returned.
    ///   - interval: the time to cover.
    ///   - start: the budget of the state, which `budget(of:)` gives and the last report's `end` repeats.
    ///   - control: the rule for the step.
    ///   - first: size of the first step of a graded start; nil for even steps.
    ///   - refinement: every step is divided by this, for comparisons on a grid finer by as much.
    ///   - shortening: every step is divided by this too, where the energy's budget stays open.
    ///   - bounds: what every step must keep.
    ///   - goesOn: asked before every pair of steps, with the share of the planned steps that are taken, and within steps where
    ///     these take long; false ends the call, if it says no from then on.
    /// - Returns: what happened; nil if a value was not finite on the way or too fast: the state has blown up; if the interval takes
    ///   `StepControl.mostSteps`; or if `goesOn` said no.
    public func advance(
        _ state: inout SpectralField<Scalar>, over interval: Double, from start: EnergyBudget, control: StepControl,
        first: Double? = nil, refinement: Int = 1, shortening: Int = 1, bounds: StepBounds = StepBounds(),
        while goesOn: (Double) -> Bool = { _ in true }
    ) -> IntervalReport? {
        let spacing = space.grid.smallestSpacing
        let blocks = control.blocks(
            interval: interval, speed: start.maximumSpeed, spacing: spacing * Double(refinement), first: first)
        guard let blocks else { return nil }
        var report = IntervalReport()
        report.end = start
        let total = blocks.reduce(0) { $0 + $1.count }
        let isCovered = withoutActuallyEscaping(goesOn) { goesOn in
            // Within a step it is asked about the share at its beginning.
            var share = 0.0
            space.goesOn = { goesOn(share) }
            defer { space.goesOn = { true } }
            var planned = 0
            for block in blocks {
                timeStep = block.step / Double(refinement * shortening)
                let isCovered = cover(block.count * refinement * shortening, &state, bounds, &report) {
                    share = (Double(planned) + $0 * Double(block.count)) / Double(total)
                    return goesOn(share)
                }
                guard isCovered else { return false }
                planned += block.count
            }
            return true
        }
        return isCovered ? report : nil
    }

    /// Covers an even number of steps of the present size; false if the state blew up or is not wanted.
    private func cover(
        _ count: Int, _ state: inout SpectralField<Scalar>, _ bounds: StepBounds, _ report: inout IntervalReport,
        while goesOn: (Double) -> Bool
    ) -> Bool {
        let whole = Double(count) * timeStep
        let spacing = space.grid.smallestSpacing
        func isSound(_ budget: EnergyBudget) -> Bool {
            budget.energy.isFinite && budget.maximumSpeed * timeStep <= bounds.courant * spacing
        }
        var (pairs, halvings) = (count / 2, 0)
        var run = StepRun(fastest: report.end.maximumSpeed)
        evaluate(state)
        while pairs > 0 {
            let begin = budget
            let share = 1 - 2 * Double(pairs) * timeStep / whole
            guard begin.maximumSpeed < bounds.speed, goesOn(share) else { return false }
            keep(state)
            step(&state)
            evaluate(state)
            let middle = budget
            step(&state)
            evaluate(state)
            if isSound(begin), isSound(middle), isSound(budget) {
                run.add(begin, middle)
                pairs -= 1
                continue
            }
            guard bounds.courant < .infinity, halvings < Self.mostHalvings else { return false }
            restore(&state)
            report.add(run, size: timeStep, end: begin, spacing: spacing)
            run = StepRun(fastest: begin.maximumSpeed)
            timeStep /= 2
            pairs *= 2
            halvings += 1
            evaluate(state)
        }
        report.add(run, size: timeStep, end: budget, spacing: spacing)
        return true
    }
}
