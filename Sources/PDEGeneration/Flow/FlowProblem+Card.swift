import PDEGeometry
import PDESolvers

extension FlowProblem {
    /// The card's text.
    public func card(in recipe: Recipe) -> CardText {
        CardText(
            statement: """
                    \(profile.formula)

                \(domain(in: recipe))
                - `reynolds`: \(CardText.words(equation.reynolds))
                - obstacles: \(obstacleText)
                """,
            making: [
                startText,
                "`mask` is 1 in solid cells, where velocity and pressure are 0; `sdf` is the signed distance to the obstacles; "
                    + "their true shapes stand as JSON in `provenance/obstacles`",
                "`drag_k`, `lift_k`, `pressure_k`: the forces on obstacle k, over density × height × peak speed², and its "
                    + "mean pressure, frame by frame",
                solverText(in: recipe),
            ])
    }

    private func solverText(in recipe: Recipe) -> String {
        let pressure = solver.pressure.summary(CardText.number)
        return "solver: staggered finite volumes, \(pressure) pressure projection, "
            + "\(solver.precision.rawValue) precision, \(gridText(in: recipe))\(storedText(in: recipe)), \(stepText)"
    }

    /// What frame 0 is.
    private var startText: String {
        let start =
            equation.familyName == .channel
            ? "frame 0 is the irrotational flow that sets in at once when a fluid at rest is set in motion; its pressure is "
                + "that of a fluid without viscosity, and its forces those of this pressure, for friction is infinite then"
            : "frame 0 is the fluid at rest when the lid sets off"
        let perturbation =
            equation.perturbation > 0
            ? ", plus a random velocity of long waves with a root mean square of \(CardText.number(equation.perturbation))"
            : ""
        return "initial state: \(start)\(perturbation); times are in heights over the peak speed"
    }

    private func domain(in recipe: Recipe) -> String {
        let box = "of height 1 and length \(CardText.number(recipe.length))"
        switch equation.family {
        case .channel(let inlet, let outlet):
            let profile =
                inlet == .parabolic ? "parabolic inlet of peak speed 1" : "uniform inlet of speed 1"
            let end = outlet == .pressure ? "p = 0 at the outlet" : "convective outlet"
            return "in a channel \(box): \(profile) on the left, \(end) on the right, no slip at walls and obstacles."
        case .cavity:
            return "in a cavity \(box): the upper wall moves at speed 1, no slip at walls and obstacles."
        case .periodic: return ""
        }
    }

    private var obstacleText: String {
        switch obstacles {
        case .none, .level(.none): return "none"
        case .bodies(let bodies):
            return bodies.count == 1 ? "the same one in all samples" : "the same \(bodies.count) in all samples"
        case .level(.one): return "one square of 16 × 16 cells of 128 × 128, anywhere"
        case .level(.many): return "two to ten squares of 8 × 8 cells of 128 × 128, anywhere"
        case .placed(let placement):
            let kinds = placement.kinds.map(\.rawValue).joined(separator: ", ")
            return "\(words(placement.count)) a sample (\(kinds)), \(words(placement.size)) heights long"
                + (placement.isRotated ? ", turned at random" : "")
                + ", at least \(CardText.number(placement.gap)) apart, placed at random"
        }
    }

    private func storedText(in recipe: Recipe) -> String {
        recipe.stride > 1 ? ", means over \(recipe.stride) × \(recipe.stride) of which are stored" : ""
    }

    private var stepText: String {
        switch (solver.courant, solver.step) {
        case (let courant?, nil): "steps of CFL \(CardText.number(courant))"
        case (let courant?, let step?): "steps of CFL \(CardText.number(courant)), at most \(CardText.number(step))"
        case (nil, let step): "steps of \(CardText.number(step ?? 0))"
        }
    }

    private func words(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }

    private func words(_ range: ClosedRange<Double>) -> String {
        range.lowerBound == range.upperBound
            ? CardText.number(range.lowerBound)
            : "\(CardText.number(range.lowerBound)) to \(CardText.number(range.upperBound))"
    }
}
