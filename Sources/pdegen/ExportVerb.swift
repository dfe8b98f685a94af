import PDECommand
import PDECore
import PDEData

/// `pdegen export DIR --as LAYOUT`: writes a dataset in a layout that others read.
enum ExportVerb {
    static var verb: Verb {
        Verb(
            "export", summary: "write a dataset as others read it: The Well, PDEBench, NumPy",
            discussion:
                "well: data/{train,valid,test}/*.hdf5 and stats.yaml. pdebench: a file a split; what it has no place for becomes "
                + "NumPy arrays beside it. npy: an array for every split and field, axes sample,time,x,y,component.",
            positionals: [Positional("DIR", help: "a dataset, or a folder in The Well's layout")],
            options: [
                .choice("as", Export.Layout.allCases.map(\.rawValue), help: "the layout"),
                .value("out", "DIR", help: "the folder that is made (default: DIR-LAYOUT)"),
            ] + CommandLineOption.progress,
            examples: [Verb.Example("pdegen export data/burgers --as pdebench --out burgers-pdebench")], body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let path = arguments.positional("DIR")!
        guard let layout = arguments.string("as").flatMap(Export.Layout.init(rawValue:)) else {
            throw CommandError(
                "--as is missing",
                advice: ["it is one of \(Export.Layout.allCases.map(\.rawValue).joined(separator: ", "))"])
        }
        if case .file = FileSystem.kind(path) {
            throw CommandError(
                "\(path): this is a file, and what is exported is a dataset's folder",
                advice: ["pdegen import makes a dataset of it"], exitCode: .noInput)
        }
        let mode = ProgressReporter.Mode.automatic(arguments)
        Interrupt.install(announce: mode != .json)
        let name = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let work = try Export(
            of: path, as: layout, into: arguments.string("out") ?? "\(name)-\(layout.rawValue)")
        let progress = ProgressReporter(
            "export", total: work.total, unit: layout == .well ? "files" : "samples", mode: mode)
        let outcome: Export.Outcome?
        do {
            outcome = try work.run(progress: { progress.update(done: $0) }, shouldStop: { Interrupt.isRequested })
        } catch {
            progress.finish(extra: "stopped by an error")
            throw error
        }
        progress.finish()
        guard let outcome else {
            throw CommandError(
                "interrupted; nothing was kept", advice: ["run the same command again"], exitCode: .interrupted)
        }
        StandardStream.output.write(summary(work, outcome))
        return .ok
    }

    private static func summary(_ work: Export, _ outcome: Export.Outcome) -> String {
        let splits = outcome.samples.sorted { $0.key < $1.key }
        let counts = splits.map { "\($0.value) \($0.key.rawValue)" }.joined(separator: ", ")
        let samples = formatCount(splits.reduce(0) { $0 + $1.value }, "sample")
        var lines = ["\(work.target): \(samples) (\(counts)), \(formatBytes(outcome.bytes))"]
        lines.append(
            "  files     "
                + (work.layout == .well
                    ? "\(formatCount(work.contents.count, "file")), as they are in the dataset" : listed(work.contents))
        )
        if !work.beside.isEmpty { lines.append("  beside    \(listed(work.beside))") }
        if !work.leftOut.isEmpty { lines.append("  left out  \(work.leftOut.joined(separator: "; "))") }
        let split = splits.first?.key.rawValue ?? "train"
        let file = work.contents[0].prefix { $0 != ":" }.replacing("{split}", with: split)
        switch work.layout {
        case .well: lines.append("  load      WellDataset(path=\"\(work.target)\", well_split_name=\"\(split)\")")
        case .pdebench: lines.append("  load      h5py.File(\"\(work.target)/\(file)\")")
        case .npy: lines.append("  load      numpy.load(\"\(work.target)/\(file)\", mmap_mode=\"r\")")
        }
        if work.layout != .well { lines.append("  import    \(importCommand(of: work))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Paths in a line; how many there are of those that lie in a folder of a split's.
    private static func listed(_ paths: [String]) -> String {
        let folders = paths.map { $0.split(separator: "/").dropLast().joined(separator: "/") }
        var shown: [String] = []
        for (path, folder) in zip(paths, folders) {
            let count = folders.count { $0 == folder }
            let text = folder.contains("/") && count > 1 ? "\(folder)/*.npy (\(count))" : path
            if !shown.contains(text) { shown.append(text) }
        }
        return shown.joined(separator: ", ")
    }

    /// The command that makes a dataset of what was written.
    private static func importCommand(of work: Export) -> String {
        let description = work.description
        let axes = description.dimensions.map(\.name)
        func file(_ name: String) -> String { "\(work.target)/\(name).npy" }
        func array(_ name: String) -> String { file("{split}/\(name)") }
        var words = ["pdegen import"]
        if work.layout == .npy {
            let moving = description.fields.filter(\.isTimeVarying)
            let main = moving[0]
            let names = (["sample", "time"] + axes + (main.order > 0 ? ["channel"] : [])).joined(separator: ",")
            words += ["'\(array(main.name))' --axes \(names)"]
            words.append("--fields " + description.componentNames(of: main).joined(separator: ","))
            words += moving.dropFirst().map { "--field '\($0.name)=\(array($0.name))'" }
            words += description.fields.filter { !$0.isTimeVarying }
                .map { "--constant '\($0.name)=\(array($0.name))'" }
            words += description.constantInputs.map { "--parameter '\($0.name)=\(array("scalars/\($0.name)"))'" }
            words += axes.map { "--coordinates '\($0)=\(file($0))'" } + ["--times '\(file("time"))'"]
        } else {
            words.append("'\(work.target)/\(work.contents[0].prefix { $0 != ":" })'")
        }
        let letters = work.layout == .npy ? axes : Array(["x", "y", "z"].prefix(axes.count))
        let ends = description.boundaries.filter { $0.sides == .both }.compactMap { boundary in
            axes.firstIndex(of: boundary.dimension).map { "\(letters[$0])=\(boundary.kind.rawValue)" }
        }
        if !ends.isEmpty { words.append("--boundary " + ends.joined(separator: ",")) }
        return (words + ["--out DIR"]).joined(separator: " ")
    }
}
