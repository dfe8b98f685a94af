import PDEConfig
import PDEGeneration
import PDEGeometry
import PDESolvers
import Testing

@Suite struct FlowRecipeTests {
    private func problem(_ changes: [String: String] = [:]) throws -> FlowProblem {
        guard let problem = try flowRecipe(changes).problem.as(FlowProblem.self) else {
            preconditionFailure("expected a flow")
        }
        return problem
    }

    @Test func defaultsAreFilledInAndSurviveARoundTrip() throws {
        for changes in [
            [:], ["obstacles": "\"easy\""],
            ["obstacles": "{\"bodies\": [{\"circle\": {\"center\": [0.4, 0.5], \"radius\": 0.1}}]}"],
            ["obstacles": "\"hard\"", "resolution": "128"],
            [
                "obstacles":
                    "{\"count\": [2, 5], \"shapes\": [\"ellipse\", \"hexagon\"], \"rotated\": true, \"margins\": 0.2, \"size\": 0.15}"
            ],
            ["equation.family": "\"cavity\"", "solver": "{\"step\": 0.01}"],
        ] {
            let original = try flowRecipe(changes)
            let resolved = try StrictEncoder().encode(original)
            let text = resolved.serialized()
            let again = try StrictDecoder().decode(Recipe.self, from: JSON.parse(text, file: "again"))
            #expect(again == original)
            #expect(try StrictEncoder().encode(again).serialized() == text)
        }
    }

    @Test func aFlowNeedsNothingButItsReynoldsNumbersAndSamples() throws {
        let text = """
            { "name": "short", "samples": { "train": 2 },
              "equation": { "name": "navier-stokes", "family": "channel", "reynolds": "medium" } }
            """
        let recipe = try StrictDecoder().decode(Recipe.self, from: JSON.parse(text, file: "short"))
        #expect(recipe.resolution == 128 && recipe.frames.resolution == 128 && recipe.length == 1)
        #expect(recipe.frames.count == 20 && recipe.frames.interval == 0.25)
        #expect(recipe.title == "Channel flow at Reynolds numbers of 2000 to 4000")
        guard let problem = recipe.problem.as(FlowProblem.self) else { preconditionFailure("expected a flow") }
        #expect(problem.equation.family == .channel(inlet: .parabolic, outlet: .pressure))
        #expect(problem.obstacles == .none && problem.solver.courant == 0.8 && problem.solver.precision == .double)
    }

    @Test(arguments: [
        ("\"easy\"", 100.0...1000), ("\"medium\"", 2000...4000), ("\"hard\"", 8000...10000), ("1500", 1500...1500),
        ("{\"uniform\": [10, 20]}", 10...20),
    ])
    func reynoldsNumbersHaveNames(_ text: String, _ range: ClosedRange<Double>) throws {
        #expect(try problem(["equation.reynolds": text, "resolution": "128"]).equation.reynolds.range == range)
    }

    /// Squares are boxes of cells, other shapes lie where they fall; a channel keeps its outlet free.
    @Test func obstaclesHaveDefaultsThatFit() throws {
        guard case .placed(let squares) = try problem().obstacles,
            case .placed(let circles) = try problem(["obstacles.shapes": "[\"circle\"]"]).obstacles,
            case .placed(let cavity) = try problem(["equation.family": "\"cavity\""]).obstacles,
            case .placed(let short) = try problem(["obstacles": "2"]).obstacles
        else { preconditionFailure("expected obstacles that are placed") }
        #expect(squares.isSnapped && !circles.isSnapped && squares == short)
        #expect(squares.margins == Margins(inlet: 0.125, outlet: 0.25, bottom: 0.0625, top: 0.0625))
        #expect(cavity.margins == Margins(0.0625))
        #expect(squares.size == 0.0625...0.125 && squares.gap == 0.0625 && squares.count == 2...2)
        #expect(try problem(["obstacles": "0"]).obstacles == .none)
    }

