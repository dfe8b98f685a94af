import Glibc
import PDEConfig
import PDECore
import PDESolvers

extension SemilinearProblem {
    func validate(in recipe: Recipe) throws(ConfigurationError) {
        try validateGrid(recipe)
        try validateTime(recipe)
        try validateVariety(recipe)
        try validateDemands(recipe)
    }

    private func validateGrid(_ recipe: Recipe) throws(ConfigurationError) {
        let resolution = recipe.resolution
        let largest = [1 << 20, 8192, 512][equation.dimensions - 1]
        guard resolution <= largest else {
            throw .invalid(
                path: "resolution", found: "\(resolution)",
                allowed: "at most \(largest) in \(formatCount(equation.dimensions, "dimension"))")
        }
        guard resolution % 2 == 0 else {
            throw .invalid(
                path: "resolution", found: "\(resolution)", allowed: "an even number of points",
                advice: "\(Recipe.fastSize(atLeast: resolution)) is a good one")
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
        let kept = keptWaves(recipe)
        guard needed.count > Double(kept) else { return }
        let waves = Int(min(needed.count, 1e9).rounded(.up))
        throw .combination(
            paths: [path] + (needed.dependsOnLength ? ["length"] : []) + ["resolution"],
            found: "\(formatCount(waves, needed.noun)) on \(recipe.resolution) points",
            why: "dealiasing keeps \(formatCount(kept, "wave"))",
            advice: "use \(Recipe.fastSize(atLeast: (equation.degree + 1) * waves + 2)) points or more")
    }

    private func keptWaves(_ recipe: Recipe) -> Int {
        SpectralSpace<Double>.keptWaves(of: recipe.resolution, degree: equation.degree)
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
            let cutoff = 2 * Double.pi * Double(keptWaves(recipe)) / length
            guard cutoff < demands.wavenumber else { continue }
            let waves = Double(equation.degree + 1) * demands.wavenumber * length / (2 * .pi)
            let enough = Recipe.fastSize(atLeast: Int(min(waves, 1e9).rounded(.up)) + 2)
            throw .combination(
                paths: ["resolution", "length"], found: "\(resolution) points on a length of \(length)",
                why: "the largest wavenumber kept is \(Recipe.short(cutoff)) and "
                    + "\(Recipe.short(demands.wavenumber)) is needed", advice: "use a resolution of \(enough)")
        }
    }

    private func validate(
        _ layer: ThinLayer, _ values: [Double], _ recipe: Recipe
    ) throws(ConfigurationError) {
        let spacing = recipe.length / Double(recipe.resolution)
        let needed = recipe.length / (layer.thickness / layer.spacings)
        guard Double(recipe.resolution) < needed else { return }
        let enough = Recipe.fastSize(atLeast: Int(min(needed, 1e9).rounded(.up)))
        let name = layer.coefficient.name
        let place = equation.coefficients.firstIndex { $0.name == name }
        let value = place.map { values[$0] } ?? 0
        let bearable = value * pow(needed / Double(recipe.resolution), 1 / layer.coefficient.power)
        throw .combination(
            paths: ["equation.\(name)", "resolution"], found: "\(value) on \(recipe.resolution) points",
            why: "\(layer.name) are \(Recipe.short(layer.thickness)) thick and the grid spacing is "
                + "\(Recipe.short(spacing)); \(Recipe.short(layer.spacings)) spacings must fit",
            advice: "use a resolution of \(enough), or a \(name) of at least \(Recipe.short(bearable))")
    }
}
