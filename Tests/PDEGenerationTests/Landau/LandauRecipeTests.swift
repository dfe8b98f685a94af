import PDEConfig
import PDEGeneration
import Testing

@Suite struct LandauRecipeTests {
    private func problem(_ changes: [String: String] = [:]) throws -> LandauProblem {
        guard let problem = try landauRecipe(changes).problem.as(LandauProblem.self) else {
            preconditionFailure("expected Landau's equation")
        }
        return problem
    }

    @Test func defaultsAreFilledInAndSurviveARoundTrip() throws {
        for changes in [
            [:], ["solver": "{}"], ["equation": "{\"name\": \"landau\", \"kernel\": \"coulomb\", \"strength\": 0.1}"],
            [
                "equation": "{\"name\": \"landau\", \"dimensions\": 3}", "resolution": "24",
                "initial": "{\"kind\": \"gaussian\", \"anisotropy\": 1.5}",
            ],
            [
                "solver.particles":
                    "{\"count\": 300, \"score\": \"polynomial\", \"scheme\": \"rungeKutta4\", \"step\": 0.01, \"batch\": 20}",
                "health": "{\"entropyRise\": 1e-6}",
            ],
        ] {
            let original = try landauRecipe(changes)
            let text = try StrictEncoder().encode(original).serialized()
            let again = try StrictDecoder().decode(Recipe.self, from: JSON.parse(text, file: "again"))
            #expect(again == original)
            #expect(try StrictEncoder().encode(again).serialized() == text)
        }
    }

