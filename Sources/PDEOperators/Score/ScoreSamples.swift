import PDECore

/// Particles that a score is fitted to, for the length of a call.
public struct ScoreSamples<Scalar: Real> {
    /// Number of particles.
    public let count: Int
    /// Distance between two components.
    public let stride: Int
    /// [component][stride].
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

    /// Directions that derivatives are taken along.
    func directions(dimensions: Int) -> Int {
        switch self {
        case .implicit: return dimensions
        case .probes(let count, _, _):
            precondition(count > 0, "probes: expected at least 1, got \(count)")
            return count
        case .explicit: return 0
        }
    }
}
