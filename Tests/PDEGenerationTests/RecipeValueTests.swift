import PDEConfig
import PDEGeneration
import PDESolvers
import Testing

/// Recipes of values are those of their texts.
@Suite struct RecipeValueTests {
    private func expect(_ values: Recipe, is text: String) throws {
        let read = try StrictDecoder().decode(Recipe.self, from: JSON.parse(text, file: "text"))
        #expect(values == read)
        // What is printed can be read again.
        #expect(
            try StrictDecoder().decode(Recipe.self, from: JSON.parse(values.description, file: "printed")) == values)
    }

    private let few = Recipe.SampleCounts(train: 1, test: 1)

    @Test func poisson() throws {
        let recipe = try Recipe(
            "p",
            .elliptic(
                PoissonEquation(sides: .random), source: .random(waves: .logUniform(1...4)),
                obstacles: .drawn(0...2, in: .cavity),
                solver: EllipticProblem.Solver(
                    ConjugateGradientMethod(preconditioner: IncompleteCholesky()), precision: .float)),
            resolution: 32, samples: few)
        try expect(
            recipe,
            is: """
                { "name": "p", "equation": { "name": "poisson", "sides": "random" }, "resolution": 32,
                  "source": { "waves": { "logUniform": [1, 4] } }, "obstacles": { "count": [0, 2] },
                  "solver": { "precision": "float", "preconditioner": "incomplete-cholesky" },
                  "samples": { "train": 1, "test": 1 } }
                """)
    }

    @Test func darcy() throws {
        var health = EllipticProblem.HealthLimits(solver: EllipticProblem.Solver())
        health.balance = 1e-3
        try expect(
            Recipe("d", .elliptic(DarcyEquation(), health: health), resolution: 42, samples: few),
            is: """
                { "name": "d", "equation": { "name": "darcy" }, "resolution": 42, "health": { "balance": 1e-3 },
                  "samples": { "train": 1, "test": 1 } }
                """)
    }

    @Test func multiscale() throws {
        try expect(
            Recipe(
                "m", .multiscale(MultiscaleEquation(dimensions: 2, problems: [.poisson])), resolution: 512, samples: few
            ),
            is: """
                { "name": "m", "equation": { "name": "multiscale", "dimensions": 2, "problems": ["poisson"] },
                  "resolution": 512,
                  "samples": { "train": 1, "test": 1 } }
                """)
    }

    @Test func landau() throws {
        try expect(
            Recipe(
                "l",
                .landau(
                    initial: .mix([
                        .bkw(width: .uniform(0.55...0.7)), .twoBeam(distance: .uniform(1...1.5), share: .fixed(0.5)),
                    ]
                    ),
                    solver: LandauProblem.Solver(particles: LandauProblem.Particles(count: 500))),
                resolution: 32, frames: 5, interval: 0.5, samples: few),
            is: """
                { "name": "l", "equation": { "name": "landau" }, "resolution": 32,
                  "initial": { "kind": "mix", "states": [
                    { "kind": "bkw", "width": { "uniform": [0.55, 0.7] } }, { "kind": "two-beam", "distance": { "uniform": [1, 1.5] } }] },
                  "solver": { "particles": { "count": 500 } }, "frames": { "count": 5, "interval": 0.5 },
                  "samples": { "train": 1, "test": 1 } }
                """)
    }

    @Test func boxesWithSidesOfTheirOwn() throws {
        try expect(
            Recipe(
                "a",
                .semilinear(
                    Semilinear(AdvectionDiffusion(velocity: [1], diffusivity: 0.1), dimensions: 2),
                    initial: InitialRecipe(FourierSeries(modes: 2))), length: [2, 1], resolution: [64, 32], frames: 3,
                interval: 0.1, frameResolution: [32, 16], samples: few),
            is: """
                { "name": "a", "equation": { "name": "advection-diffusion", "dimensions": 2, "diffusivity": 0.1 },
                  "initial": { "kind": "fourier", "modes": 2 }, "length": [2, 1], "resolution": [64, 32],
                  "frames": { "count": 3, "interval": 0.1, "resolution": [32, 16] },
                  "samples": { "train": 1, "test": 1 } }
                """)
    }
}
