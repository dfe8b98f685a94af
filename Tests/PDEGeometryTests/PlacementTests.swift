import Foundation
import PDECore
import PDEGeometry
import Testing

@Suite struct PlacementTests {
    private let grid = squareGrid(64)
    private let mixed = ObstaclePlacement(
        count: 2...6, kinds: ObstacleKind.allCases, size: 0.2...0.35, isRotated: true, gap: 0.08,
        margins: Margins(inlet: 0.3, outlet: 0.4, bottom: 0.1, top: 0.15), passage: 0.3)

    private func error(_ placement: ObstaclePlacement, on grid: Grid) -> GeometryError? {
        do throws(GeometryError) {
            _ = try placement.place(on: grid, seed: 1, index: 0)
            return nil
        } catch { return error }
    }

    @Test("over hundreds of samples gaps, margins, passages and numbers are kept")
    func properties() throws {
        var numbers: Set<Int> = []
        for index in 0..<200 {
            let geometry = try mixed.place(on: grid, seed: 3, index: index)
            numbers.insert(geometry.bodies.count)
            for (number, body) in geometry.bodies.enumerated() {
                let box = body.boundingBox
                #expect(box.lower.x >= 0.3 - 1e-9 && box.upper.x <= 1.6 + 1e-9)
                #expect(box.lower.y >= 0.1 - 1e-9 && box.upper.y <= 1.85 + 1e-9)
                for other in geometry.bodies[..<number] { #expect(body.distance(to: other) >= 0.08 - 1e-9) }
            }
            let clearances = geometry.clearances
            #expect(clearances.narrowestPassage >= 0.3 && clearances.bodyGap! >= 0.08 - 1e-9)
            #expect(geometry.fluidRegions.inletReachesOutlet)
            #expect(throws: Never.self) { try geometry.check() }
        }
        #expect(numbers == [2, 3, 4, 5, 6])
    }

    @Test("a sample is a function of seed, index and attempt, in whatever order it is drawn")
    func determinism() throws {
        let forward = try (0..<20).map { try mixed.place(on: grid, seed: 9, index: $0).bodies }
        let backward = try (0..<20).reversed().map { try mixed.place(on: grid, seed: 9, index: $0).bodies }
        #expect(forward == Array(backward.reversed()))
        #expect(Set(forward).count == 20)
        #expect(try mixed.place(on: grid, seed: 9, index: 0, attempt: 1).bodies != forward[0])
        #expect(try mixed.place(on: grid, seed: 10, index: 0).bodies != forward[0])
    }

    @Test("snapped squares and rectangles are boxes of whole cells, other shapes have centres on cell corners")
    func snapping() throws {
        var placement = mixed
        placement.isSnapped = true
        placement.isRotated = false
        placement.kinds = [.square, .rectangle]
        for index in 0..<100 {
            let geometry = try placement.place(on: grid, seed: 4, index: index)
            #expect(geometry.cellBoxes.allSatisfy { $0 != nil })
            #expect(
                geometry.clearances.wallGaps!.inlet >= 0.3 - 1e-9 && geometry.clearances.wallGaps!.top >= 0.15 - 1e-9)
        }
        placement.kinds = [.circle]
        for index in 0..<100 {
            for body in try placement.place(on: grid, seed: 4, index: index).bodies {
                guard case .circle(let circle) = body else { Issue.record("expected a circle"); continue }
                let cells = circle.center * 32
                #expect(cells == cells.rounded(.toNearestOrEven))
                #expect(circle.center.x - circle.radius >= 0.3 - 1e-9)
            }
        }
    }

