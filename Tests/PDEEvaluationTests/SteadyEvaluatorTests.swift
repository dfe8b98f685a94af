import Foundation
import PDEData
import PDEEvaluation
import PDEPlot
import Testing

/// Solutions in memory: sample s is (s + 1)·sin over the points, of two cells of difficulty.
private struct Waves: SteadySolutions {
    var shape = [8, 8]
    var samples = 12

    var description: SteadyReference {
        SteadyReference(name: "waves", shape: shape, channels: ["u", "v"], channelScales: [2, 5])
    }
    var count: Int { samples }

    func label(of sample: Int) -> TrajectoryLabel {
        TrajectoryLabel(index: sample, cell: sample < samples / 2 ? "easy" : "hard")
    }

    func value(_ sample: Int, _ place: Int) -> Float { Float(sample + 1) * sin(0.3 + Float(place)) }

    func read(sample: Int, into destination: UnsafeMutablePointer<Float>) {
        for place in 0..<description.valueCount { destination[place] = value(sample, place) }
    }

    func inputs(of sample: Int) -> [SteadyField] {
        [SteadyField("source", (0..<description.pointCount).map { value(sample, $0) })]
    }

    /// The truth times a factor, which gives its relative error.
    func scaled(_ name: String, by factor: @escaping @Sendable (Int) -> Float) -> SteadyContestant {
        SteadyContestant(name, kind: .surrogate) {
            { sample, solution in
                for place in 0..<description.valueCount { solution[place] = factor(sample) * value(sample, place) }
                return 0.5
            }
        }
    }

    var mean: SteadyContestant {
        .trainingMean((0..<description.valueCount).map { 1.25 * value(5, $0) })
    }
}

@Suite("solutions of steady problems")
struct SteadyEvaluatorTests {
    private let waves = Waves()

    @Test("errors are those of the norm, in the mean, the median and the worst")
    func closedForm() throws {
        let evaluation = try SteadyEvaluator(waves).evaluate([
            waves.scaled("network") { $0 == 3 ? 1.25 : 1.0625 }, waves.mean,
        ])
        let result = evaluation.contestants[0]
        #expect(abs(result.error.value - (11 * 0.0625 + 0.25) / 12) < 1e-6)
        #expect(abs(result.median - 0.0625) < 1e-6 && abs(result.worst - 0.25) < 1e-6)
        #expect(abs(result.largest.value - result.error.value) < 1e-6 && result.secondsPerSample == 0.5)
        #expect(result.cells.map(\.cell) == ["easy", "hard"] && result.cells.map(\.samples) == [6, 6])
        #expect(abs(result.cells[1].error.value - 0.0625) < 1e-6)
        #expect(result.verdict.outcome == .stable && result.verdict.headline == "Error 0.0781")
        // Of sample s, the mean is off by |7.5/(s + 1) − 1|.
        let expected: [Double] = (1...12).map { (sample: Int) in abs(7.5 / Double(sample) - 1) }
        #expect(abs(evaluation.contestants[1].error.value - expected.reduce(0, +) / 12) < 1e-5)
    }

