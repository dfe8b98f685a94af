import Foundation
import PDECore
import PDEGeometry
import Testing

@Suite struct GeometryTests {
    @Test(
        "boxes given in cells fill exactly those cells, at all positions on 128² and on boxes with round spacings or not"
    )
    func boxesAreExact() {
        let odd = Grid([
            .init(count: 128, from: -0.3, to: 1.9, placement: .cells),
            .init(count: 128, from: 0.1, to: 0.8, placement: .cells),
        ])
        for grid in [squareGrid(128), odd] {
            for position in 0...120 {
                let other = (position * 37) % 121
                let box = CellBox(x: position, y: other, side: 8)
                #expect(CellBox(box.rectangle(on: grid), on: grid) == box)
            }
        }
        // Masks and faces at every eleventh pair, which meets each index along each axis.
        for position in 0...120 {
            let box = CellBox(x: position, y: (position * 11) % 121, side: 8)
            let geometry = Geometry([box], on: odd)
            #expect(geometry.cellBoxes == [box])
            #expect(geometry.fluidCells == 128 * 128 - 64)
            for i in max(0, position - 2)..<min(128, position + 10) {
                for j in 0..<128 {
                    let isSolid = box.x.contains(i) && box.y.contains(j)
                    #expect(geometry.mask[i * 128 + j] == (isSolid ? 1 : 0))
                    #expect(geometry.bodyIndex[i * 128 + j] == (isSolid ? 0 : -1))
                    #expect((geometry.cellDistance[i * 128 + j] < 0) == isSolid)
                }
            }
        }
    }

    @Test("all 121² positions of a square on 128² come back from its rectangle")
    func everyPosition() {
        let grid = squareGrid(128)
        var failures = 0
        for x in 0...120 {
            for y in 0...120
            where CellBox(CellBox(x: x, y: y, side: 8).rectangle(on: grid), on: grid)
                != CellBox(x: x, y: y, side: 8)
            { failures += 1 }
        }
        #expect(failures == 0)
        #expect(CellBox(Rectangle(lower: Point2(0.1, 0), upper: Point2(1, 1)), on: grid) == nil)
    }

    @Test("a face of a box is closed if a solid cell lies on either side, and open otherwise")
    func boxFaces() {
        let boxes = [CellBox(x: 3..<6, y: 2..<9), CellBox(x: 6..<9, y: 4..<5), CellBox(x: 14..<20, y: -3..<2)]
        let geometry = Geometry(boxes, on: squareGrid(16))
        func isSolid(_ i: Int, _ j: Int) -> Bool { boxes.contains { $0.x.contains(i) && $0.y.contains(j) } }
        for i in 0...16 {
            for j in 0..<16 {
                let across = (i < 16 && isSolid(i, j)) || (i > 0 && isSolid(i - 1, j))
                #expect(geometry.xFaceOpenFraction[i * 16 + j] == (across ? 0 : 1))
                let along = (i < 16 && isSolid(j, i)) || (i > 0 && isSolid(j, i - 1))
                #expect(geometry.yFaceOpenFraction[j * 17 + i] == (along ? 0 : 1))
            }
        }
        #expect(geometry.bodyIndex[7 * 16 + 4] == 1 && geometry.bodyIndex[15 * 16] == 2)
    }

    @Test("the distance is sampled at cell centres and at the centres of x-faces and y-faces")
    func staggered() {
        let grid = Grid([
            .init(count: 6, from: 0, to: 3, placement: .cells), .init(count: 4, from: 1, to: 2, placement: .cells),
        ])
        let bodies = [
            Shape.circle(center: Point2(1.2, 1.4), radius: 0.3),
            .ellipse(center: Point2(2, 1.7), semiAxes: Point2(0.2, 0.1)),
        ]
        let geometry = Geometry(bodies, on: grid)
        func distance(_ x: Double, _ y: Double) -> Double { bodies.map { $0.signedDistance(at: Point2(x, y)) }.min()! }
        #expect(geometry.xFaceDistance.count == 7 * 4 && geometry.yFaceDistance.count == 6 * 5)
        for i in 0..<6 {
            for j in 0..<4 {
                let (x, y) = (0.5 * Double(i), 1 + 0.25 * Double(j))
                #expect(abs(geometry.cellDistance[i * 4 + j] - distance(x + 0.25, y + 0.125)) < 1e-14)
                #expect(abs(geometry.xFaceDistance[i * 4 + j] - distance(x, y + 0.125)) < 1e-14)
                #expect(abs(geometry.yFaceDistance[i * 5 + j] - distance(x + 0.25, y)) < 1e-14)
            }
        }
        #expect(Geometry([Shape](), on: grid).cellDistance == Array(repeating: 10.0.squareRoot(), count: 24))
    }

    @Test("overlapping bodies: a cell belongs to the first that holds it")
    func firstBody() {
        let shapes: [Shape] = [.circle(center: Point2(1, 1), radius: 0.5), .square(center: Point2(1, 1), side: 0.5)]
        let geometry = Geometry(shapes, on: squareGrid(32))
        #expect(geometry.bodyIndex[16 * 32 + 16] == 0)
        #expect(Geometry(shapes.reversed(), on: squareGrid(32)).bodyIndex[16 * 32 + 16] == 0)
        #expect(geometry.mask == Geometry(shapes.reversed(), on: squareGrid(32)).mask)
    }

