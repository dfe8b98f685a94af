import PDEGeometry

extension EllipticProblem {
    /// The card's text.
    public func card(in recipe: Recipe) -> CardText {
        CardText(
            statement: """
                    \(profile.formula)

                on a box of height 1\(recipe.length == 1 ? "" : " and length \(CardText.number(recipe.length))"), \
                \(sidesText).
                \(drawn.map { "- \($0)" }.joined(separator: "\n"))
                """,
            making: [
                "`\(equation.solutionName)` is the solution; the other fields are what it comes from, and have no time"
            ]
                + (hasSolids
                    ? [
                        "`mask` is 1 in solid cells, where the solution and the source are 0; `sdf` is the signed distance to the "
                            + "solids; their true shapes stand as JSON in `provenance/obstacles`"
                    ] : [])
                + [
                    "solver: cell-centred finite volumes of second order, \(solver.method.summary(CardText.number)) to a relative "
                        + "residual of \(CardText.number(solver.tolerance)), or as far as round-off lets it (`residual` is the "
                        + "measured one), \(solver.precision.rawValue) precision, \(gridText(in: recipe))\(storedText(in: recipe))"
                ])
    }

    private var sidesText: String {
        switch equation.sides {
        case .value: "u = 0 on its sides"
        case .flux: "no flux through its sides: u has zero mean, and the source's mean is taken out"
        case .random:
            "with u = 0 or no flux on each side, drawn for every sample (`value_x_low`, …: 1 or 0)"
                + (hasSourceField ? "" : "; never without a value, with which nothing would balance the source")
        }
    }

    private var drawn: [String] {
        var lines: [String] = []
        switch source {
        case .uniform(let value): lines.append("source: f = \(CardText.number(value))")
        case .random(let waves):
            lines.append(
                "source: a Gaussian random field, N(0, (−Δ + (πw)²)⁻⁴) with Neumann modes, over its root mean square; "
                    + "w, `waves`, \(CardText.words(waves))")
        }
        if let permeability = equation.permeability {
            let field = permeability.field
            lines.append(
                "permeability: \(permeability.summary(CardText.words)); g a Gaussian random field, "
                    + "N(0, (−Δ + \(CardText.number(field.shift)))^−\(CardText.number(field.exponent))) with Neumann modes"
                    + (field.hasZeroMean ? " but the constant one" : ""))
        }
        if hasSolids {
            let surface = equation.solid == .flux ? "no flux through their surface" : "u = 0 on their surface"
            lines.append("solids: \(solidsText), \(surface)")
        }
        return lines
    }

    private var solidsText: String {
        switch obstacles {
        case .none, .level(.none): return "none"
        case .bodies(let bodies): return "the same \(bodies.count) in all samples"
        case .level(.one): return "one square of 16 × 16 cells of 128 × 128, anywhere"
        case .level(.many): return "two to ten squares of 8 × 8 cells of 128 × 128, anywhere"
        case .placed(let placement):
            let kinds = placement.kinds.map(\.rawValue).joined(separator: ", ")
            let (low, high) = (placement.count.lowerBound, placement.count.upperBound)
            let (small, large) = (placement.size.lowerBound, placement.size.upperBound)
            return (low == high ? "\(low)" : "\(low) to \(high)") + " a sample (\(kinds)), "
                + (small == large
                    ? CardText.number(small) : "\(CardText.number(small)) to \(CardText.number(large))")
                + " heights long, placed at random"
        }
    }

    private func storedText(in recipe: Recipe) -> String {
        let block = Array(repeating: "\(recipe.stride)", count: equation.dimensions).joined(separator: " × ")
        return recipe.stride > 1 ? ", means over \(block) of which are stored" : ""
    }
}
