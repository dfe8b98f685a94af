import PDECore

extension ObstaclePlacement {
    /// Checks the settings against each other and the grid, before anything is drawn.
    ///
    /// - Throws: `GeometryError` for a setting out of range, or a gap or margin thinner than `cellsAcross` cells.
    public func check(on grid: Grid) throws(GeometryError) {
        if let problem = firstProblem { throw .setting(problem: problem) }
        guard count.upperBound > 0 else { return }
        if count.upperBound > 1,
            let error = grid.thinness(of: "the smallest gap between obstacles", width: gap, required: cellsAcross)
        {
            throw error
        }
        for (side, width) in margins.named where width > 0 {
            if let error = grid.thinness(of: "the margin at the \(side)", width: width, required: cellsAcross) {
                throw error
            }
        }
    }

    private var firstProblem: String? {
        if count.lowerBound < 0 { return "number of obstacles: expected 0 or more, got \(count.lowerBound)" }
        if count.upperBound > 0 && kinds.isEmpty {
            let names = ObstacleKind.allCases.map(\.rawValue).joined(separator: ", ")
            return "shapes: expected at least one of \(names)"
        }
        if !(size.lowerBound > 0 && size.upperBound.isFinite) {
            return "size of obstacles: expected lengths above 0, got \(size)"
        }
        if !(aspect.lowerBound > 0 && aspect.upperBound <= 1) {
            return "aspect of obstacles: expected shorter over longer side, above 0 and at most 1, got \(aspect)"
        }
        if !(gap >= 0 && gap.isFinite) { return "gap between obstacles: expected 0 or more, got \(gap)" }
        for (side, width) in margins.named where !(width >= 0 && width.isFinite) {
            return "margin at the \(side): expected 0 or more, got \(width)"
        }
        if !(passage >= 0 && passage.isFinite) { return "smallest passage: expected 0 or more, got \(passage)" }
        if cellsAcross < 0 { return "cells across: expected 0 or more, got \(cellsAcross)" }
        return nil
    }
}
