import PDEPlot
import Testing

@Suite struct RasterTests {
    @Test func fillsExactlyTheRectangleAndClips() {
        var raster = Raster(width: 10, height: 8)
        raster.fill(Box(x: 7, y: -3, width: 20, height: 5), .black)
        for y in 0..<8 {
            for x in 0..<10 { #expect(raster[x, y] == (x >= 7 && y < 2 ? .black : .white)) }
        }
    }

    @Test func cropUndoesDraw() {
        let stamp = PNGTests.picture(width: 9, height: 7, seed: 3)
        var raster = Raster(width: 30, height: 20, background: .slate)
        raster.draw(stamp, x: 4, y: 5)
        #expect(raster.cropped(to: Box(x: 4, y: 5, width: 9, height: 7)) == stamp)
        raster.draw(stamp, x: -4, y: 17)
        #expect(raster[0, 17] == stamp[4, 0])
    }

    @Test func inkOfALineIsItsLengthTimesItsWidth() {
        for (end, width) in [(Point(90.0, 10.0), 3.0), (Point(90.0, 70.0), 2.0), (Point(30.5, 85.25), 1.0)] {
            var raster = Raster(width: 100, height: 100)
            let start = Point(10.0, 10.0)
            raster.line(from: start, to: end, .black, width: width)
            let ink = raster.pixels.reduce(0.0) { $0 + Double(255 - $1) / 255 } / 3
            let length = ((end.x - start.x) * (end.x - start.x) + (end.y - start.y) * (end.y - start.y)).squareRoot()
            let expected = length * width + .pi * width * width / 4
            #expect(abs(ink - expected) < 0.03 * expected)
        }
    }

    @Test func linesFarOutsideOrNotFiniteAreHarmless() {
        var raster = Raster(width: 50, height: 50)
        raster.polyline([Point(-1e300, 0.0), Point(.nan, 5.0), Point(1e308, -1e308)], .black, width: 2)
        raster.circle(center: Point(.infinity, 1.0), radius: 3, .black)
        raster.text("far", at: Point(1e9, -1e9))
        #expect(raster == Raster(width: 50, height: 50))
        raster.polyline([Point(-1e9, 25.0), Point(1e9, 25.0)], .black, width: 2)
        #expect((0..<50).allSatisfy { raster[$0, 24] == .black && raster[$0, 25] == .black })
    }

    @Test func gapsAndDashesLeaveInkOut() {
        func ink(_ points: [Point], _ dash: Dash) -> Int {
            var raster = Raster(width: 120, height: 20)
            raster.polyline(points, .black, width: 2, dash: dash)
            return raster.pixels.reduce(0) { $0 + (255 - Int($1)) }
        }
        let line = stride(from: 10.0, through: 110.0, by: 5.0).map { Point($0, 10.0) }
        var gap = line
        gap[10] = Point(60.0, .nan)
        let whole = ink(line, .solid)
        #expect(ink(gap, .solid) < whole)
        #expect(ink(line, .dashed) < whole * 8 / 10)
        #expect(ink(line, .dotted) < ink(line, .dashed))
        #expect(ink(line, .dotted) > 0)
    }

    @Test func everyCharacterHasItsOwnShape() {
        func shape(_ text: String) -> Raster {
            var raster = Raster(width: 60, height: 60)
            raster.text(text, at: Point(20, 40), style: TextStyle(scale: 2))
            return raster
        }
        let missing = shape("\u{4E2D}")
        var seen: [Raster: Character] = [missing: "?", Raster(width: 60, height: 60): " "]
        let characters = (33...126).map { Character(Unicode.Scalar($0)) } + Array("νΔ²·−≤≥°πλωμ×±∞⁻³₀∂∇")
        for character in characters {
            let picture = shape(String(character))
            #expect(seen[picture] == nil, "\(character) looks like \(seen[picture] ?? " ")")
            seen[picture] = character
        }
        #expect(shape(" ") == Raster(width: 60, height: 60))
    }

    @Test func turnedTextIsTheSamePictureTurned() {
        let style = TextStyle(scale: 2)
        var across = Raster(width: 80, height: 80)
        across.text("Rg4", at: Point(40, 40), anchor: TextAnchor(.left, .baseline), style: style)
        var up = Raster(width: 80, height: 80)
        up.text("Rg4", at: Point(40, 40), anchor: TextAnchor(.left, .baseline), style: style, direction: .up)
        var down = Raster(width: 80, height: 80)
        down.text("Rg4", at: Point(40, 40), anchor: TextAnchor(.left, .baseline), style: style, direction: .down)
        for y in 0..<80 {
            for x in 0..<80 {
                #expect(up[y, 79 - x] == across[x, y])
                #expect(down[79 - y, x] == across[x, y])
            }
        }
    }

    @Test func stemsAreSharpAtWholeScales() {
        for scale in [1.0, 2.0, 3.0] {
            var raster = Raster(width: 60, height: 60)
            raster.text("I", at: Point(20, 50), style: TextStyle(scale: scale, color: .black))
            let row = (0..<60).map { raster[$0, 50 - Int(3 * scale)] }
            #expect(row.filter { $0 == .black }.count == Int(scale))
            #expect(row.allSatisfy { $0 == .black || $0 == .white })
        }
    }

    @Test func anchorsPutTextWhereAsked() {
        func columns(_ anchor: TextAnchor.Horizontal) -> (Int, Int) {
            var raster = Raster(width: 200, height: 40)
            raster.text("HHHH", at: Point(100, 30), anchor: TextAnchor(anchor, .baseline))
            let inked = (0..<200).filter { x in (0..<40).contains { raster[x, $0] != .white } }
            return (inked.first!, inked.last!)
        }
        #expect(columns(.left).0 >= 100)
        #expect(columns(.right).1 <= 100)
        let (first, last) = columns(.center)
        #expect(abs((first + last) / 2 - 100) <= 1)
    }
}
