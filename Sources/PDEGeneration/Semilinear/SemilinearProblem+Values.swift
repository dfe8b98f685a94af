import PDECore
import PDESolvers

extension SemilinearProblem {
    /// A problem of values; what is left out is as in a recipe that leaves it out.
    public init(
        _ equation: EquationRecipe, initial: InitialRecipe, solver: Solver = Solver(), health: HealthLimits? = nil
    ) {
        (self.equation, self.initial, self.solver) = (equation, initial, solver)
        self.health = health ?? HealthLimits(solver: solver)
    }
}

extension InitialRecipe {
    /// A shape times an amplitude plus a mean.
    public init(_ state: InitialState, amplitude: Distribution = .fixed(1), mean: Distribution = .fixed(0)) {
        (self.state, self.amplitude, self.mean) = (state, amplitude, mean)
    }
}

extension SemilinearProblem.HealthLimits {
    /// Limits; those that are left out are what a sound computation with this solver keeps with room to spare.
    public init(
        of solver: SemilinearProblem.Solver, courant: Double? = nil, energyBalance: Double? = nil,
        spectralTail: Double? = nil, allowsSteady: Bool = false, attempts: Int? = nil
    ) {
        let standard = Self(solver: solver)
        self.courant = courant ?? standard.courant
        self.energyBalance = energyBalance ?? standard.energyBalance
        self.spectralTail = spectralTail ?? standard.spectralTail
        self.allowsSteady = allowsSteady
        self.attempts = attempts ?? standard.attempts
    }
}