    @Test(arguments: [
        (["equation.reynold": "1"], "unknown key equation.reynold", "did you mean \"reynolds\"?"),
        (["equation.reynolds": "\"hrad\""], "equation.reynolds", "did you mean \"hard\"?"),
        (["equation.reynolds": "-5"], "equation.reynolds", "more than 0"),
        (["equation.family": "\"tunnel\""], "equation.family", "\"channel\", \"cavity\""),
        (
            ["equation.family": "\"cavity\"", "equation.inlet": "\"uniform\""], "unknown key equation.inlet",
            "valid keys"
        ),
        (["equation.inlet": "\"flat\""], "equation.inlet", "\"uniform\""),
        (["equation.viscosity": "0.1"], "unknown key equation.viscosity", "reynolds"),
        (["initial": "{}"], "unknown key initial", "obstacles"),
        (["equation.reynolds": "5000"], "equation.reynolds and resolution", "use a resolution of 50"),
        (["resolution": "31"], "resolution", "an even number of cells"),
        (["length": "1.3"], "length and resolution", "41.6 cells along x"),
        (["frames.resolution": "12"], "frames.resolution", "would do"),
        (["length": "1.25", "frames.resolution": "2", "resolution": "32"], "frames.resolution", "between 4 and"),
        (["obstacles": "\"medium\""], "obstacles", "use a multiple of 128"),
        (["obstacles": "\"lots\""], "obstacles", "\"easy\", \"medium\", \"hard\""),
        (["obstacles": "2.5"], "obstacles", "an integer"),
        (["obstacles": "-1"], "obstacles", "between 0 and 100"),
        (["obstacles.count": "-1"], "obstacles.count is -1", "between 0 and 100"),
        (["obstacles.count": "[5, 2]"], "obstacles.count", "a number or [low, high]"),
        (["obstacles.shapes": "[]"], "obstacles.shapes", "square, rectangle, circle"),
        (["obstacles.shapes": "[\"cube\"]"], "obstacles.shapes", "\"circle\""),
        (["obstacles.sides": "3"], "unknown key obstacles.sides", "size"),
        (["obstacles.size": "0.03"], "obstacles.size", "expected at least 2"),
        (["obstacles.size": "0.7"], "obstacles.size", "the margins leave 0.625"),
        (["obstacles.gap": "0.01"], "obstacles.gap", "expected at least 2"),
        (["obstacles.margins": "{\"inlet\": 0.5, \"outlet\": 0.45}"], "obstacles.size", "margins"),
        (["obstacles.count": "60"], "obstacles.count", "of 60 obstacles found a place"),
        (["obstacles.passage": "0.95"], "obstacles.count", "widest passage"),
        (["obstacles": "{\"bodies\": [{\"square\": 1}]}"], "obstacles.bodies", "circle, rectangle"),
        (
            ["obstacles": "{\"bodies\": [{\"circle\": {\"center\": [0.5, 0.5], \"radius\": 0.01}}]}"],
            "obstacles.bodies",
            "expected at least 2"
        ),
        (
            ["obstacles": "{\"bodies\": [{\"circle\": {\"center\": [5, 5], \"radius\": 0.1}}]}"], "obstacles.bodies",
            "the flow fills 0 to 1 along x"
        ),
        (
            ["obstacles": "{\"bodies\": [{\"circle\": {\"center\": [0.9, 0.5], \"radius\": 0.1}}]}"],
            "obstacles.bodies",
            "it reaches into the outlet"
        ),
        (
            ["obstacles": "{\"bodies\": [{\"rectangle\": {\"lower\": [0.4, -0.1], \"upper\": [0.6, 1.1]}}]}"],
            "obstacles.bodies", "close the channel"
        ),
        (["equation.reynolds": "200", "obstacles": "0"], "samples", "7 samples of which 1 differs"),
        (["equation.reynolds": "{\"choice\": [100, 200]}", "obstacles": "0"], "samples", "of which 2 differ"),
        (["equation.reynolds": "200", "obstacles.count": "[0, 2]"], "samples", "pairs would be equal"),
        (["equation.reynolds": "200", "obstacles.count": "1", "samples.train": "100"], "samples", "obstacles.snapped"),
        (["solver": "{\"order\": 4}"], "unknown key solver.order", "cfl"),
        (["solver": "{\"cfl\": 0.8}", "health": "{\"cfl\": 0.5}"], "solver.cfl", "every step would be refused"),
        (["solver": "{\"cfl\": 1.5}"], "solver.cfl", "at most 0.9"),
        (["solver": "{\"step\": 1e-9}"], "solver.step", "10 million steps"),
        (["frames.interval": "1e9"], "resolution and frames.interval", "10 million steps"),
        (["equation.reynolds": "1e-5"], "equation.reynolds and frames.interval", "use a higher Reynolds number"),
        (["length": "0.375"], "obstacles.size, obstacles.margins and length", "the margins leave 0"),
        (
            [
                "equation.family": "\"cavity\"",
                "obstacles": "{\"bodies\": [{\"rectangle\": {\"lower\": [-1, -1], \"upper\": [2, 2]}}]}",
            ], "obstacles.bodies", "leave no fluid"
        ),
        (["frames.count": "1000000"], "frames.count", "one sample would take"),
    ])
    func errorsNameTheKeyAndWhatIsAllowed(_ changes: [String: String], _ key: String, _ hint: String) throws {
        let message = try #require(flowComplaint(changes))
        #expect(message.contains(key), "\(message)")
        #expect(message.contains(hint), "\(message)")
    }