    @Test("what is thinner than two cells is refused with the resolution that would do")
    func thinness() {
        let thin = ObstaclePlacement(count: 1...1, size: 0.05...0.05, gap: 0.1, margins: Margins(0.1))
        #expect(
            error(thin, on: squareGrid(64))!.description == """
                a square of size 0.05 is 0.05 wide: 1.6 cells, expected at least 2
                use 80 × 80 cells or more, or make it wider
                """)
        #expect(error(thin, on: squareGrid(80)) == nil)
        var close = mixed
        close.gap = 0.01
        #expect(
            error(close, on: squareGrid(64))!.description == """
                the smallest gap between obstacles is 0.01 wide: 0.32 cells, expected at least 2
                use 400 × 400 cells or more, or make it wider
                """)
        close.gap = 0.03
        #expect(error(close, on: squareGrid(64))!.description.contains("use 134 × 134 cells"), "an even number")
        close.gap = 0
        #expect(
            error(close, on: squareGrid(64))!.description == """
                the smallest gap between obstacles is 0 wide: 0 cells, expected at least 2
                make it wider
                """)
        close.gap = 0.1
        close.margins.top = 0.02
        #expect(
            error(close, on: squareGrid(64))!.description.hasPrefix("the margin at the top is 0.02 wide: 0.64 cells"))
    }

    @Test("obstacles without a place, without room, and in the way are refused in words")
    func refusals() {
        let crowd = ObstaclePlacement(count: 40...40, size: 0.3...0.3, gap: 0.1, margins: Margins(0.1))
        guard case .noRoom(let placed, 40, let positions, 100, 0.1, let share)? = error(crowd, on: squareGrid(64))
        else {
            Issue.record("expected no room"); return
        }
        #expect(placed < 40 && placed > 10 && positions > 20_000 && share.isNearly(40 * 0.09 / 3.24, 1e-9))
        #expect(
            error(crowd, on: squareGrid(64))!.description == """
                at most \(placed) of 40 obstacles found a place: \(positions) positions tried in 100 layouts
                together they fill 111.1 % of the room between the margins, with gaps of 0.1: use fewer or smaller obstacles, \
                a smaller gap or smaller margins
                """)
        let large = ObstaclePlacement(count: 1...1, size: 1.5...1.5, gap: 0.1, margins: Margins(0.4))
        #expect(
            error(large, on: squareGrid(64))!.description == """
                a square of size 1.5 is 1.5 long along x; the margins leave 1.2
                use smaller obstacles or smaller margins
                """)
        let wall = ObstaclePlacement(
            count: 1...1, kinds: [.circle], size: 1.4...1.4, gap: 0.1, margins: Margins(0.1), passage: 0.6)
        guard case .blocked(let passage, 0.6, _, let blockage, 100)? = error(wall, on: squareGrid(64)) else {
            Issue.record("expected a blocked channel"); return
        }
        // A circle of diameter 1.4 leaves 0.5 on the wider side at best, and 0.3 at least.
        #expect(passage <= 0.501 && passage > 0.3 && blockage.isNearly(0.7, 0.01))
        #expect(error(wall, on: squareGrid(64))!.description.hasPrefix("the obstacles block the channel: at x = "))
        #expect(
            error(wall, on: squareGrid(64))!.description.contains(
                "expected at least 0.6; the best of 100 layouts tried"))
    }

    @Test("settings out of range are refused in words")
    func settings() {
        func problem(_ change: (inout ObstaclePlacement) -> Void) -> String? {
            var placement = mixed
            change(&placement)
            return error(placement, on: grid)?.description
        }
        #expect(problem { $0.count = -1...2 } == "number of obstacles: expected 0 or more, got -1")
        #expect(
            problem { $0.kinds = [] }
                == "shapes: expected at least one of square, rectangle, circle, ellipse, triangle, hexagon")
        #expect(problem { $0.size = 0...1 } == "size of obstacles: expected lengths above 0, got 0.0...1.0")
        #expect(problem { $0.aspect = 0.5...2 }?.hasPrefix("aspect of obstacles: ") == true)
        #expect(problem { $0.gap = -1 } == "gap between obstacles: expected 0 or more, got -1.0")
        #expect(problem { $0.margins.outlet = .nan } == "margin at the outlet: expected 0 or more, got nan")
        #expect(problem { $0.count = 0...0 } == nil)
    }

    @Test("bodies placed by hand are checked: overlaps, closed channels, thin bodies and thin gaps")
    func checks() {
        func message(_ bodies: [Shape], passage: Double = 0) -> String? {
            do throws(GeometryError) {
                try Geometry(bodies, on: squareGrid(40)).check(passage: passage)
                return nil
            } catch { return error.description }
        }
        func square(_ x: Double, _ y: Double, _ side: Double = 0.4) -> Shape {
            .square(center: Point2(x, y), side: side)
        }
        #expect(message([square(0.6, 1), square(1.4, 1)]) == nil)
        #expect(message([square(0.6, 1), square(1.0, 1)]) == nil, "bodies may touch")
        #expect(message([square(1, 0.2)]) == nil, "a body may touch a wall")
        #expect(
            message([square(0.6, 1), square(0.9, 1)])
                == "bodies 0 and 1 overlap by 0.1\nmove one of them, or join them in a union")
        #expect(message([square(1, 1, 2)])?.hasPrefix("the obstacles leave no fluid") == true)
        #expect(
            message([square(1, 1, 2).translated(by: Point2(0.5, 0))])?.hasPrefix("the obstacles close the channel")
                == true)
        #expect(
            message([square(1, 1, 0.08)])?.hasPrefix("body 0 is 0.08 wide: 1.6 cells, expected at least 2\nuse 50 × 50")
                == true)
        #expect(
            message([square(0.6, 1), square(1.06, 1)])?.hasPrefix(
                "the gap between bodies 0 and 1 is 0.06 wide: 1.2 cells") == true)
        #expect(message([square(1, 0.26)])?.hasPrefix("the gap between body 0 and the bottom is 0.06 wide") == true)
        #expect(
            message([square(1, 1, 1)], passage: 0.6) == """
                the obstacles block the channel: at x = 0.5 the widest passage is 0.5, expected at least 0.6
                the most solid cross-section is solid to 50 %: use fewer or smaller obstacles, or allow a narrower passage
                """)
    }

    @Test("clearances are those read off a drawing")
    func clearances() {
        let boxes = [CellBox(x: 2..<4, y: 3..<9), CellBox(x: 6..<9, y: 1..<3), CellBox(x: 7..<8, y: 5..<8)]
        let found = Geometry(boxes, on: squareGrid(10)).clearances
        #expect(found.blockage.isNearly(0.6, 1e-12))
        #expect(found.narrowestPassage.isNearly(0.4, 1e-12), "two cells between the second and third, two above")
        #expect(found.narrowestPassagePosition.isNearly(1.4, 1e-12))
        #expect(found.bodyGap!.isNearly(0.4, 1e-12) && found.thinnestBody!.isNearly(0.2, 1e-12))
        #expect(found.thinnestBodyIndex == 2)
        #expect(found.wallGaps!.inlet.isNearly(0.4, 1e-12) && found.wallGaps!.top.isNearly(0.2, 1e-12))
        let empty = Geometry([CellBox](), on: squareGrid(10)).clearances
        #expect(empty.blockage == 0 && empty.narrowestPassage == 2 && empty.bodyGap == nil && empty.wallGaps == nil)
    }
}

