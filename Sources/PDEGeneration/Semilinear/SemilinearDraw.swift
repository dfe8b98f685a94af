import PDECore

/// What is drawn for a sample of a semilinear equation.
struct SemilinearDraw {
    /// Which of the initial state's states, where it holds some.
    let place: Int
    /// The equation's coefficients, in the order of the recipe.
    let coefficients: [Double]
    /// Amplitude and mean of the initial state.
    let amplitude, mean: Double
    /// The stream of each component's shape.
    let shape: (Int) -> RandomStream
}

extension SemilinearProblem {
    /// How many initial states there are, where each sample has its own of them.
    var stateCount: Int? {
        initial.state.stateCount(dimensions: equation.dimensions, components: equation.components)
    }

    /// The draw of a sample: a function of seed, index and attempt.
    func draw(index: Int, attempt: Int, in recipe: Recipe) -> SemilinearDraw {
        func stream(_ purpose: RandomStream.Purpose) -> RandomStream {
            RandomStream(seed: recipe.seed, index: index, purpose: purpose, attempt: attempt)
        }
        let coefficients = equation.coefficients.map { coefficient in
            var numbers = stream(RandomStream.Purpose(coefficient.name))
            return coefficient.distribution.draw(from: &numbers)
        }
        var (amplitude, mean) = (stream("amplitude"), stream("mean"))
        return SemilinearDraw(
            place: stateCount == nil ? 0 : recipe.place(of: index), coefficients: coefficients,
            amplitude: initial.amplitude.draw(from: &amplitude), mean: initial.mean.draw(from: &mean)
        ) { stream(RandomStream.Purpose("initial state \($0)")) }
    }

    /// What is drawn for a sample.
    public func drawnValues(index: Int, attempt: Int, in recipe: Recipe) -> [DrawnValue] {
        let draw = draw(index: index, attempt: attempt, in: recipe)
        return zip(equation.coefficients, draw.coefficients).map {
            DrawnValue(path: "equation.\($0.name)", distribution: $0.distribution, value: $1)
        } + [
            DrawnValue(path: "initial.amplitude", distribution: initial.amplitude, value: draw.amplitude),
            DrawnValue(path: "initial.mean", distribution: initial.mean, value: draw.mean),
        ]
    }
}
