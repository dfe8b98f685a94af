import PDECore
import PDEGeometry

/// The obstacles in a flow: none, drawn at random, the same in all samples, or those of a named level.
///
/// In a recipe: `3`, `"hard"`, `{"count": [2, 10], "shapes": ["square", "circle"], "size": [0.06, 0.12]}` or
/// `{"bodies": [{"circle": {"center": [0.3, 0.5], "radius": 0.1}}]}`. Lengths are in heights of the channel.
public enum ObstacleRecipe: Hashable, Sendable {
    /// No obstacle.
    case none
    /// Drawn and placed anew for every sample.
    case placed(ObstaclePlacement)
    /// These in every sample.
    case bodies([Shape])
    /// A level of the published data set: its very cells, on a square of a multiple of 128² cells.
    case level(SeedLevel)

    /// The largest number of obstacles in a sample.
    public var largestCount: Int {
        switch self {
        case .none, .level(.none): 0
        case .placed(let placement): placement.count.upperBound
        case .bodies(let bodies): bodies.count
        case .level(.one): 1
        case .level(.many): 10
        }
    }

    /// Whether samples differ in their obstacles.
    public var isVarying: Bool {
        switch self {
        case .none, .bodies, .level(.none): false
        case .placed, .level: true
        }
    }

    /// The number of obstacles, where it is drawn.
    func drawnValues(seed: UInt64, index: Int, attempt: Int) -> [DrawnValue] {
        let (numbers, number): (ClosedRange<Int>, Int)
        switch self {
        case .none, .bodies, .level(.none), .level(.one): return []
        case .placed(let placement):
            numbers = placement.count
            number = placement.number(seed: seed, index: index, attempt: attempt)
        case .level(.many):
            numbers = 2...10
            number = SeedLevel.many.boxes(seed: seed, index: index, attempt: attempt).count
        }
        return [
            DrawnValue(path: "obstacles.count", distribution: .choice(numbers.map(Double.init)), value: Double(number))
        ]
    }

    /// The obstacles of one sample on `grid`, whose height is 1: a function of the arguments alone.
    /// - Throws: `GeometryError` when a draw finds no place.
    func geometry(on grid: Grid, seed: UInt64, index: Int, attempt: Int) throws(GeometryError) -> Geometry {
        switch self {
        case .none: return Geometry([Shape](), on: grid)
        case .placed(let placement): return try placement.place(on: grid, seed: seed, index: index, attempt: attempt)
        case .bodies(let bodies): return Geometry(bodies, on: grid)
        case .level(let level):
            let refinement = grid.axes[1].count / SeedLevel.resolution
            let boxes = level.boxes(seed: seed, index: index, attempt: attempt)
            return Geometry(boxes.map { $0.refined(by: refinement) }, on: grid)
        }
    }
}

extension ObstacleRecipe {
    /// Obstacles of a sixteenth to an eighth of the height, drawn and placed anew for every sample, as a recipe that says nothing
    /// of their size and place has them.
    public static func drawn(
        _ count: ClosedRange<Int>, shapes: [ObstacleKind] = [.square], isRotated: Bool = false,
        in family: FlowEquation.FamilyName = .channel
    ) -> ObstacleRecipe {
        count == 0...0 ? .none : .placed(standard(count, shapes, isRotated: isRotated, in: family))
    }
}