    @Test("the open shares of a circle's faces are those of its chords")
    func circleFaces() {
        let (center, radius) = (Point2(1.013, 0.987), 0.31)
        for count in [8, 16, 32, 64, 128] {
            let h = 2 / Double(count)
            let geometry = Geometry([.circle(center: center, radius: radius)], on: squareGrid(count))
            var worst = 0.0
            for i in 0...count {
                let x = Double(i) * h - center.x
                let half = abs(x) < radius ? (radius * radius - x * x).squareRoot() : 0
                for j in 0..<count {
                    let (low, high) = (max(Double(j) * h, center.y - half), min(Double(j + 1) * h, center.y + half))
                    let open = 1 - max(0, high - low) / h
                    worst = max(worst, abs(geometry.xFaceOpenFraction[i * count + j] - open))
                }
            }
            #expect(worst < 2e-6, "\(count): \(worst)")
        }
    }

    @Test("a solid's moment summed from the face fractions of a circle converges at second order or better")
    func momentConverges() {
        let radius = 0.31
        // The weight r² − x² vanishes at the ends, where chords grow too steeply for the trapezoidal rule.
        let exact = 0.75 * Double.pi * radius * radius * radius * radius
        func error(_ count: Int) -> Double {
            let h = 2 / Double(count)
            // Averaged over positions: a single one may be right by chance.
            return (0..<12).reduce(0.0) { sum, shift in
                let center = Point2(1 + 0.0137 * Double(shift), 1 - 0.0071 * Double(shift))
                let geometry = Geometry([.circle(center: center, radius: radius)], on: squareGrid(count))
                var moment = 0.0
                for i in 0...count {
                    let x = Double(i) * h - center.x
                    let column = geometry.xFaceOpenFraction[(i * count)..<((i + 1) * count)]
                    moment += column.reduce(0) { $0 + 1 - $1 } * h * h * (radius * radius - x * x)
                }
                return sum + abs(moment - exact) / 12
            }
        }
        let slope = log2(error(32) / error(128)) / 2
        #expect(slope > 1.9, "slope \(slope)")
    }

    @Test("a polygon with sides on cell faces closes the same faces as the box")
    func alignedPolygon() {
        let grid = squareGrid(20)
        let box = CellBox(x: 3..<9, y: 4..<11)
        let corners = box.rectangle(on: grid)
        let polygon = Shape.polygon([
            corners.lower, Point2(corners.upper.x, corners.lower.y), corners.upper,
            Point2(corners.lower.x, corners.upper.y),
        ])
        let (exact, sampled) = (Geometry([box], on: grid), Geometry([polygon], on: grid))
        #expect(sampled.cellBoxes == [nil])
        #expect(sampled.mask == exact.mask)
        for (first, second) in [
            (exact.xFaceOpenFraction, sampled.xFaceOpenFraction), (exact.yFaceOpenFraction, sampled.yFaceOpenFraction),
        ] {
            #expect(zip(first, second).allSatisfy { abs($0 - $1) < 1e-6 })
        }
    }
}

@Suite struct FluidRegionsTests {
    private func regions(_ boxes: [CellBox]) -> FluidRegions { Geometry(boxes, on: squareGrid(10)).fluidRegions }

    @Test("an empty box is one region; a wall across makes two, a wall along too but leaves the way free")
    func walls() {
        #expect(regions([]).isConnected && regions([]).sizes == [100])
        let across = regions([CellBox(x: 4..<5, y: 0..<10)])
        #expect(across.sizes == [40, 50] && !across.inletReachesOutlet && !across.isConnected)
        let along = regions([CellBox(x: 0..<10, y: 4..<5)])
        #expect(along.sizes == [40, 50] && along.inletReachesOutlet)
        let hole = regions([CellBox(x: 4..<5, y: 0..<9)])
        #expect(hole.isConnected && hole.inletReachesOutlet)
        let full = regions([CellBox(x: 0..<10, y: 0..<10)])
        #expect(full.sizes.isEmpty && !full.inletReachesOutlet)
    }

    @Test("cells that meet at a corner only are not connected; a ring shuts its inside off")
    func corners() {
        let diagonal = regions([CellBox(x: 0..<5, y: 0..<5), CellBox(x: 5..<10, y: 5..<10)])
        #expect(diagonal.sizes == [25, 25] && !diagonal.inletReachesOutlet)
        let ring = Shape.difference(.square(center: Point2(1, 1), side: 1.6), .square(center: Point2(1, 1), side: 0.8))
        let inside = Geometry([ring], on: squareGrid(10)).fluidRegions
        #expect(inside.sizes == [36, 16] && inside.inletReachesOutlet)
        #expect(inside.labels[5 * 10 + 5] == 1 && inside.labels[0] == 0)
    }

    @Test("a plate thinner than a cell between two columns of centres shuts the channel")
    func thinPlate() {
        let plate = Shape.rectangle(Rectangle(lower: Point2(0.99, -1), upper: Point2(1.01, 3)))
        let geometry = Geometry([plate], on: squareGrid(10))
        #expect(geometry.fluidCells == 100)
        #expect(!geometry.fluidRegions.inletReachesOutlet)
    }
}
