/// The shapes that obstacles are drawn from.
public enum ObstacleKind: String, CaseIterable, Codable, Sendable {
    /// A square; its size is the side.
    case square
    /// A rectangle; its size is the longer side, which lies along x or y with equal chance.
    case rectangle
    /// A disc; its size is the diameter.
    case circle
    /// An ellipse; its size is the longer diameter, which lies along x or y with equal chance.
    case ellipse
    /// A triangle with equal sides; its size is the diameter of the circle through its corners.
    case triangle
    /// A hexagon with equal sides; its size is the diameter of the circle through its corners.
    case hexagon

    /// Whether the shape has an aspect ratio.
    package var hasAspect: Bool { self == .rectangle || self == .ellipse }

    /// The shape with its centre at the origin; `extents` are width and height, of which the last four read the first.
    package func shape(extents: Point2) -> Shape {
        switch self {
        case .square, .rectangle: .rectangle(center: .zero, size: extents)
        case .circle: .circle(center: .zero, radius: extents.x / 2)
        case .ellipse: .ellipse(center: .zero, semiAxes: extents / 2)
        case .triangle: .polygon(.regular(sides: 3, center: .zero, radius: extents.x / 2))
        case .hexagon: .polygon(.regular(sides: 6, center: .zero, radius: extents.x / 2))
        }
    }
}
