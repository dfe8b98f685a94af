import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import Testing

@Suite struct RecipeTests {
    @Test func defaultsAreFilledInAndSurviveARoundTrip() throws {
        let original = try recipe()
        guard let problem = original.problem.as(SemilinearProblem.self) else { preconditionFailure("expected Burgers") }
        #expect(problem.solver.courant == 0.5 && problem.solver.method == .fourth && original.seed == 0)
        let resolved = try StrictEncoder().encode(original)
        let again = try StrictDecoder().decode(Recipe.self, from: JSON.parse(resolved.serialized(), file: "again"))
        #expect(again == original)
    }

    @Test(arguments: [
        "burgers", "burgers-operator", "cavity", "darcy", "flow-easy", "flow-hard", "flow-medium", "kolmogorov",
        "kuramoto-sivashinsky", "landau", "navier-stokes-operator-1e-3", "navier-stokes-operator-1e-4",
        "navier-stokes-operator-1e-5", "poisson", "poisson-multiscale", "poisson-multiscale-2d",
    ])
    func shippedRecipesDecode(_ name: String) throws {
        let root = #filePath.components(separatedBy: "/Tests/")[0]
        let text = try String(contentsOfFile: "\(root)/datasets/\(name).json", encoding: .utf8)
        let recipe = try StrictDecoder().decode(Recipe.self, from: JSON.parse(text, file: name))
        #expect(recipe.name == name)
    }

    /// What is the default is not written, so that folders from before there was a choice are the same recipe's.
    @Test func checksumsOfChunksAreAChoice() throws {
        #expect(try StrictEncoder().encode(recipe())["storage"] == nil)
        let chosen = try recipe(["storage.checksums": "false"])
        #expect(try !Generation(chosen, in: "nowhere").description.hasChecksums)
        let encoded = try StrictEncoder().encode(chosen)
        #expect(encoded["storage"] == ["checksums": false])
        #expect(try StrictDecoder().decode(Recipe.self, from: encoded) == chosen)
    }

