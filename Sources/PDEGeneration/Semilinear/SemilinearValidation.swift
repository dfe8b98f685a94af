import Glibc
import PDEConfig
import PDECore
import PDESolvers

extension SemilinearProblem {
    /// Refuses what cannot run or would be known to be wrong.
    public func validate(in recipe: Recipe) throws(ConfigurationError) {
        try validateGrid(recipe)
        try validateTime(recipe)
        try validateVariety(recipe)
        try validateDemands(recipe)
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
        let allowed = initial.state.dimensions
        guard allowed.contains(equation.dimensions) else {
            throw .combination(
                paths: ["initial.kind", "equation.name"],
                found: "\(initial.state.kindName) in \(formatCount(equation.dimensions, "dimension"))",
                why: "this state has \(formatCount(allowed.lowerBound, "dimension"))",
                advice: "use fourier, gaussian or sine")
        }
        guard let needed = initial.state.waves(length: recipe.length) else { return }
        try require(needed, by: "initial.\(needed.key)", recipe)
    }

    /// Refuses a grid that does not keep as many waves.
    private func require(
        _ needed: WaveDemand, by path: String, _ recipe: Recipe
    ) throws(ConfigurationError) {
        let kept = keptWaves(recipe.resolution)
        guard needed.count > Double(kept) else { return }
        let waves = Int(min(needed.count, 1e9).rounded(.up))
        throw .combination(
            paths: [path] + (needed.dependsOnLength ? ["length"] : []) + ["resolution"],
            found: "\(formatCount(waves, needed.noun)) on \(recipe.resolution) points",
            why: "dealiasing keeps \(formatCount(kept, "wave"))",
            advice: "use \(recipe.fastResolution(atLeast: (equation.degree + 1) * waves + 2)) points or more")
    }

    private func keptWaves(_ resolution: Int) -> Int {
        SpectralSpace<Double>.keptWaves(of: resolution, degree: equation.degree)
    }

    /// Whether dealiasing keeps the waves that are forced.
    func carriesForcing(on resolution: Int) -> Bool {
        equation.extremes.allSatisfy { $0.equation.demands.forced?.waves ?? 0 <= keptWaves(resolution) }
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
        guard !initial.state.isRandom else { return }
        let counts = ([initial.amplitude, initial.mean] + equation.coefficients.map(\.distribution)).map(\.valueCount)
        guard !counts.contains(nil) else { return }
        let different = counts.reduce(1) { $0 * Double($1!) }
        let total = recipe.samples.total
        guard Double(total) * Double(total - 1) / 2 / different > Self.mostTwins else { return }
        throw .combination(
            paths: ["initial.kind", "equation", "samples"],
            found: "\(total) samples of which \(Int(different)) \(different == 1 ? "differs" : "differ")",
            why:
                "\(initial.state.kindName) has no random numbers, and neither amplitude and mean nor coefficients vary enough: samples would repeat",
            advice:
                "draw one of these from a range, as {\"uniform\": [0.5, 1]}, begin with \"fourier\", or make one sample"
        )
    }

    /// Refuses a grid that does not carry what the equation asks for.
    private func validateDemands(_ recipe: Recipe) throws(ConfigurationError) {
        let (resolution, length) = (recipe.resolution, recipe.length)
        let jump = initial.jump(dimensions: equation.dimensions, length: length)
        for (values, extreme) in equation.extremes {
            let demands = extreme.demands
            if let layer = demands.layer(jump) { try validate(layer, values, recipe) }
            if let forced = demands.forced {
                try require(WaveDemand(Double(forced.waves), of: forced.key), by: "equation.\(forced.key)", recipe)
            }
            let cutoff = 2 * Double.pi * Double(keptWaves(recipe.resolution)) / length
            guard cutoff < demands.wavenumber else { continue }
            let waves = Double(equation.degree + 1) * demands.wavenumber * length / (2 * .pi)
            let enough = recipe.fastResolution(atLeast: Int(min(waves, 1e9).rounded(.up)) + 2)
            throw .combination(
                paths: ["resolution", "length"], found: "\(resolution) points on a length of \(length)",
                why: "the largest wavenumber kept is \(Recipe.short(cutoff)) and "
                    + "\(Recipe.short(demands.wavenumber)) is needed",
                advice: enough <= largestResolution
                    ? "use a resolution of \(enough)"
                    : "no grid carries it: the largest resolution is \(largestResolution); use a shorter length")
        }
    }

    private func validate(
        _ layer: ThinLayer, _ values: [Double], _ recipe: Recipe
    ) throws(ConfigurationError) {
        let spacing = recipe.length / Double(recipe.resolution)
        let needed = recipe.length / (layer.thickness / layer.spacings)
        guard Double(recipe.resolution) < needed else { return }
        let enough = recipe.fastResolution(atLeast: Int(min(needed, 1e9).rounded(.up)))
        let isReachable = enough <= largestResolution
        let name = layer.coefficient.name
        let place = equation.coefficients.firstIndex { $0.name == name }
        let value = place.map { values[$0] } ?? 0
        let points = Double(isReachable ? recipe.resolution : largestResolution)
        let bearable = Recipe.short(value * pow(needed / points, 1 / layer.coefficient.power))
        throw .combination(
            paths: ["equation.\(name)", "resolution"], found: "\(value) on \(recipe.resolution) points",
            why: "\(layer.name) are \(Recipe.short(layer.thickness)) thick and the grid spacing is "
                + "\(Recipe.short(spacing)); \(Recipe.short(layer.spacings)) spacings must fit",
            advice: isReachable
                ? "use a resolution of \(enough), or a \(name) of at least \(bearable)"
                : "no grid resolves it: the largest resolution, \(largestResolution), bears a \(name) of at least \(bearable)"
        )
    }
}
