import PDEConfig
import PDECore
import PDEGeometry
import PDEPlot
import PDESolvers

extension FlowProblem {
    /// Refuses what cannot run or would be known to be wrong.
    public func validate(in recipe: Recipe) throws(ConfigurationError) {
        try validateGrid(recipe)
        try validatePressure(recipe)
        try recipe.validateCourant(solver.courant, limit: health.courant)
        try recipe.validateSteps(fixed: solver.step)
        try validateStepCount(recipe)
        try validateCellReynolds(recipe)
        try validateObstacles(recipe)
        try validateVariety(in: recipe)
    }

    private func validateGrid(_ recipe: Recipe) throws(ConfigurationError) {
        let resolution = recipe.resolution
        guard resolution <= 8192, resolution % 2 == 0 else {
            throw .invalid(
                path: "resolution", found: "\(resolution)", allowed: "an even number of cells, at most 8192",
                advice: resolution <= 8192 ? "\(recipe.fastResolution(atLeast: resolution)) is a good one" : nil)
        }
        try recipe.validateStride(why: "stored cells are means over k × k cells of the solver's")
        for (path, cells) in [("resolution", resolution), ("frames.resolution", recipe.frames.resolution)] {
            let columns = recipe.length * Double(cells)
            let isSolved = path == "resolution"
            let isWhole = abs(columns - columns.rounded()) < 1e-9 * columns
            guard isWhole, columns >= (isSolved ? 8 : 2), columns <= 65536,
                !isSolved || Int(columns.rounded()) % 2 == 0
            else {
                throw .combination(
                    paths: ["length", path], found: "\(recipe.length) and \(cells): \(columns) cells along x",
                    why: "cells are squares: their number along x must be whole"
                        + (isSolved ? ", even, and between 8 and 65536" : ""),
                    advice: "a whole length always fits")
            }
        }
    }

    private func validatePressure(_ recipe: Recipe) throws(ConfigurationError) {
        let outline = PoissonOutline(grid(in: recipe), hasSolid: true, isVariable: false)
        guard let why = solver.pressure.objection(to: outline) else { return }
        throw .combination(
            paths: ["solver.pressure"], found: solver.pressure.summary { NumberText.short($0) }, why: why,
            advice: "leave solver.pressure out: the pressure is then solved for directly")
    }

    /// Steps that a CFL number sets are counted for a flow that is as fast as its inlet or its lid; diffusion asks for more
    /// of them at low Reynolds numbers.
    private func validateStepCount(_ recipe: Recipe) throws(ConfigurationError) {
        guard let courant = solver.courant else { return }
        let cells = Double(recipe.resolution)
        let lowest = equation.reynolds.range.lowerBound
        let (advection, diffusion) = (cells / courant, 3.3 * cells * cells / lowest)
        let steps = recipe.frames.interval * max(advection, diffusion)
        guard steps > 1e7 else { return }
        let isSlow = diffusion > advection
        throw .combination(
            paths: [isSlow ? "equation.reynolds" : "resolution", "frames.interval"],
            found: "\(NumberText.short(isSlow ? lowest : cells)) and \(NumberText.short(recipe.frames.interval))",
            why: "a frame would take more than 10 million steps",
            advice: isSlow ? "use a higher Reynolds number or a shorter interval" : "use a shorter interval")
    }

    private func validateCellReynolds(_ recipe: Recipe) throws(ConfigurationError) {
        let highest = equation.reynolds.range.upperBound
        let found = highest / Double(recipe.resolution)
        guard found > health.cellReynolds else { return }
        let enough = highest / health.cellReynolds
        let bearable = health.cellReynolds * Double(recipe.resolution)
        let resolution = enough < 8192 ? recipe.fastResolution(atLeast: Int(enough.rounded(.up))) : .max
        throw .combination(
            paths: ["equation.reynolds", "resolution"],
            found: "\(NumberText.short(highest, digits: 5)) on \(recipe.resolution) cells",
            why:
                "the Reynolds number of a cell is \(NumberText.short(found, digits: 4)), and health.cellReynolds allows "
                + NumberText.short(health.cellReynolds),
            advice:
                "use \(resolution <= 8192 ? "a resolution of \(resolution), or " : "")a Reynolds number of at most \(NumberText.short(bearable, digits: 5))"
        )
    }

    /// The most cells across the height on which obstacles are looked at before anything is made.
    private static let examinedRows = 512

    /// The box in cells that are few enough to try obstacles on: at the largest resolutions a single try would take gigabytes.
    private func examinedGrid(for grid: Grid) -> Grid {
        let coarsening = max(1, Double(grid.axes[1].count) / Double(Self.examinedRows))
        return Grid(
            grid.axes.map {
                let cells = Int((Double($0.count) / coarsening).rounded(.up))
                return Grid.Axis(count: cells, from: $0.lower, to: $0.upper, placement: .cells)
            })
    }

