import PDECore

/// Something whose rollouts are evaluated: a trained network, a classical solver, a baseline.
public struct Contestant: Sendable {
    /// What kind of thing it is: surrogates get verdicts, solvers stand in the comparison of error against cost.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// It was trained.
        case surrogate
        /// It solves the equation.
        case solver
        /// It knows next to nothing: what the others must beat.
        case baseline
    }

    /// Its name in tables and legends, one of its own.
    public let name: String
    /// What kind of thing it is.
    public let kind: Kind
    /// The name that surrogates share which differ in their training's seed only: intervals over seeds are made for it.
    public let group: String?
    /// How many frames it begins from.
    public let inputFrames: Int
    let makeForecast: @Sendable () throws -> any Forecast

    /// A contestant.
    ///
    /// - Parameter makeSession: makes a session; called once on each thread. What it throws ends the evaluation.
    public init<Forecaster: Stepper & SendableMetatype>(
        _ name: String, kind: Kind, group: String? = nil, inputFrames: Int = 1,
        makeSession: @escaping @Sendable () throws -> ForecastSession<Forecaster>
    ) {
        precondition(inputFrames >= 1, "inputFrames: expected at least 1, got \(inputFrames)")
        self.name = name
        self.kind = kind
        self.group = group
        self.inputFrames = inputFrames
        makeForecast = { SteppedForecast(try makeSession(), contestant: name) }
    }
}
