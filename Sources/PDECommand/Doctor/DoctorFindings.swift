import PDECore

/// What could be better on this machine, as sentences that say what, what it costs and what to do.
///
/// A pure function of the facts and the environment, so that every finding has its test.
package func doctorFindings(_ facts: DoctorFacts, environment: [String: String]) -> [String] {
    var findings: [String] = []
    findings += kernelFinding(facts, environment)
    findings += threadFindings(facts, environment)
    if facts.usableCoreCount < facts.coreCount {
        findings.append(
            "this process may use \(facts.usableCoreCount) of \(facts.coreCount) processors: an affinity mask, a batch "
                + "system or a container limits it; ask there for more")
    }
    if let busy = facts.busyCores, busy > 0.25 {
        findings.append(
            "other processes keep \(formatSignificant(busy, digits: 2)) of \(facts.coreCount) processors at work: whatever runs beside "
                + "them takes longer, and times that are measured now say little; top shows who they are")
    }
    if let memory = facts.availableMemory, memory < 1_000_000_000 {
        findings.append(
            "only \(formatBytes(memory)) of memory are available: --plan says how much a run needs, fewer threads or a "
                + "coarser grid need less")
    }
    if let disk = facts.availableDisk, disk < 5_000_000_000 {
        findings.append(
            "only \(formatBytes(disk)) are free on the disk of \(facts.folder): --plan says how much a dataset takes, "
                + "--out puts it elsewhere")
    }
    if let locking = environment["HDF5_USE_FILE_LOCKING"], ["FALSE", "0", "BEST_EFFORT"].contains(locking.uppercased())
    {
        findings.append(
            "HDF5_USE_FILE_LOCKING=\(locking): HDF5 no longer notices when two processes write one file; unset it "
                + "unless the file system cannot lock")
    }
    return findings
}

private func kernelFinding(_ facts: DoctorFacts, _ environment: [String: String]) -> [String] {
    guard let level = instructionLevel(ofKernel: facts.openBLASKernel), level < facts.instructionLevel else {
        return []
    }
    let processor = instructionLevelName(facts.instructionLevel)
    if let forced = environment["OPENBLAS_CORETYPE"], !forced.isEmpty {
        return [
            "OPENBLAS_CORETYPE=\(forced) makes OpenBLAS run its \(facts.openBLASKernel) kernels on a processor with "
                + "\(processor): it costs about a third of matrix product speed; unset it"
        ]
    }
    return [
        "OpenBLAS runs its \(facts.openBLASKernel) kernels on a processor with \(processor): it was built without "
            + "better ones or is older than the processor; install a newer OpenBLAS built with DYNAMIC_ARCH"
    ]
}

private func threadFindings(_ facts: DoctorFacts, _ environment: [String: String]) -> [String] {
    // OpenBLAS reads its own variable first.
    for name in ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"] {
        guard let text = environment[name], let count = Int(text), count > 0 else { continue }
        if count < facts.usableCoreCount {
            return [
                "\(name)=\(count) holds big matrix products to \(count) of \(facts.usableCoreCount) usable processors; "
                    + "unset it, PDEKit gives OpenBLAS one thread wherever samples run in parallel"
            ]
        }
        if count > facts.usableCoreCount {
            return [
                "\(name)=\(count) starts more threads than the \(facts.usableCoreCount) usable processors, which then "
                    + "wait for each other; unset it"
            ]
        }
        return []
    }
    return []
}

/// The instruction level that a kernel of OpenBLAS is written for; nil for names that are not of x86-64 or not known.
func instructionLevel(ofKernel name: String) -> Int? {
    switch name.lowercased() {
    case "skylakex", "cooperlake", "sapphirerapids", "zen4", "zen5": 4
    case "haswell", "zen", "excavator": 3
    case "prescott", "core2", "penryn", "dunnington", "nehalem", "sandybridge", "atom", "athlon", "opteron",
        "opteron_sse3", "barcelona", "bobcat", "bulldozer", "piledriver", "steamroller", "nano", "katmai", "coppermine",
        "northwood", "banias":
        1
    default: nil
    }
}

/// An x86-64 instruction level as people call it.
func instructionLevelName(_ level: Int) -> String {
    switch level {
    case 4: "AVX-512"
    case 3: "AVX2 and FMA"
    default: "baseline vectors"
    }
}
