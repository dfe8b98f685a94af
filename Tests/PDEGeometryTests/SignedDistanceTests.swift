import Foundation
import PDECore
import PDEGeometry
import Testing

@Suite struct SignedDistanceTests {
    @Test("every shape's distance is that of the nearest of many boundary points, with the sign of the winding number")
    func bruteForce() {
        for outlined in Outlined.all {
            var stream = testStream("points")
            for _ in 0..<60 {
                let point = stream.point()
                let distance = outlined.shape.signedDistance(at: point)
                let nearest = outlined.nearest(to: point)
                // The nearest sample lies at most half a spacing along the boundary from the nearest point.
                let slack = outlined.spacing
                #expect(abs(distance) <= nearest + 1e-12, "\(outlined.name) at \(point)")
                #expect(abs(distance) >= nearest - slack, "\(outlined.name) at \(point)")
                #expect((distance < 0) == outlined.encloses(point), "\(outlined.name) at \(point)")
            }
        }
    }

    @Test("the distance vanishes on the boundary")
    func boundary() {
        for outlined in Outlined.all {
            let worst = stride(from: 0, to: outlined.points.count, by: 97).map {
                abs(outlined.shape.signedDistance(at: outlined.points[$0]))
            }.max()!
            #expect(worst < 2e-15 * 10, "\(outlined.name): \(worst)")
        }
    }

    @Test("outside convex shapes, and inside circles off the centre, the gradient has length 1")
    func gradient() {
        let step = 1e-6
        func gradientLength(_ shape: Shape, _ point: Point2) -> Double {
            let dx = Point2(step, 0), dy = Point2(0, step)
            return norm(
                Point2(
                    shape.signedDistance(at: point + dx) - shape.signedDistance(at: point - dx),
                    shape.signedDistance(at: point + dy) - shape.signedDistance(at: point - dy)) / (2 * step))
        }
        for outlined in Outlined.all.prefix(5) {
            var stream = testStream("gradient")
            var seen = 0
            while seen < 200 {
                let point = stream.point()
                guard outlined.shape.signedDistance(at: point) > 0.01 else { continue }
                seen += 1
                #expect(abs(gradientLength(outlined.shape, point) - 1) < 1e-6, "\(outlined.name) at \(point)")
            }
        }
        let circle = Outlined.all[0].shape
        #expect(abs(gradientLength(circle, Point2(0.5, 0.1)) - 1) < 1e-6)
        // Near their boundary ellipses have no medial axis: the smallest radius of curvature is b²/a = 0.075.
        for outlined in Outlined.all[1...2] {
            for index in stride(from: 0, to: outlined.points.count, by: 601) {
                #expect(abs(gradientLength(outlined.shape, outlined.points[index] * 0.999) - 1) < 1e-3)
            }
        }
    }

    @Test("an ellipse's distance is right on and beside its axes, at its centre, and for extreme ratios")
    func ellipseAxes() {
        let ellipse = Ellipse(center: .zero, semiAxes: Point2(2, 1))
        func distance(_ x: Double, _ y: Double) -> Double { ellipse.signedDistance(at: Point2(x, y)) }
        #expect(distance(0, 0) == -1)
        #expect(distance(3, 0) == 1)
        #expect(distance(0, -3) == 2)
        #expect(distance(2, 0) == 0)
        // On the long axis within the evolute: x₀ = a²x/(a² − b²).
        #expect(abs(distance(0.75, 0) + hypot(0.25, 0.75.squareRoot())) < 1e-15)
        // At the evolute's cusp (a² − b²)/a the closest point is the apex.
        #expect(abs(distance(1.5, 0) + 0.5) < 1e-15)
        for tiny in [1e-300, 1e-200, 1e-100, 1e-30, 1e-16, 1e-12, 1e-8] {
            for x in [0, 0.3, 0.75, 1.2, 1.499999, 1.5, 1.7, 2, 2.5] {
                #expect(abs(distance(x, tiny) - distance(x, 0)) <= 2 * tiny + 1e-14, "\(x), \(tiny)")
                #expect(abs(distance(tiny, x) - distance(0, x)) <= 2 * tiny + 1e-14, "\(tiny), \(x)")
            }
        }
        let sliver = Ellipse(center: .zero, semiAxes: Point2(1, 1e-6))
        #expect(abs(sliver.signedDistance(at: Point2(0.3, 0.5)) - 0.5) < 2e-6)
        let round = Ellipse(center: .zero, semiAxes: Point2(1, 1))
        #expect(round.signedDistance(at: .zero) == -1)
        #expect(abs(round.signedDistance(at: Point2(3, 4)) - 4) < 1e-14)
    }

