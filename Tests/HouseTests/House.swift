/// The house's floor plan: what each target may import.
struct House {
    /// A target's direct dependencies.
    let rows: [String: [String]]
    /// The C modules, which only the targets that list them may import.
    let systemModules: Set<String>
    /// The targets that hold cell loops and stay free of Foundation.
    let withoutFoundation: Set<String>
    /// The most lines of one file.
    let longestFile = 600

    /// PDEKit as it is designed.
    static let pdekit = House(
        rows: [
            "CFFTW": [], "COpenBLAS": [], "CHDF5": [], "CZlib": [], "CKernels": [],
            "PDECore": ["CFFTW", "COpenBLAS", "CKernels"],
            "PDEConfig": [],
            "PDEGeometry": ["PDECore"],
            "PDESolvers": ["PDEGeometry", "PDECore", "PDEConfig"],
            "PDETensor": ["PDECore"],
            "PDEOperators": ["PDETensor", "PDEConfig"],
            "PDEData": ["PDECore", "PDEConfig", "CHDF5", "CZlib"],
            "PDEPlot": ["PDECore", "CZlib"],
            "PDEGeneration": ["PDESolvers", "PDEData", "PDEPlot"],
            "PDETraining": ["PDEOperators", "PDEData", "PDEPlot"],
            "PDEEvaluation": ["PDEData", "PDEPlot"],
            "PDEHybrids": ["PDESolvers", "PDEOperators", "PDETraining"],
            "PDEStudies": ["PDEGeneration", "PDEHybrids"],
            "PDEComparisons": ["PDEStudies", "PDEEvaluation"],
            "PDECommand": ["PDEStudies"],
            "pdegen": ["PDECommand"], "pdetrain": ["PDECommand"], "pdeeval": ["PDECommand", "PDEComparisons"],
            "PDEKit": [
                "PDECore", "PDEConfig", "PDEGeometry", "PDESolvers", "PDETensor", "PDEOperators", "PDEData", "PDEPlot",
                "PDEGeneration", "PDETraining", "PDEEvaluation", "PDEHybrids", "PDEStudies", "PDEComparisons",
            ],
        ],
        systemModules: ["CFFTW", "COpenBLAS", "CHDF5", "CZlib", "CKernels"],
        withoutFoundation: ["PDECore", "PDEGeometry", "PDESolvers", "PDETensor"])

    /// The modules of the project that a target may import: its row and, but for C modules, the rows of those.
    func importable(by target: String) -> Set<String> {
        var found = Set(rows[target] ?? [])
        var open = Array(found)
        while let next = open.popLast() {
            for module in rows[next] ?? [] where !systemModules.contains(module) && found.insert(module).inserted {
                open.append(module)
            }
        }
        return found
    }

    /// What is wrong with one source file; empty if nothing is.
    func violations(in source: String, of target: String, path: String) -> [String] {
        guard rows[target] != nil else { return ["\(path): the target \(target) has no row in the house"] }
        let allowed = importable(by: target)
        var violations: [String] = []
        for module in importedModules(in: source) {
            if rows[module] != nil, module != target, !allowed.contains(module) {
                violations.append("\(path): \(target) must not import \(module)")
            }
            if module.hasPrefix("Foundation"), withoutFoundation.contains(target) {
                violations.append("\(path): \(target) must not import \(module)")
            }
        }
        let lines = lineCount(source)
        if lines > longestFile { violations.append("\(path): \(lines) lines, more than \(longestFile)") }
        return violations
    }

    /// What is wrong with the package manifest; empty if nothing is.
    func violations(inManifest manifest: String) -> [String] {
        var violations: [String] = []
        let code = withoutComments(manifest, keepingTexts: true)
        if code.contains("unsafeFlags") { violations.append("Package.swift: unsafeFlags") }
        if code.contains(".package(") { violations.append("Package.swift: a dependency on another package") }
        for (target, dependencies) in manifestDependencies(code) {
            guard let row = rows[target] else {
                violations.append("Package.swift: the target \(target) has no row in the house")
                continue
            }
            for dependency in dependencies where !row.contains(dependency) {
                violations.append("Package.swift: \(target) must not depend on \(dependency)")
            }
        }
        return violations
    }
}

/// The number of lines of a file; a line break at its end begins no new one.
func lineCount(_ source: String) -> Int {
    source.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        + (source.isEmpty || source.hasSuffix("\n") ? 0 : 1)
}
