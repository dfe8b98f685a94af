import PDEData
import PDEGeometry

extension FlowProblem {
    /// The names of the axes of difficulty beside the Reynolds number, with their meanings.
    private static let difficulty = [
        ("obstacles", "number of obstacles"),
        ("blockage", "largest share of a cross-section that is solid"),
        (
            "smallest_gap",
            "smallest gap between two obstacles or an obstacle and a wall, in heights; 1 without obstacles"
        ),
        (
            "obstacle_reynolds",
            "largest of the obstacles' extent × undisturbed speed at its centre × Reynolds number; 0 without obstacles"
        ),
    ]

    /// The numbers of health beside the steps, with their meanings.
    static let health = [
        ("max_cfl", "largest CFL number of any step"),
        ("divergence", "largest divergence in a fluid cell, times cell size over the peak speed"),
        ("flux_imbalance", "largest difference of inflow and outflow, relative to the inflow"),
        ("pressure_residual", "largest relative residual of a pressure solve"),
        ("pressure_iterations", "most iterations of a pressure solve; 0 if all were direct"),
        ("numerical_dissipation", "share of all dissipation that the advection scheme is to blame for"),
        ("cell_reynolds", "Reynolds number of a cell: Reynolds number × cell size"),
    ]

    /// Axes, fields and numbers.
    public func description(in recipe: Recipe) -> DatasetDescription {
        let stored = grid(in: recipe, resolution: recipe.frames.resolution)
        let isChannel = equation.familyName == .channel
        let unit = isChannel ? "the peak inlet speed" : "the lid's speed"
        let isOpen = obstacles.largestCount == 0
        let farthest = (stored.upperCorner - stored.lowerCorner).length
        let health = [("steps", "time steps taken")] + Self.health
        let forces = (0..<obstacles.largestCount).flatMap { body in
            [
                (
                    "drag_\(body + 1)",
                    "force along x on obstacle \(body + 1), over density × height × speed²; 0 without it"
                ),
                (
                    "lift_\(body + 1)",
                    "force along y on obstacle \(body + 1), over density × height × speed²; 0 without it"
                ),
                ("pressure_\(body + 1)", "mean pressure on obstacle \(body + 1), over density × speed²; 0 without it"),
            ]
        }
        return DatasetDescription(
            name: recipe.name, title: recipe.title,
            dimensions: zip(["x", "y"], stored.axes).map {
                Dimension(name: $0, coordinates: $1.coordinates, length: $1.length)
            },
            times: recipe.frames.times,
            fields: [
                FieldDescription(name: "velocity", order: 1, summary: "velocity over \(unit); 0 in solid cells"),
                FieldDescription(
                    name: "pressure", order: 0, summary: "pressure over density × speed²; 0 in solid cells"),
                FieldDescription(
                    name: "mask", order: 0, isTimeVarying: false, isSampleVarying: !isOpen,
                    uniformValue: isOpen ? 0 : nil, summary: "1 in solid cells, 0 in the fluid"),
                FieldDescription(
                    name: "sdf", order: 0, isTimeVarying: false, isSampleVarying: !isOpen,
                    uniformValue: isOpen ? Float(farthest) : nil,
                    summary: "signed distance to the nearest obstacle, in heights; negative inside"),
            ],
            parameters: [ScalarDescription(name: "reynolds", summary: "height × \(unit) over viscosity")],
            scalars: Self.difficulty.map { ScalarDescription(name: $0, summary: "difficulty: \($1)") },
            diagnostics: health.map { ScalarDescription(name: $0, summary: "health: \($1)") }
                + forces.map { ScalarDescription(name: $0, summary: $1, isTimeVarying: true) },
            boundaries: isChannel
                ? [Boundary(.open, dimension: "x"), Boundary(.wall, dimension: "y")]
                : [Boundary(.wall, dimension: "x"), Boundary(.wall, dimension: "y")],
            notes: ["obstacles"], mayRepeat: self.health.allowsSteady)
    }
}