@Suite struct SeedLevelTests {
    private func chiSquared(_ counts: ArraySlice<Int>, expected: Double) -> Double {
        var sum = 0.0
        for count in counts { sum += (Double(count) - expected) * (Double(count) - expected) / expected }
        return sum
    }

    @Test("one: 16 × 16 cells, lower-left indices from 4 to 111, each equally often along each axis")
    func one() {
        var counts = [[Int]](repeating: .init(repeating: 0, count: 128), count: 2)
        let samples = 21_600
        for index in 0..<samples {
            let boxes = SeedLevel.one.boxes(seed: 5, index: index)
            #expect(boxes.count == 1 && boxes[0].x.count == 16 && boxes[0].y.count == 16)
            counts[0][boxes[0].x.lowerBound] += 1
            counts[1][boxes[0].y.lowerBound] += 1
        }
        for axis in counts {
            #expect(axis.indices.filter { axis[$0] > 0 } == Array(4...111))
            // 200 expected each; χ² of 107 degrees of freedom stays below 160 but for one in a thousand.
            #expect(chiSquared(axis[4...111], expected: 200) < 165)
        }
    }

    @Test("many: two to ten squares of 8 × 8 cells, equally often, apart from each other and a cell from the border")
    func many() {
        var numbers = [Int](repeating: 0, count: 11)
        var (lowest, highest) = (127, 0)
        for index in 0..<3600 {
            let boxes = SeedLevel.many.boxes(seed: 5, index: index)
            numbers[boxes.count] += 1
            for (number, box) in boxes.enumerated() {
                #expect(box.x.count == 8 && box.y.count == 8)
                lowest = min(lowest, box.x.lowerBound, box.y.lowerBound)
                highest = max(highest, box.x.upperBound, box.y.upperBound)
                #expect(!boxes[..<number].contains(where: box.overlaps))
            }
        }
        #expect(lowest == 1 && highest == 127)
        // 400 expected each; χ² of 8 degrees of freedom stays below 26 but for one in a thousand.
        #expect(numbers[0] == 0 && numbers[1] == 0)
        #expect(chiSquared(numbers[2...], expected: 400) < 27)
    }

    @Test("the levels' geometry is solid in exactly the boxes' cells, on refined grids too")
    func geometry() {
        #expect(SeedLevel.none.geometry(seed: 1, index: 0).fluidCells == 128 * 128)
        #expect(SeedLevel.one.geometry(seed: 1, index: 3).fluidCells == 128 * 128 - 256)
        for index in 0..<20 {
            let boxes = SeedLevel.many.boxes(seed: 1, index: index)
            #expect(SeedLevel.many.boxes(seed: 1, index: index) == boxes)
            let geometry = SeedLevel.many.geometry(seed: 1, index: index)
            #expect(geometry.fluidCells == 128 * 128 - 64 * boxes.count)
            #expect(geometry.cellBoxes == boxes)
            #expect(geometry.fluidRegions.inletReachesOutlet)
        }
        let (coarse, fine) = (
            SeedLevel.many.geometry(seed: 1, index: 2), SeedLevel.many.geometry(seed: 1, index: 2, refinement: 2)
        )
        #expect(fine.bodies == coarse.bodies && fine.fluidCells == 4 * coarse.fluidCells)
    }
}
