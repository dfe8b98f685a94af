import PDEData

extension SemilinearProblem {
    /// Axes, fields and numbers.
    public func description(in recipe: Recipe) -> DatasetDescription {
        let names = ["x", "y", "z"].prefix(equation.dimensions)
        let dimensions = zip(names, grid(in: recipe).axes).enumerated().map { number, pair in
            let (name, axis) = pair
            let points = Swift.stride(from: 0, to: axis.count, by: recipe.stride(along: number))
            return Dimension(name: name, coordinates: points.map { axis.coordinates[$0] }, length: axis.length)
        }
        return DatasetDescription(
            name: recipe.name, title: recipe.title,
            dimensions: dimensions,
            times: recipe.frames.times,
            fields: equation.fields.map { field in
                FieldDescription(
                    name: field.name, order: field.components > 1 ? 1 : 0,
                    summary: "the solution of \(equation.formula), non-dimensional")
            },
            parameters: equation.coefficients.map { ScalarDescription(name: $0.name, summary: $0.summary) },
            diagnostics: [
                ScalarDescription(name: "steepness", summary: "difficulty: largest |∂u/∂x| over all frames"),
                ScalarDescription(
                    name: "points_per_layer",
                    summary:
                        "difficulty: thickness of the thinnest layer (jump / slope) in spacings of the solver's grid"),
                ScalarDescription(name: "steps", summary: "health: time steps taken"),
                ScalarDescription(name: "max_cfl", summary: "health: largest CFL number of any step"),
                ScalarDescription(
                    name: "energy_balance",
                    summary: "health: largest error of the energy budget, relative to the largest energy"),
                ScalarDescription(
                    name: "spectral_tail",
                    summary: "health: largest share of the energy in the highest tenth of the wavenumbers"),
                ScalarDescription(
                    name: "smallest_scale",
                    summary: "health: wavelength below which 1e-6 of the energy lies, in spacings of the solver's grid"),
            ],
            boundaries: names.map { Boundary(.periodic, dimension: $0) }, mayRepeat: self.health.allowsSteady)
    }
}
