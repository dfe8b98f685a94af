/// A disc.
public struct Circle: Hashable, Codable, Sendable {
    /// The centre.
    public let center: Point2
    /// The radius, positive.
    public let radius: Double

    /// The disc with this centre and radius > 0.
    public init(center: Point2, radius: Double) {
        self.center = center
        self.radius = radius
        if let flaw { preconditionFailure(flaw) }
    }

    /// Decodes a circle.
    ///
    /// - Throws: `DecodingError` that says what is wrong with the numbers.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        center = try container.decode(Point2.self, forKey: .center)
        radius = try container.decode(Double.self, forKey: .radius)
        try decoder.refuse(flaw)
    }

    private enum CodingKeys: String, CodingKey { case center, radius }

    private var flaw: String? {
        if !center.isFinite { return "circle: expected a finite centre, got \(center)" }
        return radius > 0 && radius.isFinite ? nil : "circle: expected a radius above 0, got \(radius)"
    }
}

extension Circle: SignedDistanceFunction {
    package func signedDistance(at point: Point2) -> Double { (point - center).length - radius }
}
