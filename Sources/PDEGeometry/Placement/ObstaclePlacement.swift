import PDECore

/// How obstacles are drawn and placed at random.
///
/// Number, shapes, sizes and angles are drawn first and once; then positions are drawn uniformly between the margins,
/// obstacle by obstacle, each again until it keeps its distance from those before it (random sequential addition). If one finds
/// no place, or the layout leaves too narrow a passage, all positions are drawn again. So the distributions of number, shape and
/// size are those asked for, and do not lean towards what is easy to place.
///
/// Lengths are in the grid's units.
public struct ObstaclePlacement: Hashable, Codable, Sendable {
    /// How many obstacles, each number equally likely.
    public var count: ClosedRange<Int>
    /// The shapes to choose from, each equally likely.
    public var kinds: [ObstacleKind]
    /// The largest extent before rotation, uniform.
    public var size: ClosedRange<Double>
    /// Shorter over longer extent of rectangles and ellipses, uniform, in (0, 1].
    public var aspect: ClosedRange<Double>
    /// Whether obstacles are turned by a uniform angle.
    public var isRotated: Bool
    /// The smallest distance between two obstacles.
    public var gap: Double
    /// The smallest distances from the sides of the box.
    public var margins: Margins
    /// The least width of the widest open stretch in every cross-section.
    public var passage: Double
    /// The least number of cells across an obstacle, a gap and a margin that is not zero.
    public var cellsAcross: Int
    /// Whether obstacles keep to the cells: squares and rectangles that are not rotated get sides of whole cells on cell
    /// faces, others a centre on a cell corner.
    public var isSnapped: Bool

    /// Obstacles with these properties.
    public init(
        count: ClosedRange<Int>, kinds: [ObstacleKind] = [.square], size: ClosedRange<Double>,
        aspect: ClosedRange<Double> = 0.5...1, isRotated: Bool = false, gap: Double, margins: Margins,
        passage: Double = 0, cellsAcross: Int = 2, isSnapped: Bool = false
    ) {
        self.count = count
        self.kinds = kinds
        self.size = size
        self.aspect = aspect
        self.isRotated = isRotated
        self.gap = gap
        self.margins = margins
        self.passage = passage
        self.cellsAcross = cellsAcross
        self.isSnapped = isSnapped
    }

    /// Positions drawn for one obstacle before the layout is given up.
    package static let positionsPerObstacle = 200
    /// Layouts drawn before the placement is given up.
    package static let layouts = 100

    /// Draws the obstacles of a sample from its own stream, a function of the arguments alone.
    ///
    /// - Throws: `GeometryError`, as `place(on:using:)` does.
    public func place(
        on grid: Grid, seed: UInt64, index: Int, attempt: Int = 0
    ) throws(GeometryError) -> Geometry {
        var stream = RandomStream(seed: seed, index: index, purpose: .obstacles, attempt: attempt)
        return try place(on: grid, using: &stream)
    }

    /// How many obstacles a sample asks for, whether they find a place or not.
    package func number(seed: UInt64, index: Int, attempt: Int = 0) -> Int {
        var stream = RandomStream(seed: seed, index: index, purpose: .obstacles, attempt: attempt)
        return number(using: &stream)
    }

    private func number(using stream: inout RandomStream) -> Int {
        count.lowerBound + stream.integer(below: count.count)
    }

    /// Draws the obstacles.
    ///
    /// - Throws: `GeometryError`: a setting out of range; an obstacle, a gap or a margin thinner than `cellsAcross` cells; an
    ///   obstacle larger than its room; no layout with place for all; or none that leaves the channel open.
    public func place(on grid: Grid, using stream: inout RandomStream) throws(GeometryError) -> Geometry {
        try place(on: grid, examining: grid, using: &stream)
    }

