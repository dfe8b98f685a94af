import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import Testing

/// Heat on a ring, u_t = κ u_xx, from one wave with a drawn phase, by explicit differences of second order.
private struct HeatRing: RecipeEquation, ProblemDefinition {
    static let kind = "heat-ring"
    static let keyAliases = ["kappa": "diffusivity"]
    var diffusivity: Distribution

    init(from decoder: any Decoder) throws {
        diffusivity = try decoder.container(keyedBy: CodingKeys.self).decode(.diffusivity, in: .moreThan(0))
    }

    var profile: ProblemProfile {
        var profile = ProblemProfile(formula: "u_t = κ u_xx")
        profile.title = "Heat on a ring"
        profile.isRefinable = true
        profile.headlines = [HealthHeadline("drift", "heat kept to")]
        return profile
    }

    func solvedGrid(in recipe: Recipe) -> Grid {
        grid(in: recipe).resampled(to: recipe.resolution * recipe.refinement)
    }
    func grid(in recipe: Recipe) -> Grid { .periodic(dimensions: 1, count: recipe.resolution, length: recipe.length) }

    func validate(in recipe: Recipe) throws(ConfigurationError) {
        guard recipe.stride == 1 else {
            throw .combination(paths: ["frames.resolution"], found: nil, why: "all points are stored")
        }
    }

    func description(in recipe: Recipe) -> DatasetDescription {
        DatasetDescription(
            name: recipe.name, title: recipe.title,
            dimensions: [
                Dimension(name: "x", coordinates: grid(in: recipe).axes[0].coordinates, length: recipe.length)
            ],
            times: (0..<recipe.frames.count).map { Double($0) * recipe.frames.interval },
            fields: [FieldDescription(name: "u", order: 0, summary: "temperature")],
            parameters: [ScalarDescription(name: "diffusivity", summary: "κ, in units of length squared over time")],
            diagnostics: [
                ScalarDescription(name: "steps", summary: "time steps taken"),
                ScalarDescription(name: "drift", summary: "health: change of the mean"),
            ],
            boundaries: [Boundary(.periodic, dimension: "x")])
    }

    func makeTrialMaker(for recipe: Recipe) -> any TrialMaker {
        TrajectoryTrialMaker(HeatRingSolver(self, recipe), for: recipe)
    }

    func draw(index: Int, attempt: Int, in recipe: Recipe) -> (diffusivity: Double, phase: Double) {
        func stream(_ purpose: RandomStream.Purpose) -> RandomStream {
            RandomStream(seed: recipe.seed, index: index, purpose: purpose, attempt: attempt)
        }
        var (numbers, phases) = (stream("diffusivity"), stream("phase"))
        return (diffusivity.draw(from: &numbers), phases.uniform(in: 0...(2 * .pi)))
    }

    func drawnValues(index: Int, attempt: Int, in recipe: Recipe) -> [DrawnValue] {
        let value = draw(index: index, attempt: attempt, in: recipe).diffusivity
        return [DrawnValue(path: "equation.diffusivity", distribution: diffusivity, value: value)]
    }

    func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck {
        let grid = solvedGrid(in: recipe)
        return try FinerComparison(on: grid, stepRatio: 4).check(sample, in: recipe) {
            .points(every: 2, of: grid.resampled(to: 2 * grid.axes[0].count))
        } solve: { recipe, frames, show in
            try HeatRingSolver(self, recipe)
                .solve(sample, frames: frames, watch, show: show)
        }
    }
}

private final class HeatRingSolver: TrajectorySolver {
    private let problem: HeatRing
    private let recipe: Recipe
    private let grid: Grid
    private var values: [Double] = []
    private var (diffusivity, start, steps) = (0.0, 0.0, 0)

    init(_ problem: HeatRing, _ recipe: Recipe) {
        (self.problem, self.recipe) = (problem, recipe)
        grid = problem.solvedGrid(in: recipe)
    }

    private var mean: Double { values.reduce(0, +) / Double(values.count) }

    func draw(index: Int, attempt: Int) -> (diffusivity: Double, phase: Double) {
        problem.draw(index: index, attempt: attempt, in: recipe)
    }

