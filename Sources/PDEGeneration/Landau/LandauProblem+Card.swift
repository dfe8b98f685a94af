extension LandauProblem {
    /// The card's text.
    public func card(in recipe: Recipe) -> CardText {
        let side = CardText.number(recipe.length / 2)
        return CardText(
            statement: """
                    \(profile.formula)

                in \(equation.dimensions) dimensions of velocity, on [−\(side), \(side))^\(equation.dimensions). Every sample has mass 1, \
                mean velocity 0 and temperature 1, so that velocities are in thermal speeds of the equilibrium.
                - `gamma`: γ; \(CardText.words(equation.exponent))
                - `strength`: C; \(CardText.number(equation.strength)). Together with the mass it sets the unit of time: for γ = 0 an \
                anisotropy falls like e^(−4dCt)
                """,
            making: [
                "initial state: \(words(initial)); directions are uniform; the one of each sample stands as JSON in "
                    + "`provenance/initial`",
                "`mass`, `momentum_…`, `energy`, `covariance_…`, `fourth_moment`, `entropy`, `entropy_dissipation`: moments of the "
                    + "density, frame by frame, on the solver's grid",
                "solver: \(recipe.resolution) points a side, Fourier–Galerkin with the kernel's exact modes and zero padding, "
                    + "double precision"
                    + (recipe.stride > 1 ? ", of which every \(recipe.stride)th is stored" : "")
                    + ", classical Runge–Kutta, "
                    + (solver.step.map { "steps of \(CardText.number($0))" } ?? "steps as long as stability allows"),
            ] + (solver.particles.map { [words($0)] } ?? []))
    }

    private func words(_ state: LandauInitial) -> String {
        switch state {
        case .bkw(let width):
            "the solution of Bobylev, Krook and Wu with K(0) \(CardText.words(width)), exact for γ = 0"
        case .twoBeam(let distance, let share):
            "two beams at a distance \(CardText.words(distance)), the first with a share \(CardText.words(share)) of the mass"
        case .gaussian(let anisotropy):
            "a Gaussian hotter along a direction by a ratio \(CardText.words(anisotropy))"
        case .temperatures(let values):
            "a Gaussian with temperatures of \(values.map(CardText.number).joined(separator: ", ")) along the axes"
        case .mix(let states): "one of " + states.map { "(\(words($0)))" }.joined(separator: ", ") + ", each as likely"
        }
    }

    private func words(_ particles: Particles) -> String {
        let score =
            switch particles.score {
            case .blobs: "their own density with blobs of variance \(CardText.number(blobVariance(particles)))"
            case .polynomial: "the nearest cubic field"
            case .exact: "the exact solution"
            }
        let sum = particles.batch.map { "random batches of \($0)" } ?? "all pairs"
        let step =
            particles.step.map { "steps of \(CardText.number($0))" } ?? "steps of half the stability limit at most"
        return
            "particles: \(particles.count) of equal weight, drawn independently from the initial density and then moved by the "
            + "linear map that makes their mean 0 and their covariance exactly the density's; "
            + "v̇_i = −Σ_j w_j A(v_i − v_j)(s_i − s_j) over \(sum), score s from \(score), method \(particles.scheme.rawValue), \(step)"
            + (particles.conservesEnergy ? ", energy restored in each step" : "")
    }
}
