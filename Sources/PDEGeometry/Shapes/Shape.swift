/// A body in the plane with a signed distance: negative inside, zero on the boundary, positive outside.
///
/// The distances of circles, rectangles, ellipses and polygons are exact everywhere. Combinations take minima and maxima,
/// which have the right sign and zero everywhere and never exceed the true distance, but may fall below it:
///
/// | combination | exact | a bound from below on the distance |
/// |---|---|---|
/// | union (minimum) | outside; everywhere if the parts are disjoint | inside, where the parts overlap |
/// | intersection (maximum) | inside | outside, beside corners that the parts form together |
/// | difference (maximum with the complement) | inside | outside, as for intersections |
/// | complement (sign) | where its shape is | where its shape is |
///
/// "Exact" holds where the parts themselves are exact. All are 1-Lipschitz.
///
/// As JSON a shape is an object with one key that names it:
/// `{"circle": {"center": [1, 1], "radius": 0.25}}`, `{"union": [shape, shape]}`, `{"difference": [shape, less]}`.
public indirect enum Shape: Hashable, Sendable {
    /// A disc.
    case circle(Circle)
    /// A rectangle with sides along the axes.
    case rectangle(Rectangle)
    /// An ellipse at any angle.
    case ellipse(Ellipse)
    /// A simple polygon.
    case polygon(Polygon)
    /// What belongs to any of the parts; no parts: nothing.
    case union([Shape])
    /// What belongs to all parts; no parts: the whole plane.
    case intersection([Shape])
    /// What belongs to the first shape and not to the second.
    case difference(Shape, Shape)
    /// What does not belong to the shape.
    case complement(Shape)

    /// The disc with this centre and radius > 0.
    public static func circle(center: Point2, radius: Double) -> Shape {
        .circle(Circle(center: center, radius: radius))
    }

    /// The rectangle with this centre, width and height.
    public static func rectangle(center: Point2, size: Point2) -> Shape {
        .rectangle(Rectangle(center: center, size: size))
    }

    /// The square with sides of length `side` along the axes.
    public static func square(center: Point2, side: Double) -> Shape {
        .rectangle(Rectangle(center: center, size: Point2(side, side)))
    }

    /// The ellipse with this centre and semi-axes, turned counterclockwise by `angle` (radians).
    public static func ellipse(center: Point2, semiAxes: Point2, angle: Double = 0) -> Shape {
        .ellipse(Ellipse(center: center, semiAxes: semiAxes, angle: angle))
    }

    /// The simple polygon with these corners, in either orientation.
    public static func polygon(_ vertices: [Point2]) -> Shape { .polygon(Polygon(vertices)) }

    /// The distance from `point` to the boundary in units of length, negative inside; for combinations see `Shape`.
    public func signedDistance(at point: Point2) -> Double {
        switch self {
        case .circle(let circle): circle.signedDistance(at: point)
        case .rectangle(let rectangle): rectangle.signedDistance(at: point)
        case .ellipse(let ellipse): ellipse.signedDistance(at: point)
        case .polygon(let polygon): polygon.signedDistance(at: point)
        case .union(let parts): parts.reduce(.infinity) { min($0, $1.signedDistance(at: point)) }
        case .intersection(let parts): parts.reduce(-.infinity) { max($0, $1.signedDistance(at: point)) }
        case .difference(let shape, let less): max(shape.signedDistance(at: point), -less.signedDistance(at: point))
        case .complement(let shape): -shape.signedDistance(at: point)
        }
    }

    /// A box that holds the shape: the smallest one but for intersections and differences, infinite for a complement.
    public var boundingBox: BoundingBox {
        switch self {
        case .circle(let circle):
            BoundingBox(lower: circle.center - circle.radius, upper: circle.center + circle.radius)
        case .rectangle(let rectangle): BoundingBox(lower: rectangle.lower, upper: rectangle.upper)
        case .ellipse(let ellipse):
            BoundingBox(lower: ellipse.center - ellipse.halfExtents, upper: ellipse.center + ellipse.halfExtents)
        case .polygon(let polygon):
            polygon.vertices.reduce(.empty) { $0.union(BoundingBox(lower: $1, upper: $1)) }
        case .union(let parts): parts.reduce(.empty) { $0.union($1.boundingBox) }
        case .intersection(let parts): parts.reduce(.infinite) { $0.intersection($1.boundingBox) }
        case .difference(let shape, _): shape.boundingBox
        case .complement: .infinite
        }
    }

    /// The area where it has a closed form: nil for combinations.
    public var area: Double? {
        switch self {
        case .circle(let circle): .pi * circle.radius * circle.radius
        case .rectangle(let rectangle): rectangle.size.x * rectangle.size.y
        case .ellipse(let ellipse): .pi * ellipse.semiAxes.x * ellipse.semiAxes.y
        case .polygon(let polygon): polygon.area
        case .union, .intersection, .difference, .complement: nil
        }
    }
}

extension Shape: SignedDistanceFunction {}