    func begin(_ draw: (diffusivity: Double, phase: Double), while goesOn: () -> Bool) {
        values = grid.axes[0].coordinates.map { 1 + cos(2 * .pi * $0 / recipe.length + draw.phase) }
        (diffusivity, start, steps) = (draw.diffusivity, mean, 0)
    }

    var stored: [[Float]] {
        [stride(from: 0, to: values.count, by: recipe.refinement).map { Float(values[$0]) }]
    }
    var solution: [Double] { values }

    func advance(from frame: Int, while goesOn: (Double) -> Bool) -> Bool {
        let spacing = grid.axes[0].spacing
        let count = max(1, Int((recipe.frames.interval * diffusivity / (0.4 * spacing * spacing)).rounded(.up)))
        let factor = diffusivity * recipe.frames.interval / Double(count) / (spacing * spacing)
        let n = values.count
        for step in 0..<count {
            guard goesOn(Double(step) / Double(count)) else { return false }
            values = values.indices.map { i in
                values[i] + factor * (values[(i + 1) % n] - 2 * values[i] + values[(i + n - 1) % n])
            }
        }
        steps += count
        return true
    }

    func finish(_ fields: [[Float]], of draw: (diffusivity: Double, phase: Double), _ watch: SampleWatch) -> Trial {
        .sound(
            SolvedSample(
                fields: fields, difficulty: ["diffusivity": draw.diffusivity], health: ["drift": abs(mean - start)],
                steps: steps, scalars: ["steps": [Double(steps)]]))
    }
}

/// Runs into a wall: every trajectory breaks, repeats or goes beyond numbers, by the name of its field.
private struct Broken: RecipeEquation, ProblemDefinition {
    static let kind = "broken"
    enum Fault: String, Codable { case stops, repeats, overflows, complains }
    var fault: Fault

    var profile: ProblemProfile { ProblemProfile(formula: "u_t = ?") }
    func description(in recipe: Recipe) -> DatasetDescription {
        DatasetDescription(
            name: recipe.name, title: recipe.title, dimensions: [Dimension(name: "x", coordinates: [0, 1])],
            times: (0..<recipe.frames.count).map(Double.init),
            fields: [
                FieldDescription(name: "u", order: 0, summary: "counts"),
                FieldDescription(name: "w", order: 0, summary: "is faulty"),
            ])
    }
    func makeTrialMaker(for recipe: Recipe) -> any TrialMaker {
        TrajectoryTrialMaker(BrokenSolver(fault), for: recipe)
    }
}

private final class BrokenSolver: TrajectorySolver {
    private let fault: Broken.Fault
    private var (frame, isReached) = (0, true)

    init(_ fault: Broken.Fault) { self.fault = fault }
    func draw(index: Int, attempt: Int) -> Int { index }
    func begin(_ draw: Int, while goesOn: () -> Bool) { (frame, isReached) = (0, true) }
    func advance(from frame: Int, while goesOn: (Double) -> Bool) -> Bool {
        self.frame = frame + 1
        isReached = fault != .stops || frame == 0
        return isReached
    }
    var stored: [[Float]] {
        let (u, w) = (
            Float(frame), fault == .repeats ? 1 : fault == .overflows && frame > 0 ? .infinity : Float(-frame)
        )
        return [[u, u], [w, w]]
    }
    var complaint: String? {
        !isReached ? "broke after frame 1" : fault == .complains && frame == 2 ? "it does not look right" : nil
    }
    func finish(_ fields: [[Float]], of draw: Int, _ watch: SampleWatch) -> Trial {
        .sound(SolvedSample(fields: fields))
    }
}

/// A family of datasets of a program's own, given before decoding.
@Suite struct OwnFamilyTests {
    private let folder = TemporaryFolder()
    private let kinds = Kinds([HeatRing.self, Broken.self])

    private func recipe(_ changes: [(String, JSON)] = []) throws -> Recipe {
        let text = """
            { "name": "ring", "equation": { "name": "heat-ring", "diffusivity": { "uniform": [0.01, 0.02] } },
              "resolution": 32, "frames": { "count": 4, "interval": 0.25 },
              "samples": { "train": 3, "valid": 1, "test": 2 } }
            """
        var json = try JSON.parse(text, file: "ring.json")
        for (path, value) in changes { try json.set(path, to: value) }
        return try StrictDecoder(kinds: kinds).decode(Recipe.self, from: json)
    }

