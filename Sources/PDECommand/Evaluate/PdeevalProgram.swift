import Glibc
import PDECore

/// The command `pdeeval`.
package enum PdeevalProgram {
    /// The program with all its verbs.
    package static var program: Program {
        Program(
            "pdeeval", summary: "measure how long the rollouts of trained networks hold",
            version: LibraryVersions.pdekit, defaultVerb: EvaluateVerb.verb,
            verbs: [EvaluateVerb.compare, StudyVerb.verb, VerifyVerb.verb, Doctor.verb])
    }
}

/// The body of the executable `pdeeval`: runs it with the process's arguments and ends the process.
public func pdeeval() -> Never {
    Interrupt.endsProcess()
    restartWithFittingKernels()
    // Rollouts run side by side on our own threads; BLAS at one thread each keeps results independent of their number.
    BLASThreads.endOwnThreads()
    exit(PdeevalProgram.program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
}
