import PDECore

extension SemilinearProblem {
    /// The card's text.
    public func card(in recipe: Recipe) -> CardText {
        CardText(
            statement: statement(in: recipe),
            making: [
                "initial state: \(initialText)",
                "solver: pseudo-spectral, \(equation.degree == 3 ? "1/2" : "2/3") dealiasing, ETDRK\(solver.method.rawValue), \(solver.precision.rawValue) "
                    + "precision, \(gridText(in: recipe)) of which \(Self.text(recipe.frames.resolutions)) are stored, "
                    + stepText,
            ])
    }

    private func statement(in recipe: Recipe) -> String {
        let box =
            equation.dimensions == 1
            ? "x ∈ [0, \(number(recipe.length))], periodic"
            : recipe.lengths.values.count > 1
                ? "a periodic box of \(recipe.lengths.values.map(number).joined(separator: " × "))"
                : "a periodic box of side \(number(recipe.length)) in \(equation.dimensions) dimensions"
        let coefficients = equation.coefficients.map {
            "- `\($0.name)`: \($0.summary); \(words($0.distribution))"
        }
        return (["    \(equation.formula)", "", "on \(box), non-dimensional."] + coefficients)
            .joined(separator: "\n")
    }

    private var initialText: String {
        let shape = initial.state.summary(number)
        let amplitude =
            initial.amplitude == .fixed(1) ? "" : ", times a factor \(words(initial.amplitude))"
        return shape + amplitude
            + (initial.mean == .fixed(0) ? "" : ", plus a mean \(words(initial.mean))")
    }

    private var stepText: String {
        switch (solver.courant, solver.step) {
        case (let courant?, nil): "steps of CFL \(number(courant))"
        case (let courant?, let step?): "steps of CFL \(number(courant)), at most \(number(step))"
        case (nil, let step):
            "steps of \(number(step ?? 0))"
                + (solver.firstStep.map { " after a graded start from \(number($0))" } ?? "")
        }
    }

    private func number(_ value: Double) -> String { CardText.number(value) }

    private func words(_ distribution: Distribution) -> String { CardText.words(distribution) }
}
