import Foundation
import PDECore
import PDEGeometry

/// Random numbers for a test, by name.
func testStream(_ name: String, index: Int = 0) -> RandomStream {
    RandomStream(seed: 7, index: index, purpose: .init(name))
}

extension RandomStream {
    mutating func point(_ range: ClosedRange<Double> = -2...2) -> Point2 {
        Point2(uniform(in: range), uniform(in: range))
    }
}

/// A grid of cells over the box [0, 2]².
func squareGrid(_ count: Int) -> Grid {
    let axis = Grid.Axis(count: count, from: 0, to: 2, placement: .cells)
    return Grid([axis, axis])
}

func norm(_ vector: Point2) -> Double { hypot(vector.x, vector.y) }

/// Shapes of every kind, with a dense walk along the boundary written down apart from the library.
struct Outlined {
    let name: String
    let shape: Shape
    let points: [Point2]
    let spacing: Double

    init(_ name: String, _ shape: Shape, closed corners: [Point2]) {
        let count = 20_000
        points = corners.indices.flatMap { index in
            let (start, end) = (corners[index], corners[(index + 1) % corners.count])
            return (0..<count).map { start + Double($0) / Double(count) * (end - start) }
        }
        spacing = corners.indices.map { norm(corners[($0 + 1) % corners.count] - corners[$0]) }.max()! / Double(count)
        (self.name, self.shape) = (name, shape)
    }

    init(ellipse center: Point2, _ semiAxes: Point2, angle: Double, name: String, _ shape: Shape) {
        let count = 60_000
        points = (0..<count).map { step in
            let t = 2 * Double.pi * Double(step) / Double(count)
            let (u, v) = (semiAxes.x * cos(t), semiAxes.y * sin(t))
            return center + Point2(u * cos(angle) - v * sin(angle), u * sin(angle) + v * cos(angle))
        }
        spacing = 2 * .pi * semiAxes.max() / Double(count)
        (self.name, self.shape) = (name, shape)
    }

    func nearest(to point: Point2) -> Double {
        points.reduce(.infinity) { min($0, (($1 - point) * ($1 - point)).sum()) }.squareRoot()
    }

    /// The winding number of the walk around a point is not zero.
    func encloses(_ point: Point2) -> Bool {
        var turn = 0.0
        var previous = points.last! - point
        for vertex in points {
            let next = vertex - point
            turn += atan2(previous.x * next.y - previous.y * next.x, (previous * next).sum())
            previous = next
        }
        return abs(turn) > 3
    }

    static let star = [
        Point2(0.9, 0.1), Point2(0.2, 0.3), Point2(0, 1), Point2(-0.3, 0.2), Point2(-1, 0.1), Point2(-0.2, -0.2),
        Point2(0.1, -1.1),
    ]
    static let ell = [Point2(0, 0), Point2(1, 0), Point2(1, 0.3), Point2(0.4, 0.3), Point2(0.4, 1), Point2(0, 1)]

    static let all: [Outlined] = {
        let rectangle = Rectangle(lower: Point2(-0.7, -0.2), upper: Point2(0.5, 0.9))
        let (lower, upper) = (rectangle.lower, rectangle.upper)
        let corners = [lower, Point2(upper.x, lower.y), upper, Point2(lower.x, upper.y)]
        func turned(_ point: Point2, _ angle: Double, _ pivot: Point2) -> Point2 {
            let p = point - pivot
            return pivot + Point2(p.x * cos(angle) - p.y * sin(angle), p.x * sin(angle) + p.y * cos(angle))
        }
        let pivot = Point2(0.3, -0.4)
        return [
            Outlined(
                ellipse: Point2(0.2, -0.1), Point2(0.8, 0.8), angle: 0, name: "circle",
                .circle(center: Point2(0.2, -0.1), radius: 0.8)),
            Outlined(
                ellipse: Point2(0.2, -0.1), Point2(1.2, 0.3), angle: 0, name: "ellipse",
                .ellipse(center: Point2(0.2, -0.1), semiAxes: Point2(1.2, 0.3))),
            Outlined(
                ellipse: Point2(0, 0), Point2(0.25, 1.1), angle: 0.7, name: "tall turned ellipse",
                .ellipse(center: .zero, semiAxes: Point2(0.25, 1.1), angle: 0.7)),
            Outlined("rectangle", .rectangle(rectangle), closed: corners),
            Outlined(
                "turned rectangle", .rectangle(rectangle).rotated(by: 2.1, about: pivot),
                closed: corners.map { turned($0, 2.1, pivot) }),
            Outlined("star", .polygon(star), closed: star),
            Outlined("clockwise star", .polygon(star.reversed()), closed: star),
            Outlined("ell", .polygon(ell), closed: ell),
            Outlined(
                "moved and turned ell", Shape.polygon(ell).translated(by: Point2(-0.5, 0.2)).rotated(by: -0.9),
                closed: ell.map { turned($0 + Point2(-0.5, 0.2), -0.9, .zero) }),
        ]
    }()
}
