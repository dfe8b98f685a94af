import PDECommand
import PDEEvaluation

extension EvaluationError: ExitCodeProviding {
    /// What cannot be evaluated is bad data; being asked to stop is not an error of anyone's.
    package var exitCode: ExitCode {
        if case .interrupted = self { .interrupted } else { .badData }
    }
}
