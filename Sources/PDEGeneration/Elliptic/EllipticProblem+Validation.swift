import PDEConfig
import PDEPlot
import PDESolvers

extension EllipticProblem {
    /// Refuses what cannot run or would be known to be wrong.
    public func validate(in recipe: Recipe) throws(ConfigurationError) {
        try validateGrid(recipe)
        try validateContrast()
        try validateResolved(recipe)
        try validateTolerance()
        try validateMethod(recipe)
        try validateSides()
        try validateVariety(recipe)
    }

    private func validateGrid(_ recipe: Recipe) throws(ConfigurationError) {
        let limit = equation.dimensions == 2 ? 8192 : 512
        guard recipe.resolution <= limit else {
            throw .invalid(
                path: "resolution", found: "\(recipe.resolution)",
                allowed: "at most \(limit) cells a side in \(equation.dimensions) dimensions")
        }
        try recipe.validateStride(why: "stored cells are means over k × k cells of the solver's")
        for (path, cells) in [("resolution", recipe.resolution), ("frames.resolution", recipe.frames.resolution)] {
            let columns = recipe.length * Double(cells)
            guard abs(columns - columns.rounded()) < 1e-9 * columns, columns >= 2, columns <= 65536 else {
                throw .combination(
                    paths: ["length", path], found: "\(recipe.length) and \(cells): \(columns) cells along x",
                    why: "cells are as long as they are high: their number along x must be whole, between 2 and 65536",
                    advice: "a whole length always fits")
            }
        }
        guard equation.dimensions == 2 || !hasSolids else {
            throw .combination(
                paths: ["equation.dimensions", "obstacles"], why: "solids are placed in two dimensions only",
                advice: "leave the obstacles out, or the third dimension")
        }
    }

    /// The source must be carried by the grid.
    private func validateResolved(_ recipe: Recipe) throws(ConfigurationError) {
        let cells = Double(recipe.frames.resolution)
        guard source.mostWaves * 4 > cells else { return }
        throw .combination(
            paths: ["source.waves", recipe.stride > 1 ? "frames.resolution" : "resolution"],
            found: "\(NumberText.short(source.mostWaves)) half waves on \(recipe.frames.resolution) cells",
            why: "a half wave would have less than 4 cells",
            advice: "use at most \(Int(cells / 4)) half waves, or a finer resolution")
    }

    /// Single precision cannot tell u from its error where the permeability jumps by more.
    private func validateContrast() throws(ConfigurationError) {
        guard let permeability = equation.permeability, solver.precision == .float,
            permeability.largestContrast > 1000
        else { return }
        throw .combination(
            paths: ["equation.permeability", "solver.precision"],
            found: "a contrast of \(NumberText.short(permeability.largestContrast)) in single precision",
            why: "round-off grows with the contrast", advice: "use double precision")
    }

    private func validateTolerance() throws(ConfigurationError) {
        let limit = solver.precision == .double ? 1e-13 : 1e-6
        guard solver.tolerance < limit else { return }
        throw .combination(
            paths: ["solver.tolerance", "solver.precision"],
            found: "\(NumberText.short(solver.tolerance)) in \(solver.precision.rawValue) precision",
            why: "round-off leaves a larger residual", advice: "use at least \(NumberText.short(limit))")
    }

    private func validateMethod(_ recipe: Recipe) throws(ConfigurationError) {
        let outline = PoissonOutline(
            grid(in: recipe), hasSolid: hasSolids, isVariable: equation.permeability != nil)
        guard let why = solver.method.objection(to: outline) else { return }
        throw .combination(
            paths: ["solver", "equation"], found: solver.method.summary { NumberText.short($0) }, why: why,
            advice:
                "leave solver.method and solver.preconditioner out: conjugate gradients with multigrid take any system")
    }

    private func validateSides() throws(ConfigurationError) {
        guard isVanishing else { return }
        throw .combination(
            paths: ["equation.sides", "source"], found: "no flux through any side and a constant source",
            why:
                "the source's mean is taken out, for it could not leave the box: nothing is left, and every solution is zero",
            advice:
                "use sides of \"value\" or \"random\", or draw the source, as {\"waves\": {\"logUniform\": [1, 16]}}")
    }

    /// Refuses recipes whose samples would repeat.
    private func validateVariety(_ recipe: Recipe) throws(ConfigurationError) {
        let isVarying = hasSourceField || equation.permeability != nil || obstacles.isVarying
        guard recipe.samples.total > 1, !isVarying else { return }
        throw .combination(
            paths: ["source", "obstacles", "samples"], found: "\(recipe.samples.total) samples that may be equal",
            why: "neither the source nor the solids vary",
            advice: "draw the source, as {\"waves\": {\"logUniform\": [1, 16]}}, place obstacles, or make one sample")
    }
}
