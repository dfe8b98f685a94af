import PDECore

/// Particles that a score is fitted to, for the length of a call.
public struct ScoreSamples<Scalar: Real> {
    /// Number of particles.
    public let count: Int
    /// Distance between two components.
    public let stride: Int
    /// [component][stride], and behind the velocities the conditions alike.
    public let velocities: UnsafePointer<Scalar>
    /// Of each particle; they add up to 1.
    public let weights: UnsafePointer<Scalar>

    /// Particles.
    public init(
        count: Int, stride: Int, velocities: UnsafePointer<Scalar>, weights: UnsafePointer<Scalar>
    ) {
        precondition(count > 0 && stride >= count, "count: expected 1 to the stride \(stride), got \(count)")
        (self.count, self.stride) = (count, stride)
        (self.velocities, self.weights) = (velocities, weights)
    }
}

/// What a score is fitted by.
public enum ScoreObjective<Scalar: Real> {
    /// The mean of |s|² + 2 ∇·s with the exact divergence: but for a constant that of |s − ∇log f|², with f never known.
    ///
    /// Source: A. Hyvärinen, "Estimation of non-normalized statistical models by score matching", J. Mach. Learn. Res. 6 (2005).
    case implicit
    /// The same with the mean of (ε·∇)(ε·s) over so many random directions of ±1 for the divergence; they depend on the seed and the
    /// step alone.
    ///
    /// Source: M. F. Hutchinson, Commun. Stat. Simul. Comput. 18 (1989).
    case probes(Int, seed: UInt64, step: Int)
    /// The mean of |s − target|², with the target [component][stride] of the samples.
    case explicit(UnsafePointer<Scalar>)
    /// The mean of |s + τ ∂s/∂τ − target|² with the first condition τ: s is then the mean velocity of a trajectory u + τs(u, τ) up to τ,
    /// and the target, [component][stride], its velocity there.
    ///
    /// Source: Kim et al., PINN-PM (2026), the residual of the trajectories.
    case rate(UnsafePointer<Scalar>)

    /// Directions that derivatives are taken along.
    var directions: ScoreDirections {
        switch self {
        case .implicit: return .axes
        case .probes(let count, _, _):
            precondition(count > 0, "probes: expected at least 1, got \(count)")
            return .probes(count)
        case .explicit: return .none
        case .rate: return .condition
        }
    }

    /// What the perceptron or its rate shall be.
    var target: UnsafePointer<Scalar>? {
        switch self {
        case .explicit(let values), .rate(let values): values
        case .implicit, .probes: nil
        }
    }
}

/// What a perceptron is differentiated along.
enum ScoreDirections: Hashable {
    /// Nothing.
    case none
    /// What the perceptron sees of the velocity, component by component.
    case axes
    /// The first condition.
    case condition
    /// So many random directions of velocities.
    case probes(Int)

    /// Their number.
    func count(_ layers: ScoreLayers) -> Int {
        switch self {
        case .none: 0
        case .axes: layers.channels
        case .condition: 1
        case .probes(let count): count
        }
    }
}
