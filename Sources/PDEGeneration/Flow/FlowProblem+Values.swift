import PDEGeometry
import PDESolvers

extension FlowProblem {
    /// A flow of values; what is left out is as in a recipe that leaves it out.
    public init(
        _ equation: FlowEquation, obstacles: ObstacleRecipe = .none, solver: Solver = Solver(),
        health: HealthLimits? = nil
    ) {
        (self.equation, self.obstacles, self.solver) = (equation, obstacles, solver)
        self.health = health ?? HealthLimits(solver: solver)
    }
}

extension FlowEquation {
    /// Flow in a channel, or in a box whose upper wall moves, at Reynolds numbers that are drawn.
    public init(_ family: FlowFamily, reynolds: Distribution) { (self.family, self.reynolds) = (family, reynolds) }
}

extension ObstacleRecipe {
    /// Obstacles of a sixteenth to an eighth of the height, drawn and placed anew for every sample, as a recipe that says nothing
    /// of their size and place has them.
    public static func drawn(
        _ count: ClosedRange<Int>, shapes: [ObstacleKind] = [.square], isRotated: Bool = false,
        in family: FlowEquation.FamilyName = .channel
    ) -> ObstacleRecipe {
        count == 0...0 ? .none : .placed(standard(count, shapes, isRotated: isRotated, in: family))
    }
}

extension FlowProblem.HealthLimits {
    /// Limits; those that are left out are what a sound computation with this solver keeps with room to spare.
    public init(
        of solver: FlowProblem.Solver, courant: Double? = nil, divergence: Double? = nil, cellReynolds: Double? = nil,
        allowsSteady: Bool = false, attempts: Int? = nil
    ) {
        let standard = Self(solver: solver)
        self.courant = courant ?? standard.courant
        self.divergence = divergence ?? standard.divergence
        self.cellReynolds = cellReynolds ?? standard.cellReynolds
        self.allowsSteady = allowsSteady
        self.attempts = attempts ?? standard.attempts
    }
}
