extension Shape {
    /// The smallest distance between two shapes: the width of the gap. Zero if they touch, negative if they overlap.
    ///
    /// Exact to round-off for pairs of circles, rectangles and convex polygons, and for an ellipse or a circle beside any of
    /// them; searched along the boundaries otherwise, from samples at a 48th of each edge or curve.
    public func distance(to other: Shape) -> Double {
        switch (self, other) {
        case (.union(let parts), _): return parts.map { $0.distance(to: other) }.min() ?? .infinity
        case (_, .union(let parts)): return parts.map { $0.distance(to: self) }.min() ?? .infinity
        case (.circle(let circle), _) where other.isPrimitive:
            return other.signedDistance(at: circle.center) - circle.radius
        case (_, .circle(let circle)) where isPrimitive:
            return signedDistance(at: circle.center) - circle.radius
        case (.rectangle, .rectangle): return boundingBox.distance(to: other.boundingBox)
        default: return searchedDistance(to: other)
        }
    }

    /// The diameter of the largest disc inside: to 0.1 % for polygons and combinations, infinite for a complement.
    ///
    /// Inside combinations the signed distance is a bound from below, and so is this.
    public var thickness: Double {
        switch self {
        case .circle(let circle): 2 * circle.radius
        case .rectangle(let rectangle): rectangle.size.min()
        case .ellipse(let ellipse): 2 * ellipse.semiAxes.min()
        case .polygon, .union, .intersection, .difference, .complement: 2 * searchedInnerRadius
        }
    }

    private var isPrimitive: Bool {
        switch self {
        case .circle, .rectangle, .ellipse, .polygon: true
        case .union, .intersection, .difference, .complement: false
        }
    }

    private func searchedDistance(to other: Shape) -> Double {
        // A shape inside the other, or equal to it, may have no boundary point at a negative distance.
        let centers = [boundingBox.center, other.boundingBox.center].filter(\.isFinite)
        let common = centers.map { max(signedDistance(at: $0), other.signedDistance(at: $0)) }.filter { $0 < 0 }
        return (common + [distance(fromBoundaryTo: other), other.distance(fromBoundaryTo: self)]).min()!
    }

    /// The smallest signed distance from `other` on this shape's boundary.
    private func distance(fromBoundaryTo other: Shape) -> Double {
        let tolerance = isPrimitive ? .infinity : 1e-9 * boundingBox.size.max()
        let distances = boundaryCurves.map { curve in
            curve.minimum { point in
                let isOnBoundary = tolerance == .infinity || abs(signedDistance(at: point)) <= tolerance
                return isOnBoundary ? other.signedDistance(at: point) : .infinity
            }
        }
        return distances.min() ?? .infinity
    }

    /// The radius of the largest disc inside, by quartering boxes that may still hold a larger one's centre.
    private var searchedInnerRadius: Double {
        let box = boundingBox
        guard box.lower.isFinite, box.upper.isFinite else { return box == .infinite ? .infinity : 0 }
        guard box.size.min() > 0 else { return 0 }
        var largest = 0.0
        var open = [(center: box.center, half: 0.5 * box.size)]
        while let (center, half) = open.popLast() {
            let depth = -signedDistance(at: center)
            largest = max(largest, depth)
            guard depth + half.length > largest * 1.001, half.length > 1e-4 * box.size.length else { continue }
            for corner in [Point2(-1, -1), Point2(1, -1), Point2(-1, 1), Point2(1, 1)] {
                open.append((center + 0.5 * corner * half, 0.5 * half))
            }
        }
        return largest
    }
}