    @Test func splitsTakeRangesInTheOrderTestValidTrain() throws {
        let splits = try recipe().splits
        #expect(splits.map(\.split) == [.test, .valid, .train])
        #expect(splits.map(\.indices) == [0..<3, 1_000_000_000..<1_000_000_002, 2_000_000_000..<2_000_000_006])
        let shards = try recipe().shards(bytesPerSample: 1000)
        let train = 2_000_000_000
        #expect(shards.map(\.indices.lowerBound) == [0, 2, 1_000_000_000, train, train + 2, train + 4])
        #expect(shards.map(\.indices.count) == [2, 1, 2, 2, 2, 2])
        #expect(
            try recipe(["samples.numbering": "\"consecutive\""]).shards(bytesPerSample: 1000).map(\.indices)
                == [0..<2, 2..<3, 3..<5, 5..<7, 7..<9, 9..<11])
        #expect(
            shards.map { "\($0.id)" } == [
                "test_0000", "test_0001", "valid_0000", "train_0000", "train_0001", "train_0002",
            ])
    }

    @Test func oneSampleOnlyKeepsItsNumberAndSplit() throws {
        let splits = try recipe(["samples.only": "\"valid/1\""]).splits
        #expect(splits.count == 1 && splits[0].split == .valid && splits[0].indices == 1_000_000_001..<1_000_000_002)
    }

    @Test(arguments: [
        (["equation.viscosty": "1"], "unknown key equation.viscosty", "did you mean \"viscosity\"?"),
        (["resolution": "\"many\""], "resolution", "many"),
        (["equation.viscosity": "-0.1"], "equation.viscosity", "between 1e-12 and 1e12"),
        (["resolution": "7"], "resolution", "between 8 and"),
        (["resolution": "9", "frames.resolution": "9"], "resolution", "an even number of points"),
        (["samples": "{\"train\": 0}"], "samples", "at least one sample"),
        (["frames.count": "1"], "frames.count", "between 2 and 1000000"),
        (["frames.resolution": "48"], "frames.resolution", "32 would do"),
        (["equation.viscosity": "1e-5"], "equation.viscosity", "use a resolution of 102400"),
        (
            ["equation.viscosity": "1e-12"], "equation.viscosity",
            "no grid resolves it: the largest resolution, 1048576, bears a viscosity of at least 9.54×10⁻⁷"
        ),
        (
            ["equation": "{\"name\": \"kuramoto-sivashinsky\"}", "length": "1e6"],
            "length", "no grid carries it: the largest resolution is 1048576"
        ),
        (["equation.name": "\"burger\""], "equation.name", "burgers"),
        (["equation.viscosity": "{\"uniform\": [2, 1]}"], "equation.viscosity", "the lower one first"),
        (["initial.modes": "60"], "initial.modes", "dealiasing keeps 42"),
        (["solver": "{\"cfl\": 1.5}"], "solver.cfl", "every step would be refused"),
        (["solver": "{\"order\": 3}"], "solver.order", "2 (ETDRK2) or 4 (ETDRK4)"),
        (["samples.only": "4"], "samples.only", "a split and a place in it: train/0…5, valid/0…1, test/0…2"),
        (["samples.only": "\"train/6\""], "samples.only", "train/0…5"),
        (["samples.numbering": "\"by-splits\""], "samples.numbering", "by-split"),
        (
            ["initial": "{\"kind\": \"sine\"}", "equation.viscosity": "0.02"], "initial.kind",
            "11 samples of which 1 differs"
        ),
        (
            ["initial": "{\"kind\": \"sine\"}", "equation.viscosity": "{\"choice\": [0.02, 0.03]}"], "initial.kind",
            "11 samples of which 2 differ"
        ),
        (
            ["equation.viscosity": "0.002", "initial.mean": "5"], "equation.viscosity",
            "a viscosity of at least 0.00782"
        ),
    ])
    func errorsNameTheKeyAndWhatIsAllowed(_ changes: [String: String], _ key: String, _ hint: String) throws {
        let message = try #require(complaint(changes))
        #expect(message.contains(key))
        #expect(message.contains(hint))
    }

    /// A front's height is the jump: a mean carries it along, an amplitude scales it.
    @Test func meansAddNothingToFronts() {
        #expect(complaint(["equation.viscosity": "0.01", "initial.amplitude": "0.1", "initial.mean": "5"]) == nil)
        let rough = "{\"kind\": \"gaussian\", \"variance\": 1, \"shift\": 1e-4, \"exponent\": 2, \"amplitude\": 0.01}"
        #expect(complaint(["equation.viscosity": "0.01", "initial": rough]) == nil)
        #expect(complaint(["equation.viscosity": "0.0001", "initial.amplitude": "0.1"]) != nil)
    }

    /// The resolution that an error proposes is accepted.
    @Test func theProposedResolutionWorks() throws {
        let message = try #require(complaint(["equation.viscosity": "0.0021"]))
        let proposal = message.components(separatedBy: "use a resolution of ")[1].prefix { $0.isNumber }
        #expect(
            complaint([
                "equation.viscosity": "0.0021", "resolution": String(proposal), "frames.resolution": String(proposal),
            ]) == nil)
        // Of a recipe that stores every k-th point it is a multiple of what is stored.
        for changes in [
            ["equation.viscosity": "0.001", "resolution": "512", "frames.resolution": "256"],
            ["equation.viscosity": "0.0021"], ["resolution": "126", "frames.resolution": "21", "initial.modes": "100"],
        ] {
            let message = try #require(complaint(changes))
            let words = message.contains("use a resolution of ") ? "use a resolution of " : "use "
            let proposal = String(message.components(separatedBy: words)[1].prefix { $0.isNumber })
            #expect(complaint(changes.merging(["resolution": proposal]) { $1 }) == nil, "\(message)")
        }
    }

    @Test func distributionsDrawWithinTheirRange() {
        var stream = RandomStream(seed: 1, index: 2, purpose: "test")
        for distribution in [
            Distribution.fixed(3), .uniform(-1...2), .logUniform(0.001...10), .choice([1, 5, 7]),
        ] {
            for _ in 0..<200 { #expect(distribution.range.contains(distribution.draw(from: &stream))) }
        }
    }

    @Test(arguments: [("0.5", "0.5"), ("1:2", "{\"uniform\": [1.0, 2.0]}"), ("1,2,4", "{\"choice\": [1.0, 2.0, 4.0]}")])
    func flagsBecomeDistributions(_ flag: String, _ json: String) throws {
        let value = Distribution.json(fromFlag: flag, isLogarithmic: false, origin: .flag("--viscosity"))
        #expect(try value == JSON.parse(json, file: "expected"))
        #expect(Distribution.json(fromFlag: "a:b", isLogarithmic: false, origin: .flag("--x")) == nil)
    }
}
