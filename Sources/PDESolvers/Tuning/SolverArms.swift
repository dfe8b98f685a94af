/// What a `TunedSolver` chooses among.
public enum SolverArms {
    /// ω of conjugate gradients with symmetric successive over-relaxation, by iterations.
    case symmetricOverRelaxation([Double])
    /// ω of successive over-relaxation, by iterations.
    case overRelaxation([Double])
    /// Preconditioners of conjugate gradients, by wall time. Choices then depend on the machine and on what else it does,
    /// and come out differently every time; solutions agree to the tolerance.
    case preconditioners([any PoissonPreconditioner])

    /// Number of arms.
    public var count: Int {
        switch self {
        case .symmetricOverRelaxation(let values), .overRelaxation(let values): values.count
        case .preconditioners(let values): values.count
        }
    }

    /// What an arm costs at least, in the unit of its cost.
    public var leastCost: Double { if case .preconditioners = self { 0 } else { 1 } }

    func check() throws(TuningError) {
        guard count > 0 else { throw .noArms }
        let values: [Double] =
            switch self {
            case .symmetricOverRelaxation(let given), .overRelaxation(let given): given
            case .preconditioners: []
            }
        for (arm, value) in values.enumerated() where !(value > 0 && value < 2) {
            throw .overRelaxation(arm: arm, value: value)
        }
    }
}

extension SolverArms {
    /// Twenty values of ω from 1 to 1.95.
    public static var usualOverRelaxations: [Double] { (0..<20).map { 1 + 0.05 * Double($0) } }
}
