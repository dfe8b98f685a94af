/// A box with sides along the axes that holds a shape; it may be infinite or empty.
public struct BoundingBox: Hashable, Sendable {
    /// The corner with the smallest coordinates.
    public var lower: Point2
    /// The corner with the largest coordinates; the box is empty if it lies below or left of `lower`.
    public var upper: Point2

    /// The box between two corners.
    public init(lower: Point2, upper: Point2) {
        self.lower = lower
        self.upper = upper
    }

    /// The box that holds nothing.
    public static let empty = BoundingBox(lower: Point2(repeating: .infinity), upper: Point2(repeating: -.infinity))

    /// The whole plane.
    public static let infinite = BoundingBox(lower: Point2(repeating: -.infinity), upper: Point2(repeating: .infinity))

    /// Width and height.
    public var size: Point2 { upper - lower }

    /// The middle.
    public var center: Point2 { 0.5 * (lower + upper) }

    /// The smallest box that holds both.
    public func union(_ other: BoundingBox) -> BoundingBox {
        BoundingBox(lower: pointwiseMin(lower, other.lower), upper: pointwiseMax(upper, other.upper))
    }

    /// What belongs to both.
    public func intersection(_ other: BoundingBox) -> BoundingBox {
        BoundingBox(lower: pointwiseMax(lower, other.lower), upper: pointwiseMin(upper, other.upper))
    }

    /// The smallest distance between two boxes; negative if they overlap: by how much one must be moved.
    public func distance(to other: BoundingBox) -> Double {
        let gaps = pointwiseMax(other.lower - upper, lower - other.upper)
        return gaps.max() <= 0 ? gaps.max() : pointwiseMax(gaps, .zero).length
    }
}