    @Test func itMakesDatasets() throws {
        let outcome = try Generation(recipe(), in: folder("set")).run(threads: 2)
        let manifest = try #require(outcome.manifest)
        #expect(manifest.sampleCount == 6)
        let data = DatasetFolder(path: folder("set"), name: "ring")
        #expect(data.verify().findings.map(\.description) == [])
        #expect(try Recipe(stored: manifest.recipe, kinds: kinds) == recipe().numbered(as: manifest.recipe))
        let card = try String(contentsOfFile: folder("set/README.md"), encoding: .utf8)
        #expect(card.contains("# Heat on a ring") && card.contains("u_t = κ u_xx") && card.contains("`diffusivity`: κ"))
        #expect(FileManager.default.fileExists(atPath: folder("set/preview.png")))
        // The wave decays by the discrete rate, which is that of κk² to second order.
        let reader = try DatasetReader(path: folder("set"), split: .test)
        var frames = [Float](repeating: 0, count: 4 * 32)
        let selection = try reader.select(["u"])
        try frames.withUnsafeMutableBufferPointer {
            try reader.read(sample: 0, frames: 0..<4, selection, into: $0.baseAddress!)
        }
        let decay = exp(-0.75 * 4 * .pi * .pi * (try reader.scalar("diffusivity")[0]))
        for point in 0..<32 { #expect(abs(Double(frames[96 + point] - 1) - decay * Double(frames[point] - 1)) < 2e-3) }
        // A fourth of this error is left on twice the points.
        let accuracy = try #require(outcome.accuracy)
        #expect(accuracy.frames == 3 && accuracy.largest > 1e-5 && accuracy.largest < 2e-3)
    }

    /// Any sample can be made again alone, whatever the threads.
    @Test func itsSamplesAreFunctionsOfTheirNumber() throws {
        _ = try Generation(recipe(), in: folder("set")).run(threads: 2)
        _ = try Generation(recipe([("samples.only", "train/2")]), in: folder("one")).run(threads: 1)
        func last(_ name: String) throws -> [Float] {
            let reader = try DatasetReader(path: folder(name), split: .train)
            var values = [Float](repeating: 0, count: 4 * 32)
            let selection = try reader.select(["u"])
            try values.withUnsafeMutableBufferPointer {
                try reader.read(
                    sample: reader.sampleCount - 1, frames: 0..<4, selection, into: $0.baseAddress!)
            }
            return values
        }
        #expect(try last("set") == last("one"))
    }

    @Test func itsMistakesAreNamed() throws {
        #expect(throws: ConfigurationError.self) { try recipe([("frames.resolution", 16)]) }
        let error = #expect(throws: ConfigurationError.self) { try recipe([("equation.kappa", 1)]) }
        #expect(try #require(error?.description).contains(#"did you mean "diffusivity"?"#))
        // What it has no keys for is refused.
        #expect(throws: ConfigurationError.self) { try recipe([("solver", ["cfl": 1])]) }
    }

    /// The loop refuses what loaders would choke on, before its own sample is made.
    @Test(arguments: [
        ("stops", "broke after frame 1"), ("complains", "it does not look right"),
        ("repeats", "w in frame 1 repeats the frame before: the state has become steady; ask for fewer frames"),
        ("overflows", "w in frame 1 is not finite"),
    ])
    func whatBreaksIsRefused(_ fault: String, _ reason: String) throws {
        let broken = try recipe([
            ("equation", ["name": "broken", "fault": .string(fault)]), ("frames.count", 3), ("frames.interval", 1),
            ("samples", ["test": 1]),
        ])
        let manifest = try Generation(broken, in: folder("set")).run(threads: 1).manifest
        let record = try #require(manifest?.shards.first?.samples.first)
        #expect(record.failure == reason && record.rejections.map(\.attempt) == [0, 1, 2, 3, 4])
    }
}
