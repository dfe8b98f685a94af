import PDECommand
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
