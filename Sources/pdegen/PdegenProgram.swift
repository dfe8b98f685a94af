import PDECommand
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
