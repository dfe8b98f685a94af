import Glibc
import PDEConfig
import PDECore
import PDEPlot
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
        let largest = largestResolution
        for axis in 0..<equation.dimensions {
            let resolution = recipe.resolutions[axis]
            guard resolution <= largest else {
                throw .invalid(
                    path: "resolution", found: "\(resolution)",
                    allowed: "at most \(largest) in \(formatCount(equation.dimensions, "dimension"))")
            }
            guard resolution % 2 == 0 else {
                throw .invalid(
                    path: "resolution", found: "\(resolution)", allowed: "an even number of points",
                    advice: "\(recipe.fastResolution(atLeast: resolution, along: axis)) is a good one")
            }
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
        if let why = initial.state.objection(dimensions: equation.dimensions, components: equation.components) {
            throw .combination(
                paths: ["initial", "equation"], found: "\(initial.state.kindName) for \(equation.kindName)", why: why)
        }
        for axis in 0..<equation.dimensions {
            guard let needed = initial.state.waves(along: axis, lengths: lengths(in: recipe)) else { continue }
            try require(needed, by: "initial.\(needed.key)", along: axis, recipe)
        }
    }

    /// Refuses a grid that does not keep as many waves along an axis.
    private func require(
        _ needed: WaveDemand, by path: String, along axis: Int, _ recipe: Recipe
    ) throws(ConfigurationError) {
        let points = recipe.resolutions[axis]
        let kept = keptWaves(points)
        guard needed.count > Double(kept) else { return }
        let waves = Int(min(needed.count, 1e9).rounded(.up))
        throw .combination(
            paths: [path] + (needed.dependsOnLength ? ["length"] : []) + ["resolution"],
            found: "\(formatCount(waves, needed.noun)) on \(points) points",
            why: "dealiasing keeps \(formatCount(kept, "wave"))",
            advice:
                "use \(recipe.fastResolution(atLeast: (equation.degree + 1) * waves + 2, along: axis)) points or more")
    }

    private func keptWaves(_ resolution: Int) -> Int {
        SpectralSpace<Double>.keptWaves(of: resolution, degree: equation.degree)
    }

    /// Whether dealiasing keeps the waves that are forced.
    func carriesForcing(on grid: Grid) -> Bool {
        equation.extremes.allSatisfy { extreme in
            zip(extreme.equation.demands.forced?.waves ?? [], grid.shape).allSatisfy { $0 <= keptWaves($1) }
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
        if let stateCount {
            guard recipe.samples.total > stateCount else { return }
            throw .combination(
                paths: ["initial", "samples"], found: "\(recipe.samples.total) samples from \(stateCount) states",
                why: "each sample begins with a state of its own",
                advice: "ask for \(stateCount) samples in all, or give more states")
        }
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
        let jump = initial.jump(lengths: lengths(in: recipe))
        for (values, extreme) in equation.extremes {
            let demands = extreme.demands
            for axis in 0..<equation.dimensions {
                if let layer = demands.layer(jump) { try validate(layer, values, along: axis, recipe) }
                if let growth = demands.growth { try validate(growth, recipe) }
                if let forced = demands.forced {
                    let needed = WaveDemand(Double(forced.waves[axis]), of: forced.key)
                    try require(needed, by: "equation.\(forced.key)", along: axis, recipe)
                }
                try validate(demands, along: axis, recipe)
            }
        }
    }

    /// Refuses an axis that does not carry the shortest wave that matters.
    private func validate(
        _ demands: ResolutionDemands, along axis: Int, _ recipe: Recipe
    ) throws(ConfigurationError) {
        let (resolution, length) = (recipe.resolutions[axis], recipe.lengths[axis])
        let cutoff = 2 * Double.pi * Double(keptWaves(resolution)) / length
        guard cutoff < demands.wavenumber else { return }
        let waves = Double(equation.degree + 1) * demands.wavenumber * length / (2 * .pi)
        let enough = recipe.fastResolution(atLeast: Int(min(waves, 1e9).rounded(.up)) + 2, along: axis)
        throw .combination(
            paths: ["resolution", "length"], found: "\(resolution) points on a length of \(length)",
            why: "the largest wavenumber kept is \(Recipe.short(cutoff)) and "
                + "\(Recipe.short(demands.wavenumber)) is needed",
            advice: enough <= largestResolution
                ? "use a resolution of \(enough)"
                : "no grid carries it: the largest resolution is \(largestResolution); use a shorter length")
    }

    /// Refuses more time than round-off needs to become a thousandth.
    private func validate(_ growth: (rate: Double, key: String), _ recipe: Recipe) throws(ConfigurationError) {
        let roundOff = solver.precision == .double ? Double.ulpOfOne : Double(Float.ulpOfOne)
        let time = recipe.frames.times.last!
        let longest = log(1e-3 / roundOff) / growth.rate
        guard time > longest else { return }
        throw .combination(
            paths: ["equation.\(growth.key)", "frames", "solver.precision"],
            found: "\(Recipe.short(growth.rate)) for a time of \(Recipe.short(time))",
            why:
                "round-off grows by e^\(Recipe.short(growth.rate * time)) where the solution is still zero, and would be seen",
            advice: "end by t = \(NumberText.short(longest, digits: 3))"
                + (solver.precision == .double ? "" : ", or use double precision"))
    }

    private func validate(
        _ layer: ThinLayer, _ values: [Double], along axis: Int, _ recipe: Recipe
    ) throws(ConfigurationError) {
        let (resolution, length) = (recipe.resolutions[axis], recipe.lengths[axis])
        let spacing = length / Double(resolution)
        let needed = length / (layer.thickness / layer.spacings)
        guard Double(resolution) < needed else { return }
        let enough = recipe.fastResolution(atLeast: Int(min(needed, 1e9).rounded(.up)), along: axis)
        let isReachable = enough <= largestResolution
        let name = layer.coefficient.name
        let place = equation.coefficients.firstIndex { $0.name == name }
        let value = place.map { values[$0] } ?? 0
        let points = Double(isReachable ? resolution : largestResolution)
        let bearable = Recipe.short(value * pow(needed / points, 1 / layer.coefficient.power))
        throw .combination(
            paths: ["equation.\(name)", "resolution"], found: "\(value) on \(resolution) points",
            why: "\(layer.name) are \(Recipe.short(layer.thickness)) thick and the grid spacing is "
                + "\(Recipe.short(spacing)); \(Recipe.short(layer.spacings)) spacings must fit",
            advice: isReachable
                ? "use a resolution of \(enough), or a \(name) of at least \(bearable)"
                : "no grid resolves it: the largest resolution, \(largestResolution), bears a \(name) of at least \(bearable)"
        )
    }
}
