import PDEConfig
import PDECore
import PDEEvaluation
import PDEHybrids
import PDEOperators
import PDETraining

extension TrainedRun {
    /// The ensemble of a Gaussian process's rollouts; nil for a run of another network.
    func ensemble(kinds: Kinds, begin: @escaping ProcessEnsemble.Begin) throws -> EnsembleForecast? {
        let folder = folder
        guard model.experiment.model is any ClosedFormArchitecture,
            try ProcessEnsemble(folder: folder, kinds, begin) != nil
        else { return nil }
        return EnsembleForecast(
            members: ProcessEnsemble.members,
            method:
                "each member follows one operator that is drawn from the process's posterior, of seed \(ProcessEnsemble.seed), whose spread is "
                + "calibrated on single steps of the validation split"
        ) {
            guard let session = try ProcessEnsemble(folder: folder, kinds, begin) else {
                preconditionFailure("\(folder): expected a run of a Gaussian process")
            }
            return session
        }
    }
}

/// Rollouts of operators drawn from a process's posterior, as an evaluation asks for them.
final class ProcessEnsemble: EnsembleSession {
    /// Makes a state of a stepper from input frames.
    typealias Begin = @Sendable (NetworkStepper<Double>, InputFrames) throws -> NetworkStepper<Double>.State

    static let (members, seed) = (16, UInt64(0))
    private let stepper: NetworkStepper<Double>
    private let ensemble: ProcessEnsembleStepper<Double>
    private let begin: Begin
    private var state: ProcessEnsembleStepper<Double>.State?
    private var frameSize = 0

    /// A session; nil where the run's network is no process.
    init?(folder: String, _ kinds: Kinds, _ begin: @escaping Begin) throws {
        stepper = try NetworkStepper(folder: folder, kinds: kinds)
        guard let ensemble = try ProcessEnsembleStepper(stepper, members: Self.members, seed: Self.seed) else {
            return nil
        }
        (self.ensemble, self.begin) = (ensemble, begin)
    }

    func begin(_ inputs: InputFrames) throws {
        frameSize = inputs.description.frameSize
        state = ensemble.state(try begin(stepper, inputs), trajectory: inputs.label.index)
    }

    func advance(into frames: UnsafeMutablePointer<Float>) {
        guard var state else { preconditionFailure("begin: expected a call before advance") }
        self.state = nil
        ensemble.advance(&state)
        for member in 0..<Self.members { ensemble.read(state, member: member, into: frames + member * frameSize) }
        self.state = state
    }
}
