import PDEConfig

extension Recipe {
    /// Refuses the coefficients of a sample, as its file has them, with which the equation has no solver.
    ///
    /// - Throws: `GenerationError.coefficient`.
    public func checkCoefficients(_ parameters: [String: Double], of sample: Int) throws(GenerationError) {
        guard case .semilinear(let problem) = problem else { return }
        for name in problem.equation.coefficients.map(\.name) {
            let range = EquationRecipe.range(of: name)
            guard let value = parameters[name], !range.contains(value) else { continue }
            throw .coefficient(
                sample: sample, name: name, value: value, allowed: "\(range)", equation: problem.equation.name.rawValue)
        }
    }
}

extension EquationRecipe {
    /// What a coefficient in a file may be: what a recipe may ask for, with room for the round-off of single precision.
    fileprivate static func range(of coefficient: String) -> Bounds<Double> {
        switch coefficient {
        case "viscosity": .moreThan(0, atMost: 1e13)
        case "diffusivity", "drag": .between(0, 1e13)
        default: .between(-1e7, 1e7)
        }
    }
}
