import PDECore
import PDEOperators
import PDETensor

/// The two perceptrons of particles that are followed without steps, both of (u, τ), with τ the share of the time and u velocities over
/// `VelocityScales`: the score, and the mean velocity of a trajectory up to τ.
struct LandauGlobalNetwork<Scalar: Real>: Module {
    private(set) var score, trajectories: ScoreNetwork<Scalar>

    /// Networks with first values.
    init(_ task: LandauGlobalTask, _ initialization: Initialization) {
        // Layers of the same names begin alike with the same seed.
        score = ScoreNetwork(task.layers(ofScore: true), initialization)
        trajectories = ScoreNetwork(
            task.layers(ofScore: false), Initialization(seed: initialization.seed &+ 1, backend: initialization.backend)
        )
    }

    /// The parameters of both.
    static func parameterCount(_ task: LandauGlobalTask) -> Int {
        task.layers(ofScore: true).parameterCount + task.layers(ofScore: false).parameterCount
    }

    mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        score.visitParameters(path + "score.", visit)
        trajectories.visitParameters(path + "trajectories.", visit)
    }
}
