import PDEData

extension SemilinearSolver {
    var complaint: String? { health.complaint(problem.health) }

    var steadyAdvice: String {
        "the state has become steady; ask for fewer frames, or store it all the same (health.steady)"
    }

    func finish(_ fields: [[Float]], of draw: SemilinearDraw, _ watch: SampleWatch) -> Trial {
        var difficulty = Dictionary(
            uniqueKeysWithValues: zip(problem.equation.coefficients.map(\.name), draw.coefficients))
        difficulty["steepness"] = health.steepness
        // A state without any slope has no layer; the whole box counts as one.
        difficulty["points_per_layer"] = min(health.layerPoints, Double(recipe.resolutions.range.upperBound))
        let measures = [
            "max_cfl": health.courant, "energy_balance": health.energyBalance, "spectral_tail": health.spectralTail,
            "smallest_scale": min(health.smallestScale, Double(recipe.resolutions.range.upperBound)),
        ]
        // What makes a sample this one is its first frame and its coefficients: the same state with another viscosity is another
        // problem.
        let identity =
            draw.coefficients.flatMap(\.floatPatterns) + fields.flatMap { $0.prefix($0.count / recipe.frames.count) }
        return .sound(
            SolvedSample(
                fields: fields, difficulty: difficulty, health: measures, steps: health.steps,
                scalars: ["steps": [Double(health.steps)]], identity: identity))
    }
}
