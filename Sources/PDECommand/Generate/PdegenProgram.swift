import Glibc
import PDECore

/// The command `pdegen`.
package enum PdegenProgram {
    /// The program with all its verbs.
    package static var program: Program {
        Program(
            "pdegen", summary: "generate PDE datasets with classical solvers", version: LibraryVersions.pdekit,
            defaultVerb: GenerateVerb.verb,
            verbs: [
                VerifyVerb.verb, InspectVerb.verb, ImportVerb.verb, ExportVerb.verb, BenchVerb.verb,
                ConvergenceVerb.verb, KeysVerb.verb(KeysVerb.recipes), Doctor.verb,
            ])
    }
}

/// The body of the executable `pdegen`: runs it with the process's arguments and ends the process.
public func pdegen() -> Never {
    Interrupt.endsProcess()
    restartWithFittingKernels()
    // Samples run on our own threads; BLAS at one thread each keeps results independent of their number.
    BLASThreads.endOwnThreads()
    exit(PdegenProgram.program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
}
