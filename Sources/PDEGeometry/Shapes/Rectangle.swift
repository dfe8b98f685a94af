/// A rectangle with sides along the axes.
public struct Rectangle: Hashable, Codable, Sendable {
    /// The corner with the smallest coordinates.
    public let lower: Point2
    /// The corner with the largest coordinates.
    public let upper: Point2

    /// The rectangle between two corners; `upper` must lie above and right of `lower`.
    public init(lower: Point2, upper: Point2) {
        self.lower = lower
        self.upper = upper
        if let flaw { preconditionFailure(flaw) }
    }

    /// The rectangle with this centre, width and height.
    public init(center: Point2, size: Point2) {
        self.init(lower: center - 0.5 * size, upper: center + 0.5 * size)
    }

    /// Decodes a rectangle from two corners, `lower` and `upper`, or from `center` and `size`.
    ///
    /// - Throws: `DecodingError` that says what is wrong with the numbers.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if container.contains(.center) || container.contains(.size) {
            let center = try container.decode(Point2.self, forKey: .center)
            let size = try container.decode(Point2.self, forKey: .size)
            (lower, upper) = (center - 0.5 * size, center + 0.5 * size)
        } else {
            lower = try container.decode(Point2.self, forKey: .lower)
            upper = try container.decode(Point2.self, forKey: .upper)
        }
        try decoder.refuse(flaw)
    }

    /// Encodes the two corners.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(lower, forKey: .lower)
        try container.encode(upper, forKey: .upper)
    }

    /// Width and height.
    public var size: Point2 { upper - lower }

    /// The middle.
    public var center: Point2 { 0.5 * (lower + upper) }

    /// The four corners, counterclockwise from `lower`.
    package var corners: [Point2] { [lower, Point2(upper.x, lower.y), upper, Point2(lower.x, upper.y)] }

    private enum Key: String, CodingKey { case lower, upper, center, size }

    private var flaw: String? {
        lower.isFinite && upper.isFinite && upper.x > lower.x && upper.y > lower.y
            ? nil : "rectangle: expected an upper corner above and right of the lower one, got \(lower) and \(upper)"
    }
}

extension Rectangle: SignedDistanceFunction {
    package func signedDistance(at point: Point2) -> Double {
        let excess = pointwiseMax(lower - point, point - upper)
        return excess.max() <= 0 ? excess.max() : pointwiseMax(excess, .zero).length
    }
}
