import Foundation
import Testing

@Suite("The house: who may import whom")
struct HouseTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func swiftFiles(under folder: URL) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }.sorted()
    }

    @Test("every source keeps to its target's row")
    func sources() throws {
        let sources = Self.root.appending(path: "Sources")
        let paths = try Self.swiftFiles(under: sources)
        #expect(paths.count > 10, "the sources were not found under \(sources.path)")
        for path in paths {
            let source = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            let target = String(path.prefix { $0 != "/" })
            #expect(House.pdekit.violations(in: source, of: target, path: path) == [])
        }
    }

    @Test("no source asks which kind it has: a new one is one file and one line of a list")
    func kinds() throws {
        let sources = Self.root.appending(path: "Sources")
        let texts = try Self.swiftFiles(under: sources).map {
            (path: $0, text: try String(contentsOf: sources.appending(path: $0), encoding: .utf8))
        }
        let kinds = texts.flatMap { kindTypes(in: $0.text) }
        #expect(kinds.count > 15, "\(kinds)")
        for (path, text) in texts { #expect(questions(about: kinds, in: text) == [], "\(path)") }
    }

    private func types() throws -> [TypeName] {
        let sources = Self.root.appending(path: "Sources")
        return try Self.swiftFiles(under: sources).flatMap { path in
            topLevelTypes(
                in: try String(contentsOf: sources.appending(path: path), encoding: .utf8),
                of: String(path.prefix { $0 != "/" }))
        }
    }

    @Test("no name stands for two types in two rooms")
    func namesAreGivenOnce() throws {
        let targets = Dictionary(grouping: try types(), by: \.name).mapValues { Set($0.map(\.target)) }
        for (name, rooms) in targets { #expect(rooms.count == 1, "\(name) stands in \(rooms.sorted())") }
    }

    /// Names that Foundation and swift-numerics have, and those that say nothing outside their room.
    private static let taken: Set = [
        "Real", "Complex", "ElementaryFunctions", "Matrix", "Color", "Box", "Point", "Panel", "Axis", "Dimension",
        "Unit",
        "Operation", "Process", "Progress", "Stream", "Data", "Host", "Port", "Thread", "Timer", "Measurement", "Batch",
        "Claim", "Assembly", "Curve", "Summary", "Estimate", "Moments",
    ]

    @Test("import PDEKit brings chosen names, each once, that are there")
    func umbrella() throws {
        let found = exports(
            in: try String(contentsOf: Self.root.appending(path: "Sources/PDEKit/PDEKit.swift"), encoding: .utf8))
        let known = Set(try types().filter(\.isPublic).map { "\($0.target).\($0.name)" })
        #expect(found.count > 200)
        var names: [String] = []
        for (module, name) in found {
            if name.isEmpty {
                // Types with operators.
                #expect(["PDETensor", "PDEGeometry"].contains(module), "\(module) is exported whole")
                names += try types().filter { $0.isPublic && $0.target == module }.map(\.name)
            } else {
                #expect(known.contains("\(module).\(name)"), "\(module).\(name) is no public type")
                names.append(name)
            }
        }
        #expect(Set(names).count == names.count)
        for name in names { #expect(!Self.taken.contains(name), "\(name) is a name that others have") }
    }

    @Test("no test file is longer than 600 lines")
    func testFiles() throws {
        let tests = Self.root.appending(path: "Tests")
        for path in try Self.swiftFiles(under: tests) {
            let source = try String(contentsOf: tests.appending(path: path), encoding: .utf8)
            #expect(lineCount(source) <= House.pdekit.longestFile, "\(path)")
        }
    }

    @Test("the manifest keeps to the rows, without unsafe flags or other packages")
    func manifest() throws {
        let manifest = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        #expect(House.pdekit.violations(inManifest: manifest) == [])
        let dependencies = manifestDependencies(manifest)
        #expect(dependencies["PDECore"] == ["CFFTW", "COpenBLAS", "CKernels"])
        #expect(dependencies["pdegen"] == ["PDECommand"])
        #expect(dependencies["PDEConfig"] == [])
    }

    @Test("commands that make data or train are built without the rooms that evaluate")
    func commandsStandAlone() {
        for command in ["pdegen", "pdetrain"] {
            let rooms = House.pdekit.importable(by: command)
            #expect(rooms.contains("PDEGeneration"))
            #expect(rooms.isDisjoint(with: ["PDEEvaluation", "PDEComparisons"]))
        }
    }
}

@Suite("The checker of the house")
struct HouseCheckerTests {
    private func violations(_ source: String, _ target: String) -> [String] {
        House.pdekit.violations(in: source, of: target, path: "File.swift")
    }

    @Test("imports are found however they are written, and only those")
    func imports() {
        let source = """
            import A
            @_exported import B // import NotThis
            import struct C.Thing
            package import D
              @preconcurrency  public import E.Sub; import F
            /* import NotThis
               /* import NotThis */
            import NotThis */
            let text = "a \\" import NotThis"
            let long = \"""
            import NotThis
            \"""
            let important = 1
            #if canImport(NotThis)
            @testable import G
            #endif
            """
        #expect(importedModules(in: source) == ["A", "B", "C", "D", "E", "F", "G"])
    }

    @Test("an upward import, a sideways one, a C module from above, and Foundation beside cell loops are found")
    func badSources() {
        #expect(violations("import PDECommand", "PDECore") == ["File.swift: PDECore must not import PDECommand"])
        #expect(violations("import PDETensor", "PDESolvers") == ["File.swift: PDESolvers must not import PDETensor"])
        #expect(violations("import PDETraining", "PDEEvaluation").count == 1)
        #expect(violations("import CFFTW", "PDESolvers") == ["File.swift: PDESolvers must not import CFFTW"])
        #expect(violations("import Foundation", "PDETensor") == ["File.swift: PDETensor must not import Foundation"])
        #expect(violations("import FoundationEssentials", "PDECore").count == 1)
        #expect(violations("", "PDENew") == ["File.swift: the target PDENew has no row in the house"])
        #expect(violations(String(repeating: "\n", count: 601), "PDECore") == ["File.swift: 601 lines, more than 600"])
    }

    @Test("types at the top level are found, with who sees them")
    func topLevel() {
        let source = "public final class A<T>: B {\n    struct C {}\nprivate enum D {\n@unchecked struct E: F\n"
        #expect(
            topLevelTypes(in: source, of: "X") == [
                TypeName(name: "A", target: "X", isPublic: true), TypeName(name: "E", target: "X", isPublic: false),
            ])
        #expect(exports(in: "// x\n@_exported import struct A.B\n@_exported import C").map(\.name) == ["B", ""])
    }

    @Test("questions about kinds are found, and uses of them are not")
    func kindQuestions() {
        #expect(kindTypes(in: "public struct A<T>: B {\n    /// x\n    public static let kind = \"a\"") == ["A"])
        #expect(kindTypes(in: "public struct A: B {\n    let kind = \"a\"") == [])
        for bad in ["if x is A {", "x as? A", "case let y as A:", "x.kindName == \"a\"", "switch x.kindName {"] {
            #expect(questions(about: ["A"], in: bad).count == 1, "\(bad)")
        }
        #expect(questions(about: ["A"], in: "x = A(); y is AB; z as? B; A.self, w(x.kindName)") == [])
    }

    @Test("what a row allows, and what the rows of its modules allow, passes")
    func goodSources() {
        #expect(violations("import CFFTW\nimport Glibc", "PDECore") == [])
        #expect(violations("import PDECore\nimport PDEConfig\nimport Foundation", "PDECommand") == [])
        #expect(violations(String(repeating: "\n", count: 600), "PDECore") == [])
    }

    @Test("what is wrong in a manifest is found")
    func badManifest() {
        let manifest = """
            dependencies: [.package(url: "https://example.org/x", from: "1.0.0")],
            house("PDECore", ["CFFTW", "PDEData"]),  // house("PDEConfig", ["PDECore"])
            house("PDEConfig"),
            .target(name: "CKernels", linkerSettings: [.linkedLibrary("m")]),
            .target(name: "PDEPlot", dependencies: ["PDECore", .target(name: "CFFTW")],
                swiftSettings: [.unsafeFlags(["-Ounchecked"])]),
            .executableTarget(name: "pdegen", dependencies: ["PDECommand", "PDEConfig"]),
            .target(name: "PDENew", dependencies: []),
            .target(name: "CCounter", path: "Tests/CCounter"),
            """
        #expect(
            Set(House.pdekit.violations(inManifest: manifest)) == [
                "Package.swift: unsafeFlags", "Package.swift: a dependency on another package",
                "Package.swift: PDECore must not depend on PDEData", "Package.swift: PDEPlot must not depend on CFFTW",
                "Package.swift: pdegen must not depend on PDEConfig",
                "Package.swift: the target PDENew has no row in the house",
            ])
    }
}
