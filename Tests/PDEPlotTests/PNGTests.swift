import PDEPlot
import Testing

@Suite struct PNGTests {
    /// Gradients, flat areas, noise and text: every row filter has rows that suit it.
    static func picture(width: Int, height: Int, seed: UInt32) -> Raster {
        var raster = Raster(width: width, height: height)
        var state = seed
        for y in 0..<height {
            for x in 0..<width {
                state = state &* 1_664_525 &+ 1_013_904_223
                switch (y / 8) % 4 {
                case 0:
                    raster[x, y] = Color(
                        red: UInt8(truncatingIfNeeded: 3 * x), green: UInt8(truncatingIfNeeded: x + y), blue: 7)
                case 1: raster[x, y] = Color(hex: state >> 8)
                case 2: raster[x, y] = Color(hex: 0x336699)
                default: break
                }
            }
        }
        raster.text("Δx", at: Point(4, height - 4))
        return raster
    }

    @Test(arguments: [(1, 1), (1, 9), (2, 3), (61, 70), (300, 41)])
    func decodesToTheSamePixels(width: Int, height: Int) throws {
        let raster = PNGTests.picture(width: width, height: height, seed: 1)
        let file = try PNGReader(raster.png(title: "ν = 0.1"))
        #expect(file.width == width)
        #expect(file.height == height)
        #expect(Array(file.header[8...]) == [8, 2, 0, 0, 0])
        #expect(try file.pixels() == raster.pixels)
        #expect(file.chunks.map(\.type) == ["IHDR", "iTXt", "IDAT", "IEND"])
        #expect(file.contents("iTXt") == [Array("Title\0\0\0\0\0ν = 0.1".utf8)])
    }

    @Test func samePixelsGiveSameBytes() {
        let one = PNGTests.picture(width: 120, height: 90, seed: 5).png()
        #expect(one == PNGTests.picture(width: 120, height: 90, seed: 5).png())
        #expect(one != PNGTests.picture(width: 120, height: 90, seed: 6).png())
    }

    @Test func animationRebuildsEveryFrame() throws {
        let frames = (0..<5).map { index -> Raster in
            var frame = Raster(width: 40, height: 30)
            if index != 3 { frame.circle(center: Point(6 + 7 * min(index, 2), 15), radius: 4, .series(0)) }
            return frame
        }
        let file = try PNGReader(AnimatedPNG(frames: frames, delayMilliseconds: 50).png())
        let control = try #require(file.contents("acTL").first)
        #expect(PNGReader.integer(control[0..<4]) == 5)
        #expect(try file.pixels() == frames[0].pixels)

        let animation = file.chunks.filter { ["fcTL", "fdAT"].contains($0.type) }
        #expect(animation.map { PNGReader.integer($0.content[0..<4]) } == Array(0..<9))
        var canvas = frames[0]
        var box = canvas.bounds
        var index = 0
        for chunk in animation {
            if chunk.type == "fcTL" {
                let numbers = stride(from: 4, to: 20, by: 4).map { PNGReader.integer(chunk.content[$0..<$0 + 4]) }
                box = Box(x: numbers[2], y: numbers[3], width: numbers[0], height: numbers[1])
                #expect(Array(chunk.content[20...]) == [0, 50, 3, 232, 0, 0])
            } else {
                index += 1
                let part = try PNGReader.pixels(Array(chunk.content[4...]), width: box.width, height: box.height)
                canvas.draw(Raster(width: box.width, height: box.height, pixels: part), x: box.x, y: box.y)
                #expect(canvas == frames[index])
            }
        }
        #expect(index == 4)
        // Only what moves is stored.
        #expect(box.width < 40 && box.height < 30)
    }
}