    /// A cavity has no way through that a body could close.
    @Test(arguments: ["[0.4, 0], \"upper\": [0.6, 1]", "[0, 0], \"upper\": [0.2, 1]", "[0, 0.4], \"upper\": [1, 0.6]"])
    func aCavityMayBeDivided(_ corners: String) throws {
        let bodies = "{\"bodies\": [{\"rectangle\": {\"lower\": \(corners)}}]}"
        #expect(flowComplaint(["equation.family": "\"cavity\"", "obstacles": bodies]) == nil)
    }

    /// The resolution and the Reynolds number that an error proposes are accepted.
    @Test func theProposedResolutionWorks() throws {
        let message = try #require(flowComplaint(["equation.reynolds": "5000"]))
        let proposal = message.components(separatedBy: "use a resolution of ")[1].prefix { $0.isNumber }
        let highest = message.components(separatedBy: "a Reynolds number of at most ")[1].prefix { $0.isNumber }
        #expect(
            flowComplaint([
                "equation.reynolds": "5000", "resolution": "\(proposal)", "obstacles.size": "0.1",
                "obstacles.gap": "0.1",
                "obstacles.margins": "0.1",
            ]) == nil)
        #expect(flowComplaint(["equation.reynolds": "\(highest)"]) == nil)
        #expect(flowComplaint(["equation.reynolds": "5000", "health": "{\"cellReynolds\": 200}"]) == nil)
    }

    /// A box of 8192² cells is looked at on fewer; what is too thin for its own cells, and a slit that they leave open, are seen.
    @Test func vastGridsAreValidatedAtOnce() throws {
        let vast = [
            "equation.reynolds": "{\"uniform\": [1000, 2000]}", "resolution": "8192", "frames.resolution": "64",
        ]
        func complaint(_ obstacles: String) -> String? {
            flowComplaint(vast.merging(["obstacles": obstacles]) { $1 })
        }
        let start = ContinuousClock.now
        #expect(complaint("{\"count\": 3, \"gap\": 0.0003}") == nil)
        #expect(complaint("{\"count\": 3, \"gap\": 0.0002}")?.contains("expected at least 2") == true)
        #expect(ContinuousClock.now - start < .seconds(60))
        func slit(_ width: Double) -> String? {
            let bodies = """
                {"bodies": [{"rectangle": {"lower": [0.1, -0.1], "upper": [0.15, \(0.5 - width / 2)]}},
                {"rectangle": {"lower": [0.1, \(0.5 + width / 2)], "upper": [0.15, 1.1]}}]}
                """
            return flowComplaint(
                vast.merging(["obstacles": bodies, "resolution": "2048", "length": "0.25"]) { $1 })
        }
        #expect(slit(0.0015) == nil)
        #expect(slit(0)?.contains("close the channel") == true)
    }
}
