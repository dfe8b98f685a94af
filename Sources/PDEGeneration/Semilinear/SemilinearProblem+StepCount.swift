import PDEConfig
import PDECore
import PDEPlot
import PDESolvers

extension SemilinearProblem {
    /// Refuses a CFL number that sets steps that would never end, where it is known how fast states are at least.
    func validateStepCount(_ recipe: Recipe) throws(ConfigurationError) {
        guard let courant = solver.courant else { return }
        let steps = recipe.frames.interval * leastSpeed / (courant * grid(in: recipe).smallestSpacing)
        guard steps > 1e7 else { return }
        throw .combination(
            paths: ["solver.cfl", "frames.interval"],
            found: "\(NumberText.short(courant)) and \(NumberText.short(recipe.frames.interval))",
            why: "a frame would take more than 10 million steps",
            advice: "use a larger CFL number or a shorter interval")
    }

    /// A speed that is reached somewhere in every sample; 0 where nothing says so.
    private var leastSpeed: Double {
        let least = leastMagnitude
        return equation.extremes.map { $0.equation.demands.speed(least) }.min() ?? 0
    }

    /// The least that the largest magnitude of an initial state may be.
    private var leastMagnitude: Double {
        guard initial.state.isNormalized else { return 0 }
        let (amplitude, mean) = (magnitudes(of: initial.amplitude), magnitudes(of: initial.mean))
        // An extreme of one sign may meet a mean of the other.
        return max(0, amplitude.lowerBound - mean.upperBound, mean.lowerBound - amplitude.upperBound)
    }

    private func magnitudes(of distribution: Distribution) -> ClosedRange<Double> {
        let range = distribution.range
        let (a, b) = (abs(range.lowerBound), abs(range.upperBound))
        return (range.contains(0) ? 0 : min(a, b))...max(a, b)
    }
}
