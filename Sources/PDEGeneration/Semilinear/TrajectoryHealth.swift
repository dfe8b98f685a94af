import PDESolvers

/// What is known of a trajectory besides its frames.
struct TrajectoryHealth: Equatable, Sendable {
    /// Time steps taken.
    var steps = 0
    /// Largest CFL number of any step.
    var courant = 0.0
    /// Largest |E(t) − E(0) − ∫ dE/dt| at a frame, relative to the largest energy until then plus half of all energy
    /// that came and went.
    var energyBalance = 0.0
    /// Largest share of the energy near the cutoff, over the frames.
    var spectralTail = 0.0
    /// Largest rise of that share above the least one of an earlier frame: what steepened on the way, not what a rough state
    /// began with.
    var addedTail = 0.0
    /// The least share of the energy near the cutoff so far.
    var leastTail = Double.infinity
    /// Smallest scale over the frames, in grid spacings.
    var smallestScale = Double.infinity
    /// Steepest slope over the frames.
    var steepness = 0.0
    /// Grid spacings in the thinnest layer over the frames.
    var layerPoints = Double.infinity
    /// The frame at which the computation stopped because a value was not finite or the speed ran away.
    var blowUpFrame: Int?
    /// Whether it stopped there because the frame takes more time steps than are ever made.
    var takesTooManySteps = false

    /// Why a trajectory is refused; nil if it is sound.
    func complaint(_ limits: SemilinearProblem.HealthLimits) -> String? {
        if let blowUpFrame, takesTooManySteps {
            return "frame \(blowUpFrame) takes more than \(StepControl.mostSteps) time steps"
        }
        if let blowUpFrame { return "blew up before frame \(blowUpFrame)" }
        if let limit = limits.courant, !(courant <= limit) { return "CFL number \(courant) exceeds \(limit)" }
        if !(energyBalance <= limits.energyBalance) {
            return "energy budget is off by \(energyBalance), allowed is \(limits.energyBalance)"
        }
        if !(addedTail <= limits.spectralTail) {
            return
                "under-resolved: \(addedTail) of the energy has come to the cutoff, allowed is \(limits.spectralTail)"
        }
        return nil
    }
}
