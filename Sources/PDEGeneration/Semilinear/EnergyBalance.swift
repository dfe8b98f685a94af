import PDESolvers

/// How well the energy's budget of a trajectory closes.
struct EnergyBalance {
    private let start: Double
    private var largest: Double
    private var gained = 0.0
    private var turnover = 0.0
    /// Largest |E(t) − E(0) − ∫ dE/dt| at the end of an interval, relative to the largest energy until then plus half of all
    /// energy that came and went.
    private(set) var worst = 0.0

    /// The balance of a trajectory that begins with this budget.
    init(from budget: EnergyBudget) {
        start = budget.energy
        largest = budget.energy
    }

    /// Adds an interval.
    mutating func add(_ report: IntervalReport) {
        gained += report.energyGained
        turnover += report.energyTurnover
        largest = max(largest, report.end.energy)
        let gap = abs(report.end.energy - start - gained)
        worst = max(worst, gap / (largest + turnover / 2))
    }
}
