import PDESolvers

/// What is known of a flow's trajectory besides its frames.
struct FlowHealth: Sendable {
    /// Time steps taken.
    var steps = 0
    /// Largest CFL number of any step.
    var courant = 0.0
    /// Largest divergence in a fluid cell, times cell size over speed.
    var divergence = 0.0
    /// Largest difference of inflow and outflow, relative to the inflow.
    var fluxImbalance = 0.0
    /// Largest relative residual of a pressure solve.
    var pressureResidual = 0.0
    /// Most iterations of a pressure solve.
    var pressureIterations = 0
    /// Energy that the advection scheme and viscosity took.
    var numericalDissipation = 0.0, viscousDissipation = 0.0
    /// The forces on every body, frame by frame.
    var forces: [[BodyForce]] = []
    /// The frame before which a value was not finite or the speed ran away.
    var blowUpFrame: Int?

    /// Adds what happened in an interval.
    mutating func add(_ report: FlowReport) {
        steps += report.steps
        courant = max(courant, report.courant)
        divergence = max(divergence, report.divergence)
        fluxImbalance = max(fluxImbalance, report.fluxImbalance)
        pressureResidual = max(pressureResidual, report.pressureResidual)
        pressureIterations = max(pressureIterations, report.pressureIterations)
        numericalDissipation += report.numericalDissipation
        viscousDissipation += report.viscousDissipation
    }

    /// The share of all dissipation that the advection scheme is to blame for.
    var numericalShare: Double {
        let all = numericalDissipation + viscousDissipation
        return all > 0 ? numericalDissipation / all : 0
    }

    /// Why a trajectory is refused; nil if it is sound.
    func complaint(_ limits: FlowProblem.HealthLimits) -> String? {
        if let blowUpFrame { return "blew up before frame \(blowUpFrame)" }
        if let limit = limits.courant, !(courant <= limit) { return "CFL number \(courant) exceeds \(limit)" }
        if !(divergence <= limits.divergence) {
            return "divergence is \(divergence), allowed is \(limits.divergence)"
        }
        return nil
    }
}
