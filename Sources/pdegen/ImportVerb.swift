import PDECommand
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDEPlot

/// `pdegen import FILE --out DIR`: makes a dataset of samples that others computed.
enum ImportVerb {
    static var verb: Verb {
        Verb(
            "import", summary: "make a dataset of others' samples: NumPy, HDF5, PDEBench",
            discussion:
                "Arrays need --axes; other arrays are FILE or FILE:DATASET, ':DATASET' is one in the same file; '{split}' in "
                + "paths stands for train, valid and test. Everything is checked before anything is written.",
            positionals: [Positional("FILE", help: "ARRAY.npy, FILE.hdf5, or a folder in The Well's layout")],
            options: [
                .value("out", "DIR", help: "the dataset's folder (default: data/NAME)"),
                .value("axes", "A,A,…", help: "such as sample,time,x,y,channel; - has one entry"),
                .value("grid", "A,A,…", help: "order in which axes are stored (default: as in --axes)"),
                .value("dataset", "NAME", help: "the array in a file that holds several"),
                .value("fields", "F,F,…", help: "names of the channels; u_x,u_y make a vector u"),
                .value("field", "F=FILE", help: "a further field", isRepeatable: true),
                .value("constant", "F=FILE", help: "a field without time", isRepeatable: true),
                .value("parameter", "P=FILE", help: "one number a sample", isRepeatable: true),
                .value("length", "L|x=L,…", help: "lengths of the axes (default: 1)"),
                .value("coordinates", "x=FILE", help: "coordinates of an axis", isRepeatable: true),
                .value("interval", "DT", help: "time between frames"),
                .value("times", "FILE", help: "times of the frames, instead of an interval"),
                .value("boundary", "B|x=B,…", help: "periodic, wall or open, for all axes or by axis"),
                .value("split", "A,B,C", help: "train, valid, test: shares or numbers of samples"),
                .value("leave-out", "bad|N,…", help: "samples that are left out"),
                .value("seed", "N", help: "deals samples out to the splits (default: 0)"),
                .value("title", "TEXT", help: "one line for the card"),
            ] + CommandLineOption.progress,
            examples: [
                Verb.Example("pdegen import u.npy --axes sample,time,x --interval 0.01 --boundary periodic"),
                Verb.Example("pdegen import f.mat --dataset u --axes time,y,x,sample --grid x,y --interval 1"),
            ],
            body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let mode = ProgressReporter.Mode.automatic(arguments)
        Interrupt.install(announce: mode != .json)
        var recipe = try recipe(arguments)
        let out = arguments.string("out") ?? "data/\(recipe.name)"
        if arguments.string("leave-out") == "bad" {
            recipe.leaveOut = try check(Import(recipe, into: out), mode).unsound
        }
        let work = try Import(recipe, into: out)
        if !work.isBegun, arguments.string("leave-out") != "bad" {
            let result = try check(work, mode)
            guard result.isSound else { throw refusal(result, recipe.source) }
        }
        let progress = ProgressReporter(
            "import", total: work.sampleCount, unit: "samples", mode: mode)
        let outcome: Import.Outcome
        do {
            outcome = try work.run(
                progress: { done, _ in progress.update(done: done) }, shouldStop: { Interrupt.isRequested })
        } catch {
            progress.finish(extra: "stopped by an error")
            throw error
        }
        progress.finish()
        if outcome.isInterrupted {
            throw CommandError(
                "interrupted after \(formatCount(outcome.written, "sample"))",
                advice: ["run the same command again to continue"], exitCode: .interrupted)
        }
        StandardStream.output.write(summary(work, outcome))
        return .ok
    }

    private static func check(_ work: Import, _ mode: ProgressReporter.Mode) throws -> Verification {
        var progress: ProgressReporter?
        let result = try work.check(
            progress: { done, total in
                let reporter = progress ?? ProgressReporter("check", total: total, unit: "samples", mode: mode)
                progress = reporter
                reporter.update(done: done)
            }, shouldStop: { Interrupt.isRequested })
        progress?.finish()
        try Interrupt.check()
        return result
    }

    private static func refusal(_ result: Verification, _ source: String) -> CommandError {
        let shown = result.findings.prefix(10).map { "\($0.path): \($0.problem)" }
        let rest = result.findings.count - shown.count
        return CommandError(
            "\(source): \(formatCount(result.findings.count, "finding")) in \(formatCount(result.samples, "sample")); nothing was written",
            advice: shown + (rest > 0 ? ["and \(rest) more"] : []) + [
                result.unsound.isEmpty
                    ? "correct the file"
                    : "correct the file, or leave \(formatCount(result.unsound.count, "sample")) out with --leave-out bad"
            ], exitCode: .badData)
    }

    private static func summary(_ work: Import, _ outcome: Import.Outcome) -> String {
        let path = work.folder.path
        var lines: [String] = []
        if let manifest = outcome.manifest {
            let splits = manifest.splits.sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key.rawValue)" }
            lines.append(
                "\(path): \(formatCount(manifest.sampleCount, "sample")) (\(splits.joined(separator: ", "))), "
                    + formatBytes(manifest.shards.reduce(0) { $0 + $1.bytes }))
        } else {
            lines.append("\(path): \(formatCount(outcome.elsewhere.count, "shard")) in the hands of another process")
        }
        lines.append("  from      \(work.recipe.source), \(work.layout)")
        if !work.recipe.leaveOut.isEmpty {
            lines.append("  left out  \(formatCount(work.recipe.leaveOut.count, "sample")): see \(path)/README.md")
        }
        for remark in work.remarks { lines.append("  remark    \(remark)") }
        let description = work.description
        let axes = description.dimensions.map { axis in
            let length = axis.length.map { " of length \(NumberText.short($0))" } ?? ""
            let kinds = description.boundaries.filter { $0.dimension == axis.name }.map(\.kind.rawValue)
            return "\(axis.name)\(length), \(kinds.isEmpty ? "ends unknown" : kinds.joined(separator: "/"))"
        }
        lines.append("  axes      \(axes.joined(separator: "; "))")
        lines.append("  look      \(path)/preview.png, \(path)/README.md, or: pdegen inspect \(path)")
        lines.append("  train     an experiment with \"data\": { \"folder\": \"\(path)\" }")
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Options

    private static func recipe(_ arguments: Arguments) throws -> ImportRecipe {
        let source = arguments.positional("FILE")!
        func list(_ name: String) -> [String] {
            arguments.string(name)?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
        }
        func pairs(_ name: String) throws -> [String: String] {
            var found: [String: String] = [:]
            for text in arguments.strings(name) {
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, found[parts[0]] == nil else {
                    throw arguments.wrongValue(name, expected: "NAME=FILE, each name once", found: text)
                }
                found[parts[0]] = parts[1]
            }
            return found
        }
        let axes = list("axes")
        let space = axes.filter { !["sample", "time", "channel", "-"].contains($0) }
        /// `VALUE` for all axes, or `x=VALUE,y=VALUE`.
        func byAxis(_ name: String) throws -> [String: String] {
            guard let text = arguments.string(name) else { return [:] }
            guard text.contains("=") else {
                let names = axes.isEmpty ? try grid(of: source) : space
                return Dictionary(uniqueKeysWithValues: names.map { ($0, text) })
            }
            var found: [String: String] = [:]
            for part in text.split(separator: ",") {
                let sides = part.split(separator: "=").map(String.init)
                guard sides.count == 2 else {
                    throw arguments.wrongValue(name, expected: "a value, or AXIS=VALUE,…", found: text)
                }
                found[sides[0]] = sides[1]
            }
            return found
        }
        let lengths = try byAxis("length").mapValues { text in
            guard let value = Double(text), value > 0, value.isFinite else {
                throw arguments.wrongValue("length", expected: "positive numbers", found: text)
            }
            return value
        }
        let boundaries = try byAxis("boundary").mapValues { text in
            guard let kind = Boundary.Kind(rawValue: text) else {
                throw arguments.wrongValue("boundary", expected: "periodic, wall or open", found: text)
            }
            return kind
        }
        var leaveOut: [Int] = []
        if let text = arguments.string("leave-out"), text != "bad" {
            for part in text.split(separator: ",") {
                guard let number = Int(part) else {
                    throw arguments.wrongValue("leave-out", expected: "bad, or numbers of samples", found: text)
                }
                leaveOut.append(number)
            }
        }
        let base = source.split(separator: "/").last.map(String.init) ?? source
        let out = arguments.string("out")?.split(separator: "/").last.map(String.init)
        let name = out ?? (base.contains(".") ? String(base[..<base.lastIndex(of: ".")!]) : base)
        return ImportRecipe(
            name: String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) ? $0 : "_" }),
            title: arguments.string("title") ?? "", source: source, dataset: arguments.string("dataset"), axes: axes,
            grid: list("grid"), fields: list("fields"), arrays: try pairs("field"), constants: try pairs("constant"),
            parameters: try pairs("parameter"), lengths: lengths, coordinates: try pairs("coordinates"),
            interval: try arguments.double("interval", in: 1e-300...Double.greatestFiniteMagnitude),
            times: arguments.string("times"), boundaries: boundaries,
            split: try arguments.doubles("split", in: 0...Double.greatestFiniteMagnitude), leaveOut: leaveOut.sorted(),
            seed: UInt64(try arguments.int("seed", in: 0...Int.max) ?? 0))
    }

    /// The axes of a source that names them itself.
    private static func grid(of source: String) throws -> [String] {
        try ImportRecipe(name: "", source: source).open().source.description.dimensions.map(\.name)
    }
}
