/// The pattern of a line.
public enum Dash: Hashable, Sendable {
    /// Unbroken.
    case solid
    /// Strokes of 10 pixels with gaps of 8.
    case dashed
    /// Dots 7 pixels apart.
    case dotted

    /// The straight pieces to draw along `points`; a point that is not finite starts the pattern anew.
    func pieces(of points: [Point]) -> [(Point, Point)] {
        var result: [(Point, Point)] = []
        let (on, period): (Double, Double) =
            switch self {
            case .solid: (1, 1)
            case .dashed: (10, 18)
            case .dotted: (0, 7)
            }
        var phase = 0.0
        var previous: Point?
        for point in points {
            guard point.isFinite else {
                previous = nil
                phase = 0
                continue
            }
            if let start = previous {
                let length = ((point.x - start.x) * (point.x - start.x) + (point.y - start.y) * (point.y - start.y))
                    .squareRoot()
                if self == .solid || length > 1e5 {
                    result.append((start, point))
                } else if length > 0 {
                    func at(_ s: Double) -> Point {
                        Point(start.x + (point.x - start.x) * s / length, start.y + (point.y - start.y) * s / length)
                    }
                    var s = -phase
                    while s < length {
                        let end = min(s + on, length)
                        if end >= max(s, 0) { result.append((at(max(s, 0)), at(end))) }
                        s += period
                    }
                    phase = (phase + length).truncatingRemainder(dividingBy: period)
                }
            }
            previous = point
        }
        return result
    }
}
