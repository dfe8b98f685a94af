import PDECore

/// The report of `pdegen doctor`: versions, processor, libraries, and what to change.
package enum Doctor {
    /// The facts as a table and the findings under it.
    package static func report(_ facts: DoctorFacts, environment: [String: String]) -> String {
        var table = TextTable(["", ""], alignments: [.left, .left])
        for (name, value) in rows(facts) { table.append([name, value]) }
        let findings = doctorFindings(facts, environment: environment)
        var text = table.rendered() + "\n"
        if findings.isEmpty { return text + "Nothing to change.\n" }
        text += findings.count == 1 ? "One thing to change:\n" : "\(findings.count) things to change:\n"
        for finding in findings {
            let lines = wrapped(finding, columns: 76)
            text += "  - " + lines.joined(separator: "\n    ") + "\n"
        }
        return text
    }

    private static func rows(_ facts: DoctorFacts) -> [(String, String)] {
        var rows = [
            ("PDEKit", facts.pdekit),
            ("Swift", facts.swift),
            ("System", facts.operatingSystem),
            ("Processor", facts.processorModel),
            ("Vector kernels", instructionLevelName(facts.instructionLevel)),
            ("Processors", "\(facts.usableCoreCount) usable of \(facts.coreCount)"),
            ("Memory", available(facts.availableMemory, of: facts.memory)),
            ("Disk of \(facts.folder)", available(facts.availableDisk, of: nil)),
            ("FFTW", facts.fftw),
            ("OpenBLAS", facts.openBLAS),
            ("OpenBLAS kernel", facts.openBLASKernel),
            ("OpenBLAS threads", "\(facts.openBLASThreads)"),
        ]
        rows += facts.libraries.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return rows
    }

    private static func available(_ bytes: Int?, of total: Int?) -> String {
        guard let bytes else { return "unknown" }
        return formatBytes(bytes) + " available" + (total.map { " of " + formatBytes($0) } ?? "")
    }
}
