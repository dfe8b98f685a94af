import Glibc

/// A simple polygon: any outline of straight edges that neither cross nor touch, in either orientation.
public struct Polygon: Hashable, Codable, Sendable {
    /// The corners in order around the outline; the last is joined to the first.
    public let vertices: [Point2]

    /// The polygon with these corners: at least three, with edges that do not meet but at the corner they share.
    public init(_ vertices: [Point2]) {
        if let flaw = Self.flaw(in: vertices) { preconditionFailure(flaw) }
        self.vertices = vertices
    }

    /// A polygon with equal sides whose corners lie on a circle; the first corner lies to the right of the centre.
    public static func regular(sides: Int, center: Point2, radius: Double) -> Polygon {
        precondition(sides >= 3, "sides: expected at least 3, got \(sides)")
        precondition(radius > 0, "radius: expected more than 0, got \(radius)")
        return Polygon(
            (0..<sides).map { corner in
                center + Rotation(2 * .pi * Double(corner) / Double(sides)).turned(Point2(radius, 0))
            })
    }

    /// Decodes a polygon.
    ///
    /// - Throws: `DecodingError` that says why the outline is not one of a simple polygon.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        vertices = try container.decode([Point2].self, forKey: .vertices)
        try decoder.refuse(Self.flaw(in: vertices))
    }

    /// The enclosed area (shoelace formula).
    public var area: Double {
        // Relative to a corner, so that a small polygon far from the origin keeps its digits.
        let origin = vertices[0]
        var twice = 0.0
        for index in 1..<(vertices.count - 1) {
            twice += (vertices[index] - origin).cross(vertices[index + 1] - origin)
        }
        return abs(twice) / 2
    }

    /// Why these corners are not those of a simple polygon; nil if they are.
    public static func flaw(in vertices: [Point2]) -> String? {
        let count = vertices.count
        guard count >= 3 else { return "polygon: expected at least 3 corners, got \(count)" }
        guard vertices.allSatisfy(\.isFinite) else { return "polygon: expected finite corners" }
        func edge(_ index: Int) -> (Point2, Point2) { (vertices[index], vertices[(index + 1) % count]) }
        for corner in 0..<count where vertices[corner] == vertices[(corner + 1) % count] {
            return "polygon: corners \(corner + 1) and \((corner + 1) % count + 1) are the same point"
        }
        for first in 0..<count {
            let (a, b) = edge(first)
            let after = vertices[(first + 2) % count]
            if (b - a).cross(after - b) == 0 && (b - a).dot(after - b) < 0 {
                return "polygon: the outline turns back on itself at corner \((first + 1) % count + 1)"
            }
            for second in (first + 1)..<count {
                let isNeighbour = second == first + 1 || (first == 0 && second == count - 1)
                let (c, d) = edge(second)
                if !isNeighbour && segmentsMeet(a, b, c, d) {
                    return
                        "polygon: edges \(first + 1) and \(second + 1) meet; the outline must not cross itself"
                }
            }
        }
        return nil
    }

    private enum CodingKeys: String, CodingKey { case vertices }

    private static func segmentsMeet(_ a: Point2, _ b: Point2, _ c: Point2, _ d: Point2) -> Bool {
        let (c1, d1) = ((b - a).cross(c - a), (b - a).cross(d - a))
        let (a2, b2) = ((d - c).cross(a - c), (d - c).cross(b - c))
        if c1 * d1 < 0 && a2 * b2 < 0 { return true }
        func isOn(_ p: Point2, _ start: Point2, _ end: Point2) -> Bool { (p - start).dot(p - end) <= 0 }
        return (c1 == 0 && isOn(c, a, b)) || (d1 == 0 && isOn(d, a, b)) || (a2 == 0 && isOn(a, c, d))
            || (b2 == 0 && isOn(b, c, d))
    }
}

extension Polygon: SignedDistanceFunction {
    /// The distance to the nearest edge; inside where a ray to the right crosses an odd number of edges.
    package func signedDistance(at point: Point2) -> Double {
        var smallest = Double.infinity
        var isInside = false
        vertices.withUnsafeBufferPointer { vertices in
            var start = vertices[vertices.count - 1]
            for end in vertices {
                let (edge, offset) = (end - start, point - start)
                let share = max(0, min(1, offset.dot(edge) / edge.dot(edge)))
                let nearest = offset - share * edge
                smallest = min(smallest, nearest.dot(nearest))
                if (start.y > point.y) != (end.y > point.y) {
                    let side = edge.cross(offset)
                    if (edge.y > 0) == (side > 0) { isInside.toggle() }
                }
                start = end
            }
        }
        let distance = smallest.squareRoot()
        return isInside ? -distance : distance
    }
}
