import Foundation
import PDECore
import PDEGeometry
import Testing

@Suite struct ShapeTests {
    @Test("the bounding box touches the outline on all four sides")
    func boundingBoxes() {
        for outlined in Outlined.all {
            let box = outlined.shape.boundingBox
            let lower = outlined.points.reduce(Point2(9, 9)) { pointwiseMin($0, $1) }
            let upper = outlined.points.reduce(Point2(-9, -9)) { pointwiseMax($0, $1) }
            #expect(norm(box.lower - lower) < 1e-7 && norm(box.upper - upper) < 1e-7, "\(outlined.name)")
        }
        #expect(Shape.complement(Outlined.all[0].shape).boundingBox == .infinite)
        let pair = Shape.union([.square(center: .zero, side: 2), .circle(center: Point2(3, 0), radius: 1)])
        #expect(pair.boundingBox == BoundingBox(lower: Point2(-1, -1), upper: Point2(4, 1)))
    }

    @Test("the area is the share of random points inside; combinations have none")
    func areas() throws {
        for outlined in Outlined.all {
            var stream = testStream("area")
            let count = 40_000
            let inside = (0..<count).reduce(0) { sum, _ in
                sum + (outlined.shape.signedDistance(at: stream.point()) < 0 ? 1 : 0)
            }
            let area = try #require(outlined.shape.area)
            let share = area / 16
            let deviation = (share * (1 - share) / Double(count)).squareRoot()
            #expect(abs(Double(inside) / Double(count) - share) < 4 * deviation, "\(outlined.name)")
        }
        #expect(Shape.polygon(Outlined.ell).area!.isNearly(0.58, 1e-15))
        #expect(Shape.union([Outlined.all[0].shape]).area == nil)
    }

    @Test("the gap between two shapes is the smallest distance between points of their outlines")
    func gaps() {
        let shapes = Outlined.all
        var stream = testStream("gaps")
        for (first, second) in [(0, 1), (0, 5), (1, 2), (2, 4), (3, 4), (3, 3), (5, 7), (1, 7), (2, 3)] {
            let direction = stream.uniform(in: 0...(2 * .pi))
            let offset = 3.6 * Point2(cos(direction), sin(direction))
            let moved = shapes[second].shape.translated(by: offset)
            let gap = shapes[first].shape.distance(to: moved)
            // Walk the second outline and take the exact distance from the first.
            let walked = shapes[second].points.reduce(.infinity) {
                min($0, shapes[first].shape.signedDistance(at: $1 + offset))
            }
            #expect(gap > 0, "the case is meant to be one of separate shapes")
            #expect(gap <= walked + 1e-12 && gap >= walked - 1e-7, "\(shapes[first].name), \(shapes[second].name)")
            #expect(abs(moved.distance(to: shapes[first].shape) - gap) < 1e-12)
        }
    }

    @Test("shapes that overlap, hold each other or are equal have a negative gap; shapes that touch have none")
    func overlaps() {
        let square = Shape.square(center: .zero, side: 1)
        let turned = square.rotated(by: 0.3)
        let flat = Shape.ellipse(center: .zero, semiAxes: Point2(2, 0.1), angle: 0.4)
        for (first, second) in [
            (square, square), (turned, turned), (square, turned), (turned, flat), (flat, flat), (square, flat),
            (turned, .square(center: .zero, side: 5)), (.circle(center: .zero, radius: 0.1), turned),
            (turned, .circle(center: Point2(0.4, 0), radius: 0.3)),
            (.union([square, flat]), turned), (.difference(square, flat), turned),
        ] {
            #expect(first.distance(to: second) < -1e-3)
            #expect(second.distance(to: first) < -1e-3)
        }
        #expect(square.distance(to: square.translated(by: Point2(1, 0.3))) == 0)
        let far = Shape.circle(center: Point2(9, 0), radius: 1)
        #expect(turned.distance(to: .union([far, flat])) == turned.distance(to: flat))
        #expect(turned.distance(to: .union([far, far.translated(by: Point2(1, 0))])) == turned.distance(to: far))
        let hole = Shape.difference(.square(center: .zero, side: 4), .square(center: .zero, side: 2))
        #expect(abs(hole.distance(to: square) - 0.5) < 1e-12)
    }

