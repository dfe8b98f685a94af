import PDEConfig
import PDECore
import PDEData
import PDETensor
import PDETraining

/// `pdetrain test RUN`: the loss of a trained network on samples it has not seen, on any grid it can be used on.
package enum TestVerb {
    static var verb: Verb {
        Verb(
            "test", summary: "the error of a trained network on unseen samples; JSON",
            positionals: [Positional("RUN", help: "a run's folder such as runs/burgers-operator")],
            options: [
                .value("stride", "S,…", help: "use every S-th point: several grids (default: as in training)"),
                .value("data", "DIR", help: "another dataset (default: that of the training)"),
                .choice("split", Split.allCases.map(\.rawValue), help: "the split", default: "test"),
                .value("example", "FILE", help: "write what goes in and comes out of one batch"),
                .value("threads", "N", help: "threads (default: all cores)"),
            ],
            examples: [Verb.Example("pdetrain test runs/burgers-operator --stride 8,4,2,1")], body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let folder = arguments.positional("RUN")!
        guard FileSystem.exists(folder) else { throw missing(folder) }
        try RunCheck.requireNetwork(in: folder)
        let threads = try arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount
        let strides: [Int?] =
            try arguments.string("stride").map { text in
                try text.split(separator: ",").map { part in
                    guard let stride = Int(part), stride >= 1 else {
                        throw arguments.wrongValue("stride", expected: "whole numbers such as 1,2,4", found: text)
                    }
                    return stride
                }
            } ?? [nil]
        let split = Split(rawValue: arguments.string("split")!)!
        let example = arguments.string("example")
        guard example == nil || strides.count == 1 else {
            throw arguments.wrongValue(
                "stride", expected: "one number with --example", found: arguments.string("stride")!)
        }
        if try SteadyRun.holds(folder) {
            guard example == nil else {
                throw arguments.wrongValue("example", expected: "a run of frames", found: folder)
            }
            return try steady(SteadyRun(folder: folder), arguments.string("data"), split, strides, threads)
        }
        let backend = CPUBackend(threads: threads)
        let run = try TrainedRun(folder: folder)
        if let warning = run.warning { StandardStream.error.write("warning: \(warning)\n") }
        switch run.model.experiment.precision {
        case .float:
            try report(
                TrainedModel<Float>(folder: folder, on: backend), arguments.string("data"), split, strides, example)
        case .double:
            try report(
                TrainedModel<Double>(folder: folder, on: backend), arguments.string("data"), split, strides, example)
        }
        return .ok
    }

    /// The loss of a solution operator, which has neither frames nor windows but samples.
    private static func steady(
        _ run: SteadyRun, _ dataset: String?, _ split: Split, _ strides: [Int?], _ threads: Int
    ) throws -> ExitCode {
        func test<Scalar: Real>(_ stride: Int?, _: Scalar.Type) throws -> TestResult? {
            try run.test(dataset: dataset, split: split, stride: stride, threads: threads, in: Scalar.self)
        }
        if let warning = run.warning { StandardStream.error.write("warning: \(warning)\n") }
        let experiment = run.model.experiment
        var said: Set<String> = []
        for stride in strides {
            let result = try experiment.precision == .float ? test(stride, Float.self) : test(stride, Double.self)
            guard let result else {
                throw CommandError(
                    "\(dataset ?? run.model.dataset): it has no split '\(split.rawValue)'", exitCode: .badData)
            }
            for note in result.notes where said.insert(note).inserted { StandardStream.error.write("note: \(note)\n") }
            let line = line(
                experiment: experiment.name, seed: run.state.seed, split: split, measure: experiment.loss.kindName,
                result,
                seconds: run.state.seconds)
            StandardStream.output.write(line.serialized(pretty: false) + "\n")
        }
        return .ok
    }

    private static func missing(_ folder: String) -> CommandError {
        let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
        let above = parts.dropLast().joined(separator: "/")
        let known = (try? FileSystem.list(above.isEmpty ? "." : above)) ?? []
        let close = nearest(String(parts.last ?? ""), among: known)
        return CommandError(
            "\(folder): no such run",
            advice: [
                close.map { "did you mean \(above.isEmpty ? $0 : "\(above)/\($0)")?" },
                "train first: pdetrain EXPERIMENT --out \(folder)",
            ].compactMap { $0 }, exitCode: .noInput)
    }

    private static func report<Scalar: Real>(
        _ model: TrainedModel<Scalar>, _ dataset: String?, _ split: Split, _ strides: [Int?],
        _ example: String?
    ) throws {
        if let example {
            try model.example(dataset: dataset, split: split, stride: strides[0]).write(to: example)
        }
        var said: Set<String> = []
        for stride in strides {
            let found = try model.loss(dataset: dataset, split: split, stride: stride)
            let line = line(
                experiment: model.description.experiment.name, seed: model.state.seed, split: split,
                measure: model.description.experiment.loss.kindName, found, seconds: model.state.seconds)
            for note in found.notes where said.insert(note).inserted { StandardStream.error.write("note: \(note)\n") }
            StandardStream.output.write(line.serialized(pretty: false) + "\n")
            if !found.loss.isFinite {
                StandardStream.error.write(
                    "pdetrain: the error is no number: what the network says overflows on these samples\n")
            }
        }
    }

    /// What is printed of one grid; an error that is no number is null.
    package static func line(
        experiment: String, seed: UInt64, split: Split, measure: String, _ found: TestResult, seconds: Double
    ) -> JSON {
        .object([
            ("experiment", .string(experiment)), ("seed", .number(seed)), ("split", .string(split.rawValue)),
            ("grid", .array(found.grid.map { .number($0) })), ("loss", .string(measure)),
            ("value", found.loss.isFinite ? .number(found.loss) : .null), ("windows", .number(found.count)),
            ("samples", .number(found.samples)), ("seen", found.seen.map { .number($0) } ?? .null),
            ("train_s", .number((seconds * 100).rounded() / 100)),
        ])
    }
}
