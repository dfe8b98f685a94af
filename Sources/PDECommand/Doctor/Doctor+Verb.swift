import PDEData
import PDEStudies

extension Doctor {
    /// The verb `doctor` of every command.
    package static var verb: Verb {
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