    private func validateObstacles(_ recipe: Recipe) throws(ConfigurationError) {
        let grid = grid(in: recipe)
        let examined = examinedGrid(for: grid)
        switch obstacles {
        case .none, .level(.none): break
        case .level:
            guard recipe.resolution % SeedLevel.resolution == 0, recipe.length == 1 else {
                throw .combination(
                    paths: ["obstacles", "resolution", "length"],
                    found: "a level on \(recipe.resolution) cells over a length of \(recipe.length)",
                    why: "the levels' obstacles are cells of a square of 128 × 128, or a multiple",
                    advice: "use a multiple of 128 and a length of 1, or say how many obstacles instead")
            }
        case .bodies(let bodies):
            try validatePlaces(of: bodies, on: grid)
            do throws(GeometryError) {
                let isChannel = equation.familyName == .channel
                do throws(GeometryError) {
                    try Geometry(bodies, on: examined).check(isChannel: isChannel, resolving: grid)
                } catch .closed where examined != grid {
                    // Wider cells close a slit that the grid's own leave open.
                    try Geometry(bodies, on: grid).check(isChannel: isChannel)
                }
            } catch {
                throw error.inRecipe(paths: ["obstacles.bodies", "resolution"])
            }
        case .placed(let placement): try validate(placement, on: grid, examining: examined)
        }
    }

    /// A body that the flow never meets is a slip of the pen; one that reaches into the outlet leaves its wake nowhere to go.
    private func validatePlaces(of bodies: [Shape], on grid: Grid) throws(ConfigurationError) {
        let length = grid.axes[0].upper
        for (number, body) in bodies.enumerated() {
            let box = body.boundingBox
            let isInside = box.lower.x < length && box.upper.x > 0 && box.lower.y < 1 && box.upper.y > 0
            let isInOutlet = equation.familyName == .channel && box.upper.x > length - grid.axes[0].spacing / 2
            guard !isInside || isInOutlet else { continue }
            throw .combination(
                paths: ["obstacles.bodies", "length"],
                found:
                    "body \(number) spans \(NumberText.short(box.lower.x)) to \(NumberText.short(box.upper.x)) along x "
                    + "and \(NumberText.short(box.lower.y)) to \(NumberText.short(box.upper.y)) along y",
                why: isInside
                    ? "it reaches into the outlet at x = \(NumberText.short(length))"
                    : "the flow fills 0 to \(NumberText.short(length)) along x and 0 to 1 along y",
                advice: isInside ? "move it upstream, or lengthen the channel" : "move it into the flow")
        }
    }

    /// Tries what must go well for any draw to do so: every shape alone, the thinnest and the largest; then as many as there
    /// may be of the smallest size.
    private func validate(
        _ placement: ObstaclePlacement, on grid: Grid, examining examined: Grid
    ) throws(ConfigurationError) {
        func attempt(
            _ paths: [String], _ change: (inout ObstaclePlacement) -> Void
        ) throws(ConfigurationError) {
            var trial = placement
            change(&trial)
            var stream = RandomStream(seed: 0, index: 0, purpose: .obstacles)
            do throws(GeometryError) {
                _ = try trial.place(on: grid, examining: examined, using: &stream)
            } catch {
                switch error {
                case .tooThin(let part, _, _, _, _) where part.hasPrefix("the "):
                    throw error.inRecipe(paths: ["obstacles.gap", "obstacles.margins", "resolution"])
                case .tooLarge: throw error.inRecipe(paths: ["obstacles.size", "obstacles.margins", "length"])
                default: throw error.inRecipe(paths: paths)
                }
            }
        }
        for kind in placement.kinds {
            try attempt(["obstacles.size", "resolution"]) {
                $0.count = 1...1
                $0.kinds = [kind]
                $0.size = $0.size.lowerBound...$0.size.lowerBound
                $0.aspect = $0.aspect.lowerBound...$0.aspect.lowerBound
                $0.passage = 0
            }
            try attempt(["obstacles.size", "obstacles.margins"]) {
                $0.count = 1...1
                $0.kinds = [kind]
                $0.size = $0.size.upperBound...$0.size.upperBound
                $0.passage = 0
            }
        }
        try attempt(["obstacles.count", "obstacles.size"]) {
            $0.count = $0.count.upperBound...$0.count.upperBound
            $0.size = $0.size.lowerBound...$0.size.lowerBound
        }
    }
}

extension GeometryError {
    /// The same for the person who wrote the recipe.
    fileprivate func inRecipe(paths: [String]) -> ConfigurationError {
        let lines = description.split(separator: "\n").map(String.init)
        return .combination(
            paths: paths, found: nil, why: lines.first ?? "", advice: lines.dropFirst().joined(separator: " "))
    }
}
