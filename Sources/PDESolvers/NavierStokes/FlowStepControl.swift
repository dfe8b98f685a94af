/// How long the steps of a flow are. Steps are chosen anew before each and land on the end of an interval.
public enum FlowStepControl: Hashable, Sendable {
    /// Steps whose CFL number, the largest of h(|u|/Δx + |v|/Δy), is at most this, less where diffusion asks for it, and
    /// none longer than `longest`; where the flow speeds up, the one at a step's end is at most `largestCourant`.
    case courant(Double, longest: Double = .infinity)
    /// Equal steps of at most this length, whatever the flow does.
    case fixed(Double)

    /// A good CFL number.
    public static let standardCourant = 0.8
    /// Steps with that number.
    public static let standard = FlowStepControl.courant(standardCourant)

    /// The largest CFL number that is stable. Measured on vortices of many sizes in a periodic box without viscosity and
    /// without dissipation: over 5 turnovers the energy stays within a third of a percent up to 0.9, waves of four
    /// cells grow slowly from 1 on and at once from 1.25 on. The three stages alone would bear 1.25; the pressure that
    /// they share takes the rest.
    public static let largestCourant = 0.9
}

/// What happened in an interval.
public struct FlowReport: Hashable, Sendable {
    /// Number of time steps.
    public var steps = 0
    /// The largest CFL number h(|u|/Δx + |v|/Δy) of a step, with the velocities before or after it.
    public var courant = 0.0
    /// The largest |∇·u| of a cell at the end, times the smaller side of a cell over the peak speed.
    public var divergence = 0.0
    /// |flux in − flux out| over the flux in at the end, 0 without inlet.
    public var fluxImbalance = 0.0
    /// The largest relative residual of a pressure solve.
    public var pressureResidual = 0.0
    /// The most iterations of a pressure solve; 0 for direct solvers.
    public var pressureIterations = 0
    /// Kinetic energy that the advection scheme took, by the trapezoidal rule over the interval.
    public var numericalDissipation = 0.0
    /// Kinetic energy that viscosity took, by the same rule.
    public var viscousDissipation = 0.0

    /// Nothing yet.
    public init() {}
}
