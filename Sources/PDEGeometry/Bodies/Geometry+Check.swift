import PDECore

extension Geometry {
    /// Checks that a flow can pass the bodies and that the grid resolves them.
    ///
    /// Bodies may touch each other and the sides of the box; a gap that is open must be wide enough.
    ///
    /// - Parameters:
    ///   - cells: The least number of cells across a body (the largest disc inside) and across a gap between two bodies or
    ///     between a body and a side of the box.
    ///   - isChannel: Whether a way must lead from the inlet to the outlet. A closed box may fall into parts.
    ///   - passage: The least width of the widest open stretch in each cross-section.
    ///   - resolving: The grid whose cells are counted across bodies and gaps; this geometry's by default.
    /// - Throws: `GeometryError` for the first of: bodies that overlap, a channel that is closed or blocked, a body or a gap
    ///   that is too thin.
    public func check(
        cells: Int = 2, isChannel: Bool = true, passage: Double = 0, resolving: Grid? = nil
    ) throws(GeometryError) {
        let grid = resolving ?? self.grid
        let clearances = clearances
        let tolerance = grid.positionTolerance
        if let gap = clearances.bodyGap, gap < -tolerance {
            throw .overlap(first: clearances.bodiesAtGap[0], second: clearances.bodiesAtGap[1], depth: -gap)
        }
        let regions = fluidRegions
        if isChannel ? !regions.inletReachesOutlet : regions.sizes.isEmpty {
            throw .closed(regions: regions.sizes.count)
        }
        if let error = clearances.blockage(below: passage, layouts: 1) { throw error }
        if let width = clearances.thinnestBody, let body = clearances.thinnestBodyIndex,
            let error = grid.thinness(of: "body \(body)", width: width, required: cells)
        {
            throw error
        }
        for second in bodies.indices {
            for first in 0..<second {
                let width = bodies[first].distance(to: bodies[second])
                let name = "the gap between bodies \(first) and \(second)"
                if width > tolerance, let error = grid.thinness(of: name, width: width, required: cells) { throw error }
            }
            let box = bodies[second].boundingBox
            let (below, above) = (box.lower - grid.lowerCorner, grid.upperCorner - box.upper)
            let gaps = Margins(inlet: below.x, outlet: above.x, bottom: below.y, top: above.y)
            for (side, width) in gaps.named where width > tolerance {
                let name = "the gap between body \(second) and the \(side)"
                if let error = grid.thinness(of: name, width: width, required: cells) { throw error }
            }
        }
    }
}

extension Clearances {
    /// The error that says where the channel is too narrow, if it is.
    func blockage(below limit: Double, layouts: Int) -> GeometryError? {
        guard narrowestPassage < limit * (1 - 1e-9) else { return nil }
        return .blocked(
            passage: narrowestPassage, limit: limit, position: narrowestPassagePosition, blockage: blockage,
            layouts: layouts)
    }
}