    @Test func aRecipeNeedsLittle() throws {
        let text = """
            { "name": "short", "samples": { "train": 2 }, "equation": { "name": "landau" },
              "initial": { "kind": "two-beam", "distance": 2 }, "frames": { "count": 3, "interval": 0.5 } }
            """
        let recipe = try StrictDecoder().decode(Recipe.self, from: JSON.parse(text, file: "short"))
        #expect(recipe.resolution == 48 && recipe.frames.resolution == 48)
        // At six thermal speeds the equilibrium has fallen to e^(−18): a wider grid would waste its points.
        #expect(recipe.length == 12)
        guard let problem = recipe.problem.as(LandauProblem.self) else {
            preconditionFailure("expected Landau's equation")
        }
        #expect(problem.equation.exponent == .fixed(0) && problem.equation.strength == 1.0 / 16)
        #expect(problem.solver.particles == nil && problem.health.attempts == 5)
        #expect(
            try self.problem(["equation": "{\"name\": \"landau\", \"kernel\": \"coulomb\"}"]).equation.exponent
                == .fixed(-3))
    }

    @Test(arguments: [
        (["equation.gamma": "-3.5"], "equation.gamma", "between -3"),
        (["equation.gamma": "{\"uniform\": [-3, 2]}"], "equation.gamma", "between -3"),
        (["equation.kernel": "\"maxwell\""], "equation.kernel and equation.gamma", "leave one of them out"),
        (
            ["equation": "{\"name\": \"landau\", \"kernel\": \"coulom\"}"], "equation.kernel",
            "did you mean \"coulomb\"?"
        ),
        (["equation.dimensions": "4"], "equation.dimensions", "between 2 and 3"),
        (["equation.strength": "0"], "equation.strength", "between 1e-12 and 1e12"),
        (["equation.viscosity": "1"], "unknown key equation.viscosity", "gamma"),
        (["equation.name": "\"landeau\""], "equation.name", "did you mean \"landau\"?"),
        (["initial": "{\"kind\": \"fourier\"}"], "initial.kind", "\"two-beam\""),
        (["initial": "{\"kind\": \"bkw\", \"width\": 0.3}"], "initial.width", "between 0.5"),
        (["initial": "{\"kind\": \"bkw\", \"width\": 0.7}"], "initial and samples", "draw the width from a range"),
        (
            ["initial": "{\"kind\": \"temperatures\", \"temperatures\": [1.2, 1]}"], "initial.temperatures",
            "a mean of 1"
        ),
        (
            ["initial": "{\"kind\": \"temperatures\", \"temperatures\": [1.2, 1, 0.8]}"],
            "initial and equation.dimensions", "every axis has one"
        ),
        (
            ["initial": "{\"kind\": \"temperatures\", \"temperatures\": [1.2, 0.8]}"], "initial and samples",
            "given temperatures do not differ"
        ),
        (
            [
                "initial": """
                {"kind": "mix", "states": [{"kind": "temperatures", "temperatures": [1.2, 0.8]},
                  {"kind": "gaussian", "anisotropy": {"uniform": [1.5, 4]}}]}
                """
            ], "given temperatures do not differ\n",
            "\n  leave the temperatures out of the mix, or draw gamma from a range"
        ),
        (["initial": "{\"kind\": \"mix\", \"states\": []}"], "initial.states", "at least one state"),
        (["initial": "{\"kind\": \"two-beam\", \"distance\": 3}"], "initial", "equal beams need a distance below 2.8"),
        (
            ["initial": "{\"kind\": \"two-beam\", \"distance\": 2.6}"], "resolution",
            "too coarse for the narrowest initial state"
        ),
        (["resolution": "16"], "resolution", "a resolution of 2"),
        (["resolution": "31"], "resolution", "an even number"),
        (["resolution": "512"], "resolution", "to 256 in 2 dimensions"),
        (["length": "6"], "resolution", "too narrow"),
        (["length": "40"], "resolution", "too coarse"),
        (
            [
                "equation": "{\"name\": \"landau\", \"dimensions\": 3}", "resolution": "128",
                "initial": "{\"kind\": \"gaussian\", \"anisotropy\": 1.5}",
            ], "resolution", "to 64 in 3 dimensions"
        ),
        (
            [
                "equation": "{\"name\": \"landau\", \"dimensions\": 3}",
                "initial": "{\"kind\": \"bkw\", \"width\": 0.55}",
            ],
            "initial and equation.dimensions", "negative below 0.6"
        ),
        (["frames.resolution": "20"], "frames.resolution", "would do"),
        (["solver.step": "0.25"], "solver.step", "unstable on this grid"),
        (["solver.step": "1e-9"], "solver.step", "10 million steps"),
        (["frames.interval": "1e5"], "frames.interval", "a frame would take about"),
        (["solver.particles": "{\"count\": 10}"], "solver.particles.count", "between 100 and"),
        (["solver.particles.score": "\"blob\""], "solver.particles.score", "did you mean \"blobs\"?"),
        (["solver.particles.score": "\"exact\""], "solver.particles.score", "kind bkw alone"),
        (
            ["solver.particles": "{\"count\": 200, \"score\": \"polynomial\", \"variance\": 0.1}"],
            "solver.particles.variance", "only the score of blobs"
        ),
        (["solver.particles.batch": "1"], "solver.particles.batch", "between 2 and"),
        (["solver.precision": "\"float\""], "unknown key solver.precision", "particles"),
        (["obstacles": "2"], "unknown key obstacles", "initial"),
        (["health": "{\"cfl\": 1}"], "unknown key health.cfl", "negativeShare"),
        (["frames.count": "100000", "solver.particles.count": "100000"], "frames.count", "GB"),
    ])
    func recipesThatCannotRunAreRefused(_ changes: [String: String], _ path: String, _ hint: String) throws {
        let complaint = try #require(landauComplaint(changes), "\(changes)")
        #expect(complaint.contains(path), "\(complaint)")
        #expect(complaint.contains(hint), "\(complaint)")
    }

    /// What an error advises runs.
    @Test func theAdvisedResolutionFits() throws {
        let initial = "{\"kind\": \"two-beam\", \"distance\": 2.6}"
        let complaint = try #require(landauComplaint(["initial": initial]))
        let words = complaint.split { !$0.isNumber && $0 != "." }
        let place = try #require(complaint.firstRange(of: "a resolution of "))
        let number = complaint[place.upperBound...].prefix { $0.isNumber }
        #expect(words.contains(number))
        #expect(landauComplaint(["initial": initial, "resolution": String(number)]) == nil)
    }

    @Test func otherEquationsDoNotTakeItsName() {
        #expect(complaint(["equation": "{\"name\": \"landau\"}"])?.contains("initial.kind") == true)
    }
}
