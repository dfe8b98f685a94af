import Glibc
import PDECommand
import PDECore
import PDESolvers

/// `pdegen convergence NAME`: solves a case with a known answer at several sizes and prints the errors and their order.
enum ConvergenceVerb {
    private static var names: [String] { ConvergenceStudy.all.map(\.name) }

    static var verb: Verb {
        Verb(
            "convergence", summary: "solve cases with known answers on finer grids; prints the order",
            discussion: ConvergenceStudy.all.map { "\($0.name): \($0.summary)." }.joined(separator: "\n"),
            positionals: [Positional("NAME", help: "the case")],
            options: [
                .value("sizes", "A,B,C", help: "other sizes than the usual ones, ascending"),
                .flag("quiet", help: "no line for each size on stderr"),
            ],
            examples: [
                Verb.Example("pdegen convergence taylor-green"),
                Verb.Example("pdegen convergence channel --sizes 64,128,256"),
            ], body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let name = arguments.positional("NAME")!
        guard let study = ConvergenceStudy.all.first(where: { $0.name == name }) else {
            throw CommandError("no convergence study", name: name, among: names)
        }
        let sizes = try sizes(arguments, study)
        var table = TextTable([study.unit] + study.measures.flatMap { columns($0) } + ["seconds"])
        var last: (size: Int, errors: [Double])?
        var start = ContinuousClock.now
        study.run(sizes: sizes) { size, values in
            let errors = study.errors(values)
            var row = ["\(size)"]
            for (place, measure) in study.measures.enumerated() {
                if measure.target != nil { row.append(formatSignificant(values[place], digits: 7)) }
                row.append(formatSignificant(errors[place], digits: 3))
                row.append(last.map { order(errors[place], size, $0.errors[place], $0.size) } ?? "")
            }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            row.append(study.isRelativeToFinest ? "" : formatSignificant(seconds, digits: 2))
            table.append(row)
            if !arguments.isGiven("quiet"), !study.isRelativeToFinest {
                StandardStream.error.write("\(study.name): \(size) \(study.unit) done in \(formatDuration(seconds))\n")
            }
            last = (size, errors)
            start = ContinuousClock.now
        }
        var text = "\(study.name): \(study.summary)\n\n\(table.rendered())"
        if study.isRelativeToFinest {
            text +=
                "\nErrors are those against \(sizes.max()!) \(study.unit); the last order is therefore too high by a "
                + "little.\n"
        }
        StandardStream.output.write(text)
        return .ok
    }

    private static func columns(_ measure: ConvergenceStudy.Measure) -> [String] {
        measure.target == nil ? [measure.name, "order"] : [measure.name, "error", "order"]
    }

    /// log(e₁/e₂)/log(n₂/n₁).
    private static func order(_ error: Double, _ size: Int, _ before: Double, _ sizeBefore: Int) -> String {
        guard error > 0, before > 0 else { return "" }
        return formatSignificant(log(before / error) / log(Double(size) / Double(sizeBefore)), digits: 3)
    }

    private static func sizes(_ arguments: Arguments, _ study: ConvergenceStudy) throws -> [Int] {
        guard let text = arguments.string("sizes") else { return study.sizes }
        let sizes = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard sizes.count >= 2, Set(sizes).count == sizes.count else {
            throw arguments.wrongValue("sizes", expected: "two or more different numbers such as 64,128", found: text)
        }
        if let problem = study.problem(with: sizes) {
            throw arguments.wrongValue("sizes", expected: problem, found: text)
        }
        return sizes.sorted()
    }
}