    @Test("combinations have the right sign, never exceed the true distance, and are exact where the table says")
    func combinations() {
        let left = Shape.circle(center: Point2(-0.3, 0), radius: 0.6)
        let right = Shape.square(center: Point2(0.4, 0.1), side: 0.9)
        let union = Shape.union([left, right])
        let common = Shape.intersection([left, right])
        let rest = Shape.difference(left, right)
        // The boundary points of both parts that lie on the boundary of the combination.
        let circle = Outlined(ellipse: Point2(-0.3, 0), Point2(0.6, 0.6), angle: 0, name: "circle", left).points
        let corners = [Point2(-0.05, -0.35), Point2(0.85, -0.35), Point2(0.85, 0.55), Point2(-0.05, 0.55)]
        let walk = circle + Outlined("square", right, closed: corners).points
        var stream = testStream("combinations")
        for shape in [union, common, rest] {
            let boundary = walk.filter { abs(shape.signedDistance(at: $0)) < 1e-12 }
            for _ in 0..<60 {
                let point = stream.point()
                let (inLeft, inRight) = (left.signedDistance(at: point) < 0, right.signedDistance(at: point) < 0)
                let isInside =
                    shape == union ? inLeft || inRight : shape == common ? inLeft && inRight : inLeft && !inRight
                let distance = shape.signedDistance(at: point)
                let nearest = boundary.reduce(.infinity) { min($0, norm($1 - point)) }
                #expect((distance < 0) == isInside)
                #expect(abs(distance) <= nearest + 1e-12)
                let isExact = shape == union ? !isInside : isInside
                if isExact { #expect(abs(distance) >= nearest - 1e-4) }
            }
        }
        #expect(Shape.complement(left).signedDistance(at: Point2(-0.3, 0)) == 0.6)
        #expect(Shape.union([]).signedDistance(at: .zero) == .infinity)
        #expect(Shape.intersection([]).signedDistance(at: .zero) == -.infinity)
    }

    @Test("turning and moving a shape carries its distances along")
    func motions() {
        let mixed = Shape.difference(
            .union(Outlined.all.prefix(4).map(\.shape)), .complement(.circle(center: .zero, radius: 0.9)))
        var stream = testStream("motions")
        for shape in Outlined.all.map(\.shape) + [mixed] {
            for _ in 0..<50 {
                let (point, offset, pivot) = (stream.point(), stream.point(), stream.point())
                let angle = stream.uniform(in: -7...7)
                let p = point - pivot
                let turned = pivot + Point2(p.x * cos(angle) - p.y * sin(angle), p.x * sin(angle) + p.y * cos(angle))
                let moved = shape.rotated(by: angle, about: pivot).translated(by: offset)
                #expect(abs(moved.signedDistance(at: turned + offset) - shape.signedDistance(at: point)) < 1e-13)
            }
        }
    }

    @Test("a rectangle turned by quarter turns stays a rectangle, exactly")
    func quarterTurns() {
        let rectangle = Shape.rectangle(Rectangle(lower: Point2(1, 2), upper: Point2(4, 3)))
        #expect(
            rectangle.rotated(by: .pi / 2) == .rectangle(Rectangle(lower: Point2(-3, 1), upper: Point2(-2, 4))))
        #expect(rectangle.rotated(by: -2 * .pi) == rectangle)
        #expect(rectangle.rotated(by: .pi, about: Point2(2.5, 2.5)) == rectangle)
    }
}
