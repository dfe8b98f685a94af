/// An ellipse, turned by any angle.
public struct Ellipse: Hashable, Codable, Sendable {
    /// The centre.
    public let center: Point2
    /// Half the extents along the ellipse's own first and second axis, both positive; either may be the longer one.
    public let semiAxes: Point2
    package let rotation: Rotation

    /// The ellipse with this centre and semi-axes, turned counterclockwise by `angle` (radians) about its centre.
    public init(center: Point2, semiAxes: Point2, angle: Double = 0) {
        self.init(center: center, semiAxes: semiAxes, rotation: Rotation(angle))
    }

    package init(center: Point2, semiAxes: Point2, rotation: Rotation) {
        self.center = center
        self.semiAxes = semiAxes
        self.rotation = rotation
        if let flaw { preconditionFailure(flaw) }
    }

    /// Decodes an ellipse.
    ///
    /// - Throws: `DecodingError` that says what is wrong with the numbers.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        center = try container.decode(Point2.self, forKey: .center)
        semiAxes = try container.decode(Point2.self, forKey: .semiAxes)
        rotation = try container.decode(Rotation.self, forKey: .rotation)
        try decoder.refuse(flaw)
    }

    /// The angle in radians by which the first axis is turned from the x axis.
    public var angle: Double { rotation.angle }

    /// Half the width and half the height of the box around the ellipse.
    package var halfExtents: Point2 {
        let first = semiAxes.x * rotation.turned(Point2(1, 0))
        let second = semiAxes.y * rotation.turned(Point2(0, 1))
        return Point2(
            (first.x * first.x + second.x * second.x).squareRoot(),
            (first.y * first.y + second.y * second.y).squareRoot())
    }

    private enum CodingKeys: String, CodingKey {
        case center, semiAxes
        case rotation = "angle"
    }

    private var flaw: String? {
        if !center.isFinite || !angle.isFinite { return "ellipse: expected a finite centre and angle" }
        return semiAxes.isFinite && semiAxes.min() > 0
            ? nil : "ellipse: expected semi-axes above 0, got \(semiAxes)"
    }
}

extension Ellipse: SignedDistanceFunction {
    package func signedDistance(at point: Point2) -> Double {
        var local = rotation.turnedBack(point - center).magnitude
        var (a, b) = (semiAxes.x, semiAxes.y)
        if a < b {
            (a, b) = (b, a)
            local = Point2(local.y, local.x)
        }
        let distance = (Self.closestPoint(to: local, a, b) - local).length
        let (u, v) = (local.x / a, local.y / b)
        return u * u + v * v < 1 ? -distance : distance
    }

    /// The closest point of the ellipse with semi-axes a ≥ b to a point of the first quadrant.
    ///
    /// The closest point is (r z₀ a/(q + r − 1), z₁ b/q) with r = (a/b)², z = (x/a, y/b) and q the root of
    /// F(q) = (r z₀/(q + r − 1))² + (z₁/q)² − 1. F falls and is convex, so that Newton's iteration from a point left of the
    /// root climbs to it; at the start chosen F lies in [0, 1]. In q = s + 1, unlike in the source's s, nothing cancels
    /// beside the long axis.
    ///
    /// Source: D. Eberly, "Distance from a Point to an Ellipse, an Ellipsoid, or a Hyperellipsoid" (2013).
    private static func closestPoint(to point: Point2, _ a: Double, _ b: Double) -> Point2 {
        let ratio = (a / b) * (a / b)
        let excess = ratio - 1
        let (z0, z1) = (point.x / a, point.y / b)
        if z1 == 0 {
            // On the long axis: between the centres of curvature of its ends the closest points lie above and below.
            guard ratio * z0 < excess else { return Point2(a, 0) }
            let cosine = ratio * z0 / excess
            return Point2(a * cosine, b * max(0, 1 - cosine * cosine).squareRoot())
        }
        var q = max(z1, ratio * z0 - excess)
        for _ in 0..<200 {
            let (u, v) = (ratio * z0 / (q + excess), z1 / q)
            let slope = 2 * (u * u / (q + excess) + v * v / q)
            let next = q + (u * u + v * v - 1) / slope
            guard next > q else { break }
            q = next
        }
        return Point2(a * ratio * z0 / (q + excess), b * z1 / q)
    }
}
