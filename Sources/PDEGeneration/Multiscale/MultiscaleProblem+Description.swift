import PDEData
import PDESolvers

extension MultiscaleProblem {
    /// The numbers of health, with their meanings.
    private static let health = [
        ("error", "relative L2 distance from the known solution, before rounding"),
        ("degree", "degree of the polynomials along each axis"),
        ("residual", "relative residual of the coefficients' equations; 0 of a quadrature"),
        ("newton_steps", "steps of Newton's method; 0 of linear problems"),
        ("iterations", "iterations of GMRES in them"),
        ("spectral_tail", "share of the squared coefficients in the highest tenth of the degrees"),
    ]

    /// Axes, fields and numbers.
    public func description(in recipe: Recipe) -> DatasetDescription {
        let names = ["x", "y"].prefix(equation.dimensions)
        func list<Name: CaseIterable & RawRepresentable<String>>(_: Name.Type) -> String {
            Name.allCases.enumerated().map { "\($0) \($1.rawValue)" }.joined(separator: ", ")
        }
        return DatasetDescription(
            name: recipe.name, title: recipe.title,
            dimensions: zip(names, storedGrid(in: recipe).axes).map {
                Dimension(name: $0, coordinates: $1.coordinates)
            },
            times: [0],
            fields: [
                FieldDescription(name: "solution", order: 0, summary: "u, as the solver finds it"),
                FieldDescription(name: "source", order: 0, isTimeVarying: false, summary: "f"),
            ],
            parameters: [
                ScalarDescription(name: "equation", summary: list(MultiscaleEquation.ProblemName.self)),
                ScalarDescription(name: "case", summary: list(MultiscaleSolution.self)),
                ScalarDescription(name: "frequency", summary: "factor of all frequencies; 1 are the published ones"),
            ],
            scalars: [
                ScalarDescription(name: "wavenumber", summary: "difficulty: largest wavenumber along an axis"),
                ScalarDescription(
                    name: "points_per_wave", summary: "difficulty: stored points in the shortest wave along an axis"),
            ],
            diagnostics: Self.health.map { ScalarDescription(name: $0, summary: "health: \($1)") },
            boundaries: names.map { Boundary(.wall, dimension: $0) })
    }

    /// The card's text.
    public func card(in recipe: Recipe) -> CardText {
        let cases = equation.cases.enumerated().map { number, posed in
            "- \(number): \(posed.problem.rawValue), u = \(posed.solution.formula)"
        }
        return CardText(
            statement: """
                    \(profile.formula)

                on [0, \(CardText.number(recipe.length))]\(equation.dimensions == 1 ? "" : "²"), with u given on the boundary, \
                or for advection where the flow comes in. The problems of S. Fang et al., "Solving high frequency and \
                multi-scale PDEs with Gaussian processes" (2024), in the order of samples:

                \(cases.joined(separator: "\n"))
                """,
            making: [
                "samples 0…\(equation.cases.count - 1) have the published frequencies; later rounds have all frequencies times "
                    + "`frequency`, \(CardText.words(equation.frequency))",
                "`source` is f; boundary values are `solution`'s at the ends of the axes",
                "solver: Legendre–Galerkin with \(gridText(in: recipe)), Newton's method for the nonlinear equation, "
                    + "characteristics for advection; double precision; values on \(recipe.frames.resolution) points an axis, "
                    + "both ends included",
            ])
    }
}
