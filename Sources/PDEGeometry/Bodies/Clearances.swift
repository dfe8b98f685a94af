/// How narrow a geometry is: what the bodies leave free, in units of length.
public struct Clearances: Hashable, Codable, Sendable {
    /// The largest share of a cross-section x = const that is solid, from 0 to 1, over all columns of x-faces.
    public let blockage: Double
    /// Over all columns of x-faces, the smallest value of the widest open stretch in a column.
    public let narrowestPassage: Double
    /// Where that column is: its x.
    public let narrowestPassagePosition: Double
    /// The smallest gap between two bodies: negative if they overlap, nil with fewer than two bodies.
    public let bodyGap: Double?
    /// The two bodies beside that gap.
    public let bodiesAtGap: [Int]
    /// The smallest gap between a body and each side of the grid's box, by the bodies' bounding boxes: negative if a body
    /// reaches beyond; nil without bodies.
    public let wallGaps: Margins?
    /// The diameter of the largest disc inside the thinnest body; nil without bodies.
    public let thinnestBody: Double?
    /// The number of the thinnest body.
    public let thinnestBodyIndex: Int?

    /// Measures a geometry.
    public init(of geometry: Geometry) {
        let grid = geometry.grid
        let ny = grid.axes[1].count
        var blockage = 0.0
        var narrowest = (width: Double.infinity, column: 0)
        for column in 0...grid.axes[0].count {
            let open = geometry.xFaceOpenFraction[(column * ny)..<((column + 1) * ny)]
            blockage = max(blockage, 1 - open.reduce(0, +) / Double(ny))
            let widest = grid.cellSize.y * Self.longestStretch(open)
            if widest < narrowest.width { narrowest = (widest, column) }
        }
        self.blockage = blockage
        narrowestPassage = narrowest.width
        narrowestPassagePosition = grid.position(Double(narrowest.column), 0).x

        let bodies = geometry.bodies
        var gap: (width: Double, bodies: [Int])?
        for second in bodies.indices {
            for first in 0..<second {
                // The boxes' gap is never wider than the bodies'.
                if let gap, bodies[first].boundingBox.distance(to: bodies[second].boundingBox) > gap.width { continue }
                let width = bodies[first].distance(to: bodies[second])
                if width < gap?.width ?? .infinity { gap = (width, [first, second]) }
            }
        }
        bodyGap = gap?.width
        bodiesAtGap = gap?.bodies ?? []
        if bodies.isEmpty {
            wallGaps = nil
        } else {
            let box = bodies.reduce(BoundingBox.empty) { $0.union($1.boundingBox) }
            let (below, above) = (box.lower - grid.lowerCorner, grid.upperCorner - box.upper)
            wallGaps = Margins(inlet: below.x, outlet: above.x, bottom: below.y, top: above.y)
        }
        let thinnest = bodies.enumerated().map { (width: $1.thickness, body: $0) }.min { $0.width < $1.width }
        thinnestBody = thinnest?.width
        thinnestBodyIndex = thinnest?.body
    }

    /// The longest stretch without a closed part, in cells: a partly closed face ends one and begins the next.
    private static func longestStretch(_ fractions: ArraySlice<Double>) -> Double {
        var (longest, current) = (0.0, 0.0)
        for fraction in fractions {
            longest = max(longest, current + fraction)
            current = fraction < 1 ? fraction : current + fraction
        }
        return longest
    }
}

extension Geometry {
    /// How narrow the geometry is.
    public var clearances: Clearances { Clearances(of: self) }
}
