import PDEConfig
import PDECore
import PDESolvers

extension SemilinearProblem {
    func validate(in recipe: Recipe) throws(ConfigurationError) {
        try validateGrid(recipe)
        try validateTime(recipe)
        try validateVariety(recipe)
        switch equation {
        case .burgers(_, let viscosity): try validateFronts(lowest: viscosity.range.lowerBound, recipe)
        case .kuramotoSivashinsky: try validateChaos(recipe)
        case .kortewegDeVries, .advectionDiffusion: break
        case .vorticityTransport(_, _, let waves, _): try validateForcing(waves, recipe)
        }
    }

    /// The most points along an axis.
    private var largestResolution: Int { [1 << 20, 8192, 512][equation.dimensions - 1] }

    private func validateGrid(_ recipe: Recipe) throws(ConfigurationError) {
        let (resolution, largest) = (recipe.resolution, largestResolution)
        guard resolution <= largest else {
            throw .invalid(
                path: "resolution", found: "\(resolution)",
                allowed: "at most \(largest) in \(formatCount(equation.dimensions, "dimension"))")
        }
        guard resolution % 2 == 0 else {
            throw .invalid(
                path: "resolution", found: "\(resolution)", allowed: "an even number of points",
                advice: "\(recipe.fastResolution(atLeast: resolution)) is a good one")
        }
        try recipe.validateStride(why: "stored points are every k-th of the solver's")
        let kept = (resolution - 1) / 3
        if case .vorticity = initial.state, equation.dimensions != 2 {
            throw .combination(
                paths: ["initial.kind", "equation.name"],
                found: "vorticity in \(formatCount(equation.dimensions, "dimension"))",
                why: "this state has two dimensions", advice: "use fourier, gaussian or sine")
        }
        if case .vorticity(let random) = initial.state {
            // Most of the energy lies below twice this wavenumber.
            let needed = 2 * random.wavenumber * recipe.length / (2 * .pi)
            guard needed > Double(kept) else { return }
            throw .combination(
                paths: ["initial.wavenumber", "length", "resolution"],
                found: "\(Recipe.short(needed / 2)) waves of this wavenumber on \(resolution) points",
                why:
                    "dealiasing keeps \(formatCount(kept, "wave")), and twice as many as of this wavenumber are needed",
                advice: "use a smaller wavenumber or length, or more points")
        }
        if case .fourier(let modes) = initial.state, modes > kept {
            throw .combination(
                paths: ["initial.modes", "resolution"], found: "\(formatCount(modes, "mode")) on \(resolution) points",
                why: "dealiasing keeps \(kept)",
                advice: "use \(recipe.fastResolution(atLeast: 3 * modes + 2)) points or more"
            )
        }
        if case .sine(let waves) = initial.state, waves > kept {
            throw .combination(
                paths: ["initial.waves", "resolution"], found: "\(formatCount(waves, "wave")) on \(resolution) points",
                why: "dealiasing keeps \(kept)",
                advice: "use \(recipe.fastResolution(atLeast: 3 * waves + 2)) points or more"
            )
        }
    }

    private func validateTime(_ recipe: Recipe) throws(ConfigurationError) {
        try recipe.validateCourant(solver.courant, limit: health.courant)
        let interval = recipe.frames.interval
        if let first = solver.firstStep, !(1e-12...1 ~= first / interval) {
            throw .combination(
                paths: ["solver.firstStep", "frames.interval"], found: "\(first) and \(interval)",
                why: "the first step must be shorter than a frame and not below 1e-12 of it")
        }
        try recipe.validateSteps(fixed: solver.step)
        try validateStepCount(recipe)
    }

    /// The most pairs of equal samples that may be expected.
    private static let mostTwins = 0.1

    /// Refuses recipes whose samples would repeat: one state, with coefficients that do not vary enough.
    private func validateVariety(_ recipe: Recipe) throws(ConfigurationError) {
        guard case .sine = initial.state else { return }
        let counts = ([initial.amplitude, initial.mean] + equation.coefficients.map(\.distribution)).map(\.valueCount)
        guard !counts.contains(nil) else { return }
        let different = counts.reduce(1) { $0 * Double($1!) }
        let total = recipe.samples.total
        guard Double(total) * Double(total - 1) / 2 / different > Self.mostTwins else { return }
        throw .combination(
            paths: ["initial.kind", "equation", "samples"],
            found: "\(total) samples of which \(Int(different)) \(different == 1 ? "differs" : "differ")",
            why:
                "a sine has no random numbers, and neither amplitude and mean nor coefficients vary enough: samples would repeat",
            advice:
                "draw one of these from a range, as {\"uniform\": [0.5, 1]}, begin with \"fourier\", or make one sample"
        )
    }

    /// Fronts of thickness 4ν/Δu need two grid spacings.
    private func validateFronts(lowest viscosity: Double, _ recipe: Recipe) throws(ConfigurationError) {
        let (resolution, length) = (recipe.resolution, recipe.length)
        guard let jump = initial.jump(dimensions: equation.dimensions, length: length), jump > 0 else { return }
        let spacing = Burgers(viscosity: viscosity).resolvingSpacing(jump: jump)
        let needed = length / spacing
        guard Double(resolution) < needed else { return }
        let enough = recipe.fastResolution(atLeast: Int(min(needed, 1e9).rounded(.up)))
        let isReachable = enough <= largestResolution
        let bearable = Recipe.short(viscosity * needed / Double(isReachable ? resolution : largestResolution))
        throw .combination(
            paths: ["equation.viscosity", "resolution"], found: "\(viscosity) on \(resolution) points",
            why: "fronts are \(Recipe.short(4 * viscosity / jump)) thick and the grid spacing is "
                + "\(Recipe.short(length / Double(resolution))); two spacings must fit",
            advice: isReachable
                ? "use a resolution of \(enough), or a viscosity of at least \(bearable)"
                : "no grid resolves it: the largest resolution, \(largestResolution), bears a viscosity of at least \(bearable)"
        )
    }

    /// Whether dealiasing keeps the waves of the force.
    func carriesForcing(on resolution: Int) -> Bool {
        guard case .vorticityTransport(_, _, let waves, _) = equation else { return true }
        return waves <= (resolution - 1) / 3
    }

    private func validateForcing(_ waves: Int, _ recipe: Recipe) throws(ConfigurationError) {
        let resolution = recipe.resolution
        guard !carriesForcing(on: resolution) else { return }
        throw .combination(
            paths: ["equation.forcingWaves", "resolution"],
            found: "\(formatCount(waves, "wave")) on \(resolution) points",
            why: "dealiasing keeps \((resolution - 1) / 3)",
            advice: "use \(recipe.fastResolution(atLeast: 3 * waves + 2)) points or more")
    }

    /// The spectrum of Kuramoto–Sivashinsky falls off exponentially beyond k = 1; at k = 4 it has lost six decades.
    private func validateChaos(_ recipe: Recipe) throws(ConfigurationError) {
        let (resolution, length) = (recipe.resolution, recipe.length)
        let cutoff = 2 * Double.pi * Double((resolution - 1) / 3) / length
        guard cutoff < 4 else { return }
        let enough = recipe.fastResolution(atLeast: Int((3 * 4 * length / (2 * .pi)).rounded(.up)) + 2)
        throw .combination(
            paths: ["resolution", "length"], found: "\(resolution) points on a length of \(length)",
            why: "the largest wavenumber kept is \(Recipe.short(cutoff)) and 4 is needed",
            advice: enough <= largestResolution
                ? "use a resolution of \(enough)"
                : "no grid carries it: the largest resolution is \(largestResolution); use a shorter length")
    }
}
