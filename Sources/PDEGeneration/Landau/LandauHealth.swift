import PDECore
import PDESolvers

/// What is known of a trajectory besides its frames.
struct LandauHealth: Sendable {
    /// Time steps of the Fourier method.
    var steps = 0
    /// The moments of every frame.
    var moments: [DensityMoments] = []
    /// How fast the entropy falls in every frame.
    var dissipation: [Double] = []
    /// Largest relative L2 error against the exact solution; nil where none is known.
    var exactError: Double?
    /// Largest error of the covariance against the exact exponential; nil where γ is not 0.
    var covarianceError: Double?
    /// Why the solver stopped before the last frame.
    var failure: String?

    /// Largest relative change of the mass.
    var massDrift: Double { moments.map { abs($0.mass / moments[0].mass - 1) }.max() ?? 0 }
    /// Largest relative change of the energy.
    var energyDrift: Double { moments.map { abs($0.energy / moments[0].energy - 1) }.max() ?? 0 }
    /// Largest component of the momentum.
    var momentum: Double { moments.flatMap { $0.momentum.map(abs) }.max() ?? 0 }
    /// Largest share of the mass that is negative.
    var negativeShare: Double { moments.map(\.negativeShare).max() ?? 0 }
    /// Largest rise of the entropy from one frame to the next; 0 if it always falls.
    var entropyRise: Double {
        zip(moments, moments.dropFirst()).reduce(0) { max($0, $1.1.entropy - $1.0.entropy) }
    }

    /// Why a trajectory is refused; nil if it is sound.
    func complaint(_ limits: LandauProblem.HealthLimits) -> String? {
        if let failure { return failure }
        // Comparisons are such that NaN is refused.
        if !(massDrift <= 1e-10) { return "mass drifts by \(massDrift)" }
        if !(energyDrift <= limits.conservation) {
            return "energy drifts by \(energyDrift), allowed is \(limits.conservation)"
        }
        if !(momentum <= limits.conservation) { return "momentum is \(momentum), allowed is \(limits.conservation)" }
        if !(negativeShare <= limits.negativeShare) {
            return "the share of negative density is \(negativeShare), allowed is \(limits.negativeShare)"
        }
        if !(entropyRise <= limits.entropyRise) {
            return "entropy rises by \(entropyRise), allowed is \(limits.entropyRise)"
        }
        if let exactError, !(exactError <= limits.exactError) {
            return "the error against the exact solution is \(exactError), allowed is \(limits.exactError)"
        }
        return nil
    }
}
