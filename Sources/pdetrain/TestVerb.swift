import PDECommand
import PDEConfig
import PDECore
import PDEData
import PDEStudies
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
        let threads = try arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount
        let strides = try strides(arguments)
        let (data, split) = (arguments.string("data"), Split(rawValue: arguments.string("split")!)!)
        let test = try RunTest(of: arguments.positional("RUN")!, threads: threads)
        if let warning = test.warning { StandardStream.error.write("warning: \(warning)\n") }
        if let path = arguments.string("example") {
            try test.example(dataset: data, split: split, stride: strides[0]).write(to: path)
        }
        var said: Set<String> = []
        for stride in strides {
            let found = try test.result(dataset: data, split: split, stride: stride)
            for note in found.notes where said.insert(note).inserted { StandardStream.error.write("note: \(note)\n") }
            let line = line(
                experiment: test.experiment.name, seed: test.state.seed, split: split,
                measure: test.experiment.loss.kindName, found, seconds: test.state.seconds)
            StandardStream.output.write(line.serialized(pretty: false) + "\n")
            if !found.loss.isFinite {
                StandardStream.error.write(
                    "pdetrain: the error is no number: what the network says overflows on these samples\n")
            }
        }
        return .ok
    }

    private static func strides(_ arguments: Arguments) throws -> [Int?] {
        guard let text = arguments.string("stride") else { return [nil] }
        let strides = text.split(separator: ",").map { Int($0) ?? 0 }
        guard strides.allSatisfy({ $0 >= 1 }) else {
            throw arguments.wrongValue("stride", expected: "whole numbers such as 1,2,4", found: text)
        }
        guard !arguments.isGiven("example") || strides.count == 1 else {
            throw arguments.wrongValue("stride", expected: "one number with --example", found: text)
        }
        return strides
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
