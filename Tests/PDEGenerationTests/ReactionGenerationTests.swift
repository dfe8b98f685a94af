import PDEConfig
import PDECore
import PDEGeneration
import PDESolvers
import Testing

/// Recipes of reactions and diffusion.
@Suite struct ReactionGenerationTests {
    private let folder = TemporaryFolder()

    private static let spots = "{\"kind\": \"spots\", \"count\": 3, \"radius\": 0.05}"
    private static let one = "{\"kind\": \"spots\", \"count\": 2, \"radius\": 0.05, \"ground\": [0], \"spot\": [1]}"

    private static let recipes: [(equation: String, length: String, initial: String?, fields: [String], step: Double)] =
        [
            (
                "{\"name\": \"fisher-kpp\", \"diffusivity\": 0.02, \"growth\": {\"uniform\": [1, 2]}}", "20", one,
                ["u"], 0.05
            ),
            ("{\"name\": \"allen-cahn\", \"diffusivity\": {\"uniform\": [0.02, 0.04]}}", "4", nil, ["u"], 0.1),
            ("{\"name\": \"swift-hohenberg\", \"growth\": 0.2, \"quadratic\": 0.3}", "25", nil, ["u"], 0.1),
            (
                "{\"name\": \"gray-scott\", \"feed\": 0.04, \"kill\": {\"uniform\": [0.058, 0.062]}}", "1", spots,
                ["u", "v"], 1
            ),
        ]

    @Test(arguments: recipes.indices)
    func theyMakeSamplesOnStepsOfTheirOwn(_ index: Int) throws {
        let row = Self.recipes[index]
        var changes = [
            "equation": row.equation, "length": row.length, "frames": "{\"count\": 4, \"interval\": 2}",
            "samples": "{\"test\": 2}",
        ]
        if let initial = row.initial { changes["initial"] = initial }
        let recipe = try recipe(changes)
        let solver = try #require(recipe.problem.as(SemilinearProblem.self)).solver
        #expect(solver.step == row.step)
        let manifest = try #require(Generation(recipe, in: folder("\(index)")).run(threads: 1).manifest)
        let records = manifest.shards.flatMap(\.samples)
        #expect(records.count == 2 && records.allSatisfy { $0.failure == nil && $0.rejections == [] }, "\(records)")
        #expect(manifest.description.fields.map(\.name) == row.fields)
        // Again from what is stored.
        #expect(try Recipe(stored: manifest.recipe).problem == recipe.problem)
    }

    /// Where populations begin below zero, the advice is about that.
    @Test func populationsBelowZeroGetAdviceOfTheirOwn() throws {
        let equation = "{\"name\": \"fisher-kpp\", \"diffusivity\": {\"uniform\": [0.02, 0.03]}}"
        let populations = try recipe(["equation": equation, "length": "4"])
        #expect(populations.problem.profile.advice.contains("keep initial states at 0 or above"))
        #expect(!(try recipe().problem.profile.advice.contains("0 or above")))
    }

    @Test(arguments: [
        (["equation": "{\"name\": \"allen-cahn\", \"diffusivity\": 1e-5}"], "a diffusivity of at least 2.75×10⁻⁴"),
        (["equation": "{\"name\": \"swift-hohenberg\", \"growth\": 0.1}", "length": "100"], "and 3 is needed"),
        (["equation": "{\"name\": \"gray-scott\", \"feed\": 0.04}"], "missing key equation.kill"),
        (["equation": "{\"name\": \"fisher\", \"diffusivity\": 1}"], "did you mean \"fisher-kpp\"?"),
        (["equation": "{\"name\": \"allen-cahn\", \"diffusivity\": 0.1}", "initial.modes": "35"], "keeps 31 waves"),
        (["initial": "{\"kind\": \"spots\", \"radius\": 0.002}"], "initial.radius"),
        (
            [
                "equation": "{\"name\": \"fisher-kpp\", \"diffusivity\": 0.1, \"growth\": {\"uniform\": [1.4, 1.6]}}",
                "frames": "{\"count\": 12, \"interval\": 2}",
            ], "round-off grows by e^"
        ),
    ])
    func whatTheirGridsMustCarryIsSaid(_ changes: [String: String], _ hint: String) throws {
        let message = try #require(complaint(changes))
        #expect(message.contains(hint), "\(message)")
    }

    @Test func spotsAreTheSameOnEveryGridAndInEveryComponent() {
        func draw(_ count: Int) -> Field<Double> {
            Spots(count: 3, radius: 0.1, ground: [1, 0], spot: [0.5, 0.25]).field(
                on: .periodic(dimensions: 2, count: count, length: 2), components: 2
            ) { RandomStream(seed: 5, index: 0, purpose: $0 == 0 ? "a" : "b") }
        }
        let (coarse, fine) = (draw(16), draw(32))
        var largest = 0.0
        for point in 0..<256 {
            let other = 64 * (point / 16) + 2 * (point % 16)
            for component in 0..<2 { #expect(abs(coarse[component, point] - fine[component, other]) < 1e-14) }
            // Both are the same spots: v = (1 − u)/2.
            #expect(abs(coarse[1, point] - (1 - coarse[0, point]) / 2) < 1e-14)
            largest = max(largest, coarse[1, point])
        }
        #expect(largest > 0.2 && largest <= 0.25)
    }
}
