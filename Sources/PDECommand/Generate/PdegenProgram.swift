import Glibc
import PDECore
import PDEData

/// The command `pdegen`.
package enum PdegenProgram {
    /// The program with all its verbs.
    package static var program: Program {
        Program(
            "pdegen", summary: "generate PDE datasets with classical solvers", version: LibraryVersions.pdekit,
            defaultVerb: GenerateVerb.verb,
            verbs: [VerifyVerb.verb, InspectVerb.verb, BenchVerb.verb, ConvergenceVerb.verb, doctor])
    }

    private static var doctor: Verb {
        Verb(
            "doctor", summary: "show versions, processor and what to change",
            discussion: "Prints the libraries, the processor's features and the threads that PDEKit sees, and what "
                + "would make it faster."
        ) { _ in
            let facts = DoctorFacts.gather(libraries: StorageLibraries.versions)
            StandardStream.output.write(Doctor.report(facts, environment: processEnvironment()))
            return .ok
        }
    }
}

/// The body of the executable `pdegen`: runs it with the process's arguments and ends the process.
public func pdegen() -> Never {
    // Samples run on our own threads; BLAS at one thread each keeps results independent of their number.
    BLASThreads.limit(to: 1)
    exit(PdegenProgram.program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
}
