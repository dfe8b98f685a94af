import PDECore

/// Why bodies cannot be placed, or not be used for a flow.
public enum GeometryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A setting that no geometry can follow.
    case setting(problem: String)
    /// Something is thinner than the least number of cells; `shape` is the number of cells along x and y that would
    /// do; empty if none would.
    case tooThin(part: String, width: Double, cells: Double, required: Int, shape: [Int])
    /// A body that does not fit between the margins, even alone.
    case tooLarge(body: String, extent: Double, room: Double, direction: String)
    /// Too few bodies found a place in all layouts tried.
    case noRoom(placed: Int, wanted: Int, positions: Int, layouts: Int, gap: Double, share: Double)
    /// Two bodies lie on each other, by `depth`.
    case overlap(first: Int, second: Int, depth: Double)
    /// A cross-section is too narrow: the best layout found out of those tried, or the one given.
    case blocked(passage: Double, limit: Double, position: Double, blockage: Double, layouts: Int)
    /// No way leads from the inlet to the outlet, or nothing is fluid.
    case closed(regions: Int)

    /// What is wrong, where, why, and what to do next.
    public var description: String {
        switch self {
        case .setting(let problem):
            problem
        case .tooThin(let part, let width, let cells, let required, let shape):
            """
            \(part) is \(shortText(width)) wide: \(shortText(cells)) cells, expected at least \(required)
            \(shape.isEmpty ? "" : "use \(shape[0]) × \(shape[1]) cells or more, or ")make it wider
            """
        case .tooLarge(let body, let extent, let room, let direction):
            """
            \(body) is \(shortText(extent)) long along \(direction); the margins leave \(shortText(room))
            use smaller obstacles or smaller margins
            """
        case .noRoom(let placed, let wanted, let positions, let layouts, let gap, let share):
            """
            at most \(placed) of \(wanted) obstacles found a place: \(positions) positions tried in \(layouts) layouts
            together they fill \(shortText(100 * share)) % of the room between the margins, with gaps of \
            \(shortText(gap)): use fewer or smaller obstacles, a smaller gap or smaller margins
            """
        case .overlap(let first, let second, let depth):
            """
            bodies \(first) and \(second) overlap by \(shortText(depth))
            move one of them, or join them in a union
            """
        case .blocked(let passage, let limit, let position, let blockage, let layouts):
            """
            the obstacles block the channel: at x = \(shortText(position)) the widest passage is \
            \(shortText(passage)), expected at least \(shortText(limit))\
            \(layouts > 1 ? "; the best of \(layouts) layouts tried" : "")
            the most solid cross-section is solid to \(shortText(100 * blockage)) %: use fewer or smaller obstacles, or \
            allow a narrower passage
            """
        case .closed(let regions):
            """
            \(regions == 0
                ? "the obstacles leave no fluid"
                : "the obstacles close the channel: no way leads from the inlet to the outlet")
            remove or shrink a body
            """
        }
    }
}

/// A number with four significant digits.
func shortText(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var scale = 1.0
    while abs(value) * scale < 1000 && scale < 1e12 { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
}

extension Grid {
    /// The error that says how fine a grid would have to be, if a width has fewer than `required` cells across.
    func thinness(of part: String, width: Double, required: Int) -> GeometryError? {
        let cell = cellSize.max()
        let needed = Double(required) * cell
        guard width < needed - positionTolerance else { return nil }
        let factor = needed / width
        let isFixable = factor > 0 && factor < 1e9
        // Even numbers: those that solvers take.
        let shape =
            isFixable ? axes.map { 2 * Int((Double($0.count) * factor * (1 - 1e-12) / 2).rounded(.up)) } : []
        return .tooThin(part: part, width: width, cells: width / cell, required: required, shape: shape)
    }
}
