import Glibc
import PDECore

/// The command `pdetrain`.
package enum PdetrainProgram {
    /// The program with all its verbs.
    package static var program: Program {
        Program(
            "pdetrain", summary: "train neural PDE solvers", version: LibraryVersions.pdekit,
            defaultVerb: TrainVerb.verb,
            verbs: [
                TestVerb.verb, VerifyVerb.verb, NetworkBenchVerb.verb, KeysVerb.verb(KeysVerb.experiments), Doctor.verb,
            ])
    }
}

/// The body of the executable `pdetrain`: runs it with the process's arguments and ends the process.
public func pdetrain() -> Never {
    Interrupt.endsProcess()
    restartWithFittingKernels()
    // A batch is split over our own threads; BLAS at one thread each keeps results independent of their number.
    BLASThreads.endOwnThreads()
    exit(PdetrainProgram.program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
}
