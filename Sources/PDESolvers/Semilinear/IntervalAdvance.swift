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

extension SemilinearStepper {
    /// Advances a state by exactly one interval, in steps that the control sets when it begins.
    ///
    /// - Parameters:
    ///   - state: the state; on return the one an interval later, or anything if nil is returned.
    ///   - interval: the time to cover.
    ///   - start: the budget of the state, which `budget(of:)` gives and the last report's `end` repeats.
    ///   - control: the rule for the step.
    ///   - first: size of the first step of a graded start; nil for even steps.
    ///   - refinement: every step is divided by this, for comparisons.
    ///   - goesOn: asked before every step, with the share of the interval's steps that are taken; false ends the call.
    /// - Returns: what happened; nil if a value was not finite on the way: the state has blown up; or if `goesOn` said no.
    public func advance(
        _ state: inout SpectralField<Scalar>, over interval: Double, from start: EnergyBudget, control: StepControl,
        first: Double? = nil, refinement: Int = 1, while goesOn: (Double) -> Bool = { _ in true }
    ) -> IntervalReport? {
        let spacing = space.grid.smallestSpacing
        let blocks = control.blocks(
            interval: interval, speed: start.maximumSpeed, spacing: spacing * Double(refinement), first: first)
        guard let blocks else { return nil }
        keepsBudget = true
        var report = IntervalReport()
        report.end = start
        let total = Double(refinement * blocks.reduce(0) { $0 + $1.count })
        for block in blocks {
            timeStep = block.step / Double(refinement)
            var (gained, turnover) = (0.0, 0.0)
            var fastest = report.end.maximumSpeed
            for step in 0..<block.count * refinement {
                guard goesOn(Double(report.steps + step) / total) else { return nil }
                advance(&state)
                gained += step % 2 == 1 ? budget.rateInMiddle : (step == 0 ? 1 : 2) * budget.rateAtEnds
                turnover += budget.turnover
                fastest = max(fastest, budget.maximumSpeed)
                guard budget.energy.isFinite else { return nil }
            }
            report.end = budget(of: state)
            report.energyGained += (gained + report.end.rateAtEnds) * timeStep
            report.energyTurnover += turnover * timeStep
            report.steps += block.count * refinement
            report.courant = max(report.courant, fastest * timeStep / spacing)
        }
        return report
    }
}
