import Glibc

/// A smooth piece of a shape's boundary, run through by a parameter from 0 to 1.
package enum BoundaryCurve: Sendable {
    case segment(Point2, Point2)
    case ellipse(Ellipse)

    package func point(at parameter: Double) -> Point2 {
        switch self {
        case .segment(let start, let end):
            return start + parameter * (end - start)
        case .ellipse(let ellipse):
            let angle = 2 * .pi * parameter
            let local = ellipse.semiAxes * Point2(cos(angle), sin(angle))
            return ellipse.center + ellipse.rotation.turned(local)
        }
    }

    /// The smallest value of `function` on the curve.
    ///
    /// Every local minimum of 48 samples is refined by golden sections: exact for the distance to a convex shape along a
    /// segment, and for others unless two minima lie closer together than the samples.
    package func minimum(of function: (Point2) -> Double) -> Double {
        let count = 48
        let step = 1 / Double(count)
        let values = (0...count).map { function(point(at: Double($0) * step)) }
        var smallest = values.min()!
        for index in 0...count {
            let before = index > 0 ? values[index - 1] : .infinity
            let after = index < count ? values[index + 1] : .infinity
            guard values[index] <= before, values[index] < after else { continue }
            smallest = min(
                smallest,
                refined(Double(max(0, index - 1)) * step, Double(min(count, index + 1)) * step, function))
        }
        return smallest
    }

    private func refined(_ start: Double, _ end: Double, _ function: (Point2) -> Double) -> Double {
        let section = (5.0.squareRoot() - 1) / 2
        var (lower, upper) = (start, end)
        var (left, right) = (upper - section * (upper - lower), lower + section * (upper - lower))
        var (leftValue, rightValue) = (function(point(at: left)), function(point(at: right)))
        for _ in 0..<60 {
            if leftValue <= rightValue {
                (upper, right, rightValue) = (right, left, leftValue)
                left = upper - section * (upper - lower)
                leftValue = function(point(at: left))
            } else {
                (lower, left, leftValue) = (left, right, rightValue)
                right = lower + section * (upper - lower)
                rightValue = function(point(at: right))
            }
        }
        return min(leftValue, rightValue)
    }
}

extension Shape {
    /// The pieces of the boundary; for combinations those of all parts, so that some may lie off the boundary.
    package var boundaryCurves: [BoundaryCurve] {
        func closed(_ corners: [Point2]) -> [BoundaryCurve] {
            corners.indices.map { .segment(corners[$0], corners[($0 + 1) % corners.count]) }
        }
        switch self {
        case .circle(let circle):
            return [.ellipse(Ellipse(center: circle.center, semiAxes: Point2(repeating: circle.radius)))]
        case .rectangle(let rectangle): return closed(rectangle.corners)
        case .ellipse(let ellipse): return [.ellipse(ellipse)]
        case .polygon(let polygon): return closed(polygon.vertices)
        case .union(let parts), .intersection(let parts): return parts.flatMap(\.boundaryCurves)
        case .difference(let shape, let less): return shape.boundaryCurves + less.boundaryCurves
        case .complement(let shape): return shape.boundaryCurves
        }
    }
}