    @Test("the thickness is the diameter of the largest disc inside")
    func thickness() {
        #expect(Shape.circle(center: .zero, radius: 0.5).thickness == 1)
        #expect(Shape.rectangle(center: .zero, size: Point2(3, 0.2)).thickness.isNearly(0.2, 1e-12))
        #expect(Shape.ellipse(center: .zero, semiAxes: Point2(0.3, 2)).thickness == 0.6)
        #expect(Shape.rectangle(center: .zero, size: Point2(3, 0.2)).rotated(by: 0.7).thickness.isNearly(0.2, 1e-3))
        // A regular triangle's inner circle has half the radius of the outer.
        #expect(Shape.polygon(.regular(sides: 3, center: .zero, radius: 1)).thickness.isNearly(1, 2e-3))
        let ring = Shape.difference(.circle(center: .zero, radius: 1), .circle(center: .zero, radius: 0.6))
        #expect(ring.thickness.isNearly(0.4, 2e-3))
        #expect(Shape.complement(ring).thickness == .infinity)
        #expect(
            Shape.intersection([.circle(center: .zero, radius: 1), .circle(center: Point2(5, 0), radius: 1)]).thickness
                == 0)
    }

    @Test("shapes survive JSON")
    func coding() throws {
        let shapes = Outlined.all.map(\.shape)
        let all = shapes + [.union(shapes), .intersection([]), .difference(shapes[0], .complement(shapes[1]))]
        let decoded = try JSONDecoder().decode([Shape].self, from: try JSONEncoder().encode(all))
        #expect(decoded == all)
        let text = #"{"circle": {"center": [1, 2], "radius": 0.5}}"#
        #expect(
            try JSONDecoder().decode(Shape.self, from: Data(text.utf8)) == .circle(center: Point2(1, 2), radius: 0.5))
    }

    @Test func aRectangleIsReadFromItsCornersAndFromItsCentreAndSize() throws {
        func read(_ text: String) throws -> Shape { try JSONDecoder().decode(Shape.self, from: Data(text.utf8)) }
        let square = Shape.rectangle(center: Point2(0.5, 0.25), size: Point2(0.25, 0.125))
        #expect(try read(#"{"rectangle": {"center": [0.5, 0.25], "size": [0.25, 0.125]}}"#) == square)
        #expect(try read(#"{"rectangle": {"lower": [0.375, 0.1875], "upper": [0.625, 0.3125]}}"#) == square)
        #expect(try read(String(decoding: JSONEncoder().encode(square), as: UTF8.self)) == square)
        #expect(throws: DecodingError.self) { try read(#"{"rectangle": {"center": [0.5, 0.25]}}"#) }
        #expect(throws: DecodingError.self) { try read(#"{"rectangle": {"center": [0.5, 0.5], "size": [0.1, 0]}}"#) }
    }

    @Test(
        "JSON that is no shape is refused in words",
        arguments: [
            (#"{"circle": {"center": [0, 0], "radius": 0}}"#, "circle: expected a radius above 0, got 0.0"),
            (
                #"{"ellipse": {"center": [0, 0], "semiAxes": [1, -1], "angle": 0}}"#,
                "ellipse: expected semi-axes above 0"
            ),
            (
                #"{"rectangle": {"lower": [1, 0], "upper": [0, 1]}}"#,
                "rectangle: expected an upper corner above and right"
            ),
            (#"{"polygon": {"vertices": [[0, 0], [1, 1]]}}"#, "polygon: expected at least 3 corners, got 2"),
            (#"{"polygon": {"vertices": [[0, 0], [1, 1], [1, 0], [0, 1]]}}"#, "polygon: edges 1 and 3 meet"),
            (
                #"{"polygon": {"vertices": [[0, 0], [1, 0], [1, 0], [0, 1]]}}"#,
                "polygon: corners 2 and 3 are the same point"
            ),
            (#"{"polygon": {"vertices": [[0, 0], [2, 0], [1, 0], [0, 1]]}}"#, "polygon: "),
            (#"{"sphere": {}}"#, "shape: expected one key out of circle, rectangle, ellipse, polygon, union"),
        ])
    func refusals(json: String, message: String) {
        do {
            _ = try JSONDecoder().decode(Shape.self, from: Data(json.utf8))
            Issue.record("accepted \(json)")
        } catch let DecodingError.dataCorrupted(context) {
            #expect(context.debugDescription.hasPrefix(message), "\(context.debugDescription)")
        } catch {
            Issue.record(error)
        }
    }
}

extension Double {
    func isNearly(_ other: Double, _ tolerance: Double) -> Bool { abs(self - other) <= tolerance * abs(other) }
}
