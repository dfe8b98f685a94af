import PDEData

extension EllipticProblem {
    /// The names of scalars that say what holds on the sides: lower and upper of each axis.
    var sideNames: [String] {
        ["x", "y", "z"].prefix(equation.dimensions).flatMap { ["value_\($0)_low", "value_\($0)_high"] }
    }

    /// The axes of difficulty, with their meanings.
    private var difficulty: [(name: String, summary: String)] {
        var numbers: [(String, String)] = []
        if hasSourceField { numbers.append(("waves", "half waves of the source across the height")) }
        if equation.sides == .random { numbers.append(("flux_sides", "number of sides without flux")) }
        if hasSolids {
            numbers += [
                ("obstacles", "number of solids"), ("blockage", "largest share of a cross-section that is solid"),
                ("smallest_gap", "smallest gap between two solids or a solid and a side, in heights; 1 without any"),
            ]
        }
        if equation.permeability != nil {
            numbers += [
                ("contrast", "largest over smallest permeability"),
                ("variation", "mean of |∂ ln a| per height, summed over the axes"),
            ]
        }
        return numbers
    }

    private var diagnostics: [(name: String, summary: String)] {
        [
            ("iterations", "iterations of \(solver.method.summary(CardText.number))"),
            ("residual", "relative residual in the 2-norm of the stored solution before rounding"),
            ("balance", "largest difference of a cell's outflow and its source, relative to the largest source"),
            ("floating_regions", "regions in which the solution is fixed up to a constant and has zero mean"),
        ]
    }

    private var fields: [FieldDescription] {
        let isDarcy = equation.permeability != nil
        let unit = isDarcy ? "" : ", in heights² × source"
        var fields = [
            FieldDescription(
                name: equation.solutionName, order: 0,
                summary: "the solution u of \(equation.formula)\(unit); 0 in solid cells")
        ]
        func constant(_ name: String, _ summary: String) {
            fields.append(FieldDescription(name: name, order: 0, isTimeVarying: false, summary: summary))
        }
        if hasSourceField { constant("source", "f; 0 in solid cells") }
        if isDarcy { constant("permeability", "a") }
        if hasSolids {
            constant("mask", "1 in solid cells, 0 elsewhere")
            constant("sdf", "signed distance to the nearest solid, in heights; negative inside")
        }
        return fields
    }

    /// Axes, fields and numbers.
    public func description(in recipe: Recipe) -> DatasetDescription {
        let stored = grid(in: recipe, resolution: recipe.frames.resolution)
        let names = ["x", "y", "z"].prefix(equation.dimensions)
        let sides =
            equation.sides == .random
            ? sideNames.map { ScalarDescription(name: $0, summary: "1 where u = 0 on this side, 0 without flux") } : []
        return DatasetDescription(
            name: recipe.name, title: recipe.title,
            dimensions: zip(names, stored.axes).map {
                Dimension(name: $0, coordinates: $1.coordinates, length: $1.length)
            },
            times: [0], fields: fields, parameters: sides,
            scalars: difficulty.map { ScalarDescription(name: $0.name, summary: "difficulty: \($0.summary)") },
            diagnostics: diagnostics.map { ScalarDescription(name: $0, summary: "health: \($1)") },
            boundaries: names.map { Boundary(.wall, dimension: $0) }, notes: hasSolids ? ["obstacles"] : [])
    }
}
