import PDECore

/// Where particles get their score s(v) = ∇ log f(v) from: an exact solution, the particles' own regularised density, a
/// fit, a network.
///
/// A score owns its workspace, allocates nothing after `prepare`, and serves one stepper.
public protocol ParticleScore: AnyObject {
    /// The largest rate at which the last scores fall with velocity, in any direction: with the kernel it sets the stable
    /// step.
    var steepness: Double { get }
    /// ∫ f log f as the score's own density has it at the last evaluation; nil where there is none.
    var entropy: Double? { get }
    /// ∂s_a/∂v_b of the particles at the last evaluation, [a][b][count]; nil where they are not found.
    var jacobians: UnsafePointer<Float>? { get }

    /// Makes a workspace for as many particles.
    func prepare(count: Int, dimensions: Int)

    /// Finds the scores of the particles at a time.
    ///
    /// - Parameters:
    ///   - particles: velocities and weights.
    ///   - time: for scores that are known as functions of time.
    ///   - scores: gets [component][stride]; what it holds behind the last particle must be finite.
    ///   - team: threads to share loops among; results must not depend on their number.
    func evaluate(
        _ particles: ParticleView, time: Double, into scores: UnsafeMutablePointer<Double>, on team: ThreadTeam)
}

extension ParticleScore {
    /// None.
    public var jacobians: UnsafePointer<Float>? { nil }
}