    @Test("channels count in their scales")
    func scales() throws {
        let off = SteadyContestant("off", kind: .surrogate) {
            { [waves] sample, solution in
                waves.read(sample: sample, into: solution)
                for place in 0..<64 { solution[place] = 0 }
                return 0
            }
        }
        let result = try SteadyEvaluator(waves).evaluate([off]).contestants[0]
        let (u, v) = ((0..<64).map { waves.value(0, $0) }, (64..<128).map { waves.value(0, $0) })
        func square(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) } }
        let squares = [square(u) / 4, square(v) / 25]
        #expect(abs(result.error.value - (squares[0] / (squares[0] + squares[1])).squareRoot()) < 1e-6)
    }

    @Test("a network that the training mean beats is no better than it, and one that is no number counts")
    func unbeaten() throws {
        let evaluation = try SteadyEvaluator(waves).evaluate([
            waves.scaled("wild") { _ in .nan }, waves.scaled("poor") { _ in 3 }, waves.mean,
        ])
        #expect(evaluation.contestants[0].error.value == 100)
        for result in evaluation.judged {
            #expect(result.verdict.outcome == .noBetter)
            #expect(result.verdict.headline == "No better than training mean")
        }
        let alone = try SteadyEvaluator(waves).evaluate([waves.scaled("alone") { _ in 1 }])
        #expect(alone.judged[0].verdict.outcome == .unproven)
        #expect(throws: EvaluationError.twice(contestant: "a")) {
            try SteadyEvaluator(waves).evaluate([waves.scaled("a") { _ in 1 }, waves.scaled("a") { _ in 1 }])
        }
        #expect(throws: EvaluationError.noTrajectories(dataset: "waves", split: "test")) {
            try SteadyEvaluator(Waves(samples: 0)).evaluate([waves.mean])
        }
        #expect(throws: EvaluationError.interrupted) {
            try SteadyEvaluator(waves).evaluate([waves.mean], shouldStop: { true })
        }
    }

    @Test("the number of threads changes nothing, and the file holds all of it")
    func file() throws {
        let contestants = [waves.scaled("network") { 1 + Float($0) / 100 }, waves.scaled("other") { _ in 1.5 }]
        let evaluation = try SteadyEvaluator(waves, threads: 3).evaluate(contestants)
        var single = try SteadyEvaluator(waves).evaluate(contestants)
        for place in single.contestants.indices { single.contestants[place].threads = 3 }
        #expect(evaluation == single)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try evaluation.write(to: path)
        #expect(try SteadyEvaluation(path: path) == evaluation)
    }

    @Test("seeds of one variant are taken together")
    func seeds() throws {
        func seed(_ number: Int) -> SteadyContestant {
            SteadyContestant("network/seed-\(number)", kind: .surrogate, group: "network") {
                { [waves] sample, solution in
                    waves.read(sample: sample, into: solution)
                    for place in 0..<128 { solution[place] *= 1 + Float(number) / 8 }
                    return 1
                }
            }
        }
        let group = try #require(try SteadyEvaluator(waves).evaluate([seed(1), seed(2)]).groups.first)
        #expect(group.members.count == 2 && abs(group.error.value - 0.1875) < 1e-6)
        #expect(group.error.lower! < 0.13 && group.error.upper! > 0.24)
    }

    @Test(
        "the report has verdict, tables, charts and picture, and fetches nothing",
        arguments: [[8, 8], [64], [4, 4, 4]])
    func report(_ shape: [Int]) throws {
        let waves = Waves(shape: shape)
        let network = waves.scaled("<network>") { 1 + Float($0) / 100 }
        let solvers = [1, 2].map { factor in
            SteadyContestant("solver on \(16 / factor)", kind: .solver) {
                { sample, solution in
                    waves.read(sample: sample, into: solution)
                    for place in 0..<128 { solution[place] *= 1 + Float(factor) / 50 }
                    return 1 / Double(factor)
                }
            }
        }
        let evaluator = SteadyEvaluator(waves)
        let evaluation = try evaluator.evaluate([network] + solvers + [waves.mean])
        #expect(evaluation.comparisons.count == 1)
        let example = try evaluator.example(network, sample: 4, 0.04)
        let picture = SteadyPicture([("best", example), ("worst", example)], of: "network", waves.description)
        let raster = picture.figure().raster()
        #expect(raster.width > 500 && raster.height > 200)
        let page = SteadyReport(title: "waves", evaluation: evaluation, picture: picture.png()).html()
        for text in [
            evaluation.judged[0].verdict.headline, "By difficulty", "solver on 8", "&lt;network&gt;",
            "Share of samples",
            "Error against cost",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(!page.contains("<network>"))
        let bare = page.replacing("http://www.w3.org/2000/svg", with: "").replacing(#"href="data:,""#, with: "")
        for address in ["http://", "https://", "href=", "@import", "url("] { #expect(!bare.contains(address)) }
        if let folder = ProcessInfo.processInfo.environment["PDEKIT_REPORTS"] {
            let path = "\(folder)/steady-\(shape.count)d"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try SteadyReport(title: "waves", evaluation: evaluation, picture: picture.png()).write(
                to: "\(path)/report.html")
        }
    }

    /// A solver that learns: off by an eighth of the truth, and says of the first part of the points that it may be.
    private func learned(_ waves: Waves, sure part: Float, training: Double) -> SteadyContestant {
        SteadyContestant("learned", kind: .surrogate, trainingSeconds: training, saysDeviations: true) {
            { sample, said in
                waves.read(sample: sample, into: said)
                let size = waves.description.valueCount
                for place in 0..<size {
                    let off = abs(said[place]) / 8
                    said[place] *= 1.125
                    said[size + place] = Float(place) < part * Float(size) ? off / 1.9 : off / 2.1
                }
                // What is given is not uncertain.
                said[size] = 0
                return 2
            }
        }
    }

    @Test("coverage counts the values within the deviations that are said, in all and by cell")
    func coverage() throws {
        let found = try SteadyEvaluator(waves).evaluate([learned(waves, sure: 0.75, training: 24), waves.mean])
        let result = found.contestants[0]
        #expect(found.saysDeviations && found.contestants[1].coverage == nil)
        #expect(abs(result.coverage!.value - 95.0 / 127) < 1e-12 && abs(result.error.value - 0.125) < 1e-6)
        #expect(result.cells.allSatisfy { abs($0.coverage!.value - 95.0 / 127) < 1e-12 })
        #expect(result.samples.allSatisfy { abs($0.coverage! - result.coverage!.value) < 1e-12 })
        #expect(result.trainingSeconds == 24 && result.amortizedSeconds == 4)
    }

    @Test(
        "times to accuracy are those of the cheapest setting that every sample reaches, with its part of the training")
    func accuracies() throws {
        func solver(_ name: String, _ factor: Float, seconds: Double, worst: Float? = nil) -> SteadyContestant {
            SteadyContestant(name, kind: .solver, group: "solver") { [waves] in
                { sample, solution in
                    waves.read(sample: sample, into: solution)
                    for place in 0..<128 { solution[place] *= 1 + (sample == 3 ? worst ?? factor : factor) }
                    return seconds
                }
            }
        }
        let found = try SteadyEvaluator(waves).evaluate([
            learned(waves, sure: 1, training: 12), solver("rough", 0.001, seconds: 1),
            solver("uneven", 1e-5, seconds: 2, worst: 0.1), solver("fine", 1e-5, seconds: 8), waves.mean,
        ])
        let accuracies = try #require(found.accuracies)
        #expect(accuracies.map(\.method) == ["learned", "learned", "learned", "solver", "solver", "solver"])
        #expect(accuracies.map(\.setting) == [nil, nil, nil, "rough", "fine", nil])
        #expect(accuracies.map(\.seconds) == [nil, nil, nil, 1, 8, nil])
        // At equal error the training counts: 3 seconds a solution.
        #expect(found.comparisons[0].surrogate.secondsPerFrame == 3)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try found.write(to: path)
        #expect(try SteadyEvaluation(path: path) == found)
    }

    @Test("the report of a solver that learns shows its intervals", arguments: [[8, 8], [1000]])
    func solverReport(_ shape: [Int]) throws {
        let waves = Waves(shape: shape, samples: 3)
        let evaluator = SteadyEvaluator(waves)
        let contestant = learned(waves, sure: 0.5, training: 1)
        let example = try evaluator.example(contestant, sample: 1, 0.125)
        #expect(example.deviations?.count == waves.description.valueCount && example.deviations![1] > 0)
        let picture = SteadyPicture([("best", example), ("worst", example)], of: "learned", waves.description)
        #expect(picture.figure().raster().width > 500)
        let page = SteadyReport(
            title: "waves", evaluation: try evaluator.evaluate([contestant, waves.mean]), picture: picture.png()
        ).html()
        for text in ["Truth within 95 % intervals", "Time to accuracy", "with its part of it", "Training"] {
            #expect(page.contains(text), "\(text)")
        }
    }
}
