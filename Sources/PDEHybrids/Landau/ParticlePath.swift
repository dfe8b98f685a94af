import PDECore
import PDESolvers
import PDETraining

/// Particles on their way in time, with their scores and the logarithm of their density, as a trained network moves them.
package protocol ParticlePath: AnyObject {
    /// The particles.
    var cloud: ParticleCloud { get }
    /// log f of each particle.
    var logarithms: AlignedVector<Double> { get }
    /// Whether any time is reached at once; else one step after the other.
    var isGlobal: Bool { get }

    /// Goes on to where so many steps since the start end.
    func advance(to step: Int) throws(LandauStepError)

    /// The scores of the particles as they are, [component][particle], and their divergences.
    func scores() -> (scores: [[Double]], divergences: [Double])
}

/// A run that has learned how particles of Landau's equation move.
package protocol LandauRun: Sendable {
    /// Its folder.
    var folder: String { get }
    /// What it was trained by.
    var experiment: Experiment { get }
    /// The particles.
    var system: LandauParticles { get }
    /// Where the run stood.
    var state: TrainingState { get }
    /// What its user should know of its checkpoint.
    var warning: String? { get }

    /// These particles on their way.
    ///
    /// - Parameter fitted: a network that is fitted on the way is so to the first so many.
    func path(_ cloud: ParticleCloud, fitted: Int, seed: UInt64, threads: Int) -> any ParticlePath
}