    /// Draws the obstacles for `grid`, and looks on another one, of fewer cells, whether they leave the channel open.
    ///
    /// - Returns: The obstacles on `examined`.
    /// - Throws: `GeometryError`, as `place(on:using:)` does.
    package func place(
        on grid: Grid, examining examined: Grid, using stream: inout RandomStream
    ) throws(GeometryError) -> Geometry {
        grid.requirePlaneOfCells()
        try check(on: grid)
        let obstacles = drawObstacles(on: grid, using: &stream)
        let rooms = try obstacles.map { obstacle throws(GeometryError) in
            try PlacementRoom(for: obstacle, margins: margins, on: grid, cellsAcross: cellsAcross)
        }
        var (mostPlaced, positions, layouts) = (0, 0, 0)
        var widest: Clearances?
        while layouts < Self.layouts {
            layouts += 1
            var placed: [Shape] = []
            for room in rooms {
                guard let shape = place(room, beside: placed, on: grid, using: &stream, &positions) else { break }
                placed.append(shape)
            }
            mostPlaced = max(mostPlaced, placed.count)
            guard placed.count == obstacles.count else { continue }
            let geometry = Geometry(placed, on: examined)
            let clearances = geometry.clearances
            if clearances.narrowestPassage >= passage * (1 - 1e-9), geometry.fluidRegions.inletReachesOutlet {
                return geometry
            }
            if clearances.narrowestPassage >= widest?.narrowestPassage ?? 0 { widest = clearances }
        }
        if let widest { throw blockage(widest, layouts: layouts) }
        throw noRoom(obstacles, placed: mostPlaced, positions: positions, layouts: layouts, on: grid)
    }

    /// A place for an obstacle that keeps its distance from those placed; nil if none was found.
    private func place(
        _ room: PlacementRoom, beside placed: [Shape], on grid: Grid, using stream: inout RandomStream,
        _ positions: inout Int
    ) -> Shape? {
        let least = gap - grid.positionTolerance
        for _ in 0..<Self.positionsPerObstacle {
            positions += 1
            guard let candidate = room.drawShape(using: &stream) else { continue }
            let box = candidate.boundingBox
            let isApart = placed.allSatisfy {
                $0.boundingBox.distance(to: box) >= least || $0.distance(to: candidate) >= least
            }
            if isApart { return candidate }
        }
        return nil
    }

    private func drawObstacles(on grid: Grid, using stream: inout RandomStream) -> [Obstacle] {
        (0..<number(using: &stream)).map { _ in
            let kind = stream.choice(kinds)
            let longest = stream.uniform(in: size)
            var extents = Point2(longest, longest)
            if kind.hasAspect {
                let shorter = longest * stream.uniform(in: aspect)
                extents = stream.integer(below: 2) == 0 ? Point2(longest, shorter) : Point2(shorter, longest)
            }
            let angle = isRotated ? stream.uniform(in: 0...(2 * .pi)) : 0
            return Obstacle(kind: kind, extents: extents, angle: angle, isSnapped: isSnapped, on: grid)
        }
    }

    private func blockage(_ clearances: Clearances, layouts: Int) -> GeometryError {
        clearances.blockage(below: passage, layouts: layouts)
            ?? .blocked(
                passage: 0, limit: passage, position: clearances.narrowestPassagePosition,
                blockage: clearances.blockage, layouts: layouts)
    }

    private func noRoom(
        _ obstacles: [Obstacle], placed: Int, positions: Int, layouts: Int, on grid: Grid
    ) -> GeometryError {
        let room =
            grid.upperCorner - grid.lowerCorner
            - Point2(margins.inlet + margins.outlet, margins.bottom + margins.top)
        let area = obstacles.reduce(0) { $0 + ($1.shape.area ?? 0) }
        return .noRoom(
            placed: placed, wanted: obstacles.count, positions: positions, layouts: layouts, gap: gap,
            share: area / (room.x * room.y))
    }
}

extension RandomStream.Purpose {
    /// Number, shapes and places of obstacles.
    public static let obstacles: Self = "obstacles"
}
