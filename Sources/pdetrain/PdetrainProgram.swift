import PDECommand
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
