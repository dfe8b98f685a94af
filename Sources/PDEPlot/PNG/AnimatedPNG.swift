/// An endless animation that browsers play and other viewers show the first frame of (APNG).
public struct AnimatedPNG: Sendable {
    /// The frames, all of one size.
    public let frames: [Raster]
    /// How long each frame stays.
    public let delayMilliseconds: Int

    /// An animation of one or more frames of one size.
    public init(frames: [Raster], delayMilliseconds: Int) {
        precondition(!frames.isEmpty, "AnimatedPNG: expected at least one frame, got none")
        for frame in frames {
            precondition(
                frame.bounds == frames[0].bounds,
                "AnimatedPNG: expected frames of \(frames[0].width)×\(frames[0].height), got \(frame.width)×\(frame.height)"
            )
        }
        precondition(
            (1...65_535).contains(delayMilliseconds),
            "AnimatedPNG: expected a delay of 1…65535 ms, got \(delayMilliseconds)")
        self.frames = frames
        self.delayMilliseconds = delayMilliseconds
    }

    /// The animation as a file. After the first frame only the rectangle that changes is stored.
    public func png(title: String? = nil) -> [UInt8] {
        var file = PNGWriter(width: frames[0].width, height: frames[0].height)
        if let title { file.note("Title", title) }
        file.chunk("acTL", PNGWriter.bigEndian(frames.count) + PNGWriter.bigEndian(0))
        var sequence = 0
        for (index, frame) in frames.enumerated() {
            let box = index == 0 ? frame.bounds : frame.changes(from: frames[index - 1])
            var control = PNGWriter.bigEndian(sequence)
            for value in [box.width, box.height, box.x, box.y] { control += PNGWriter.bigEndian(value) }
            control += PNGWriter.bigEndian16(delayMilliseconds) + PNGWriter.bigEndian16(1000) + [0, 0]
            file.chunk("fcTL", control)
            sequence += 1
            if index == 0 {
                file.chunk("IDAT", PNGWriter.imageData(frame))
            } else {
                file.chunk("fdAT", PNGWriter.bigEndian(sequence) + PNGWriter.imageData(frame.cropped(to: box)))
                sequence += 1
            }
        }
        file.chunk("IEND", [])
        return file.bytes
    }
}

extension Raster {
    /// The smallest rectangle outside which the two pictures agree; one pixel if they agree everywhere.
    package func changes(from other: Raster) -> Box {
        var (left, right, top, bottom) = (width, -1, height, -1)
        pixels.withUnsafeBufferPointer { new in
            other.pixels.withUnsafeBufferPointer { old in
                for y in 0..<height {
                    let row = 3 &* y &* width
                    for x in 0..<width {
                        let i = row &+ 3 &* x
                        guard new[i] != old[i] || new[i &+ 1] != old[i &+ 1] || new[i &+ 2] != old[i &+ 2] else {
                            continue
                        }
                        left = min(left, x)
                        right = max(right, x)
                        top = min(top, y)
                        bottom = y
                    }
                }
            }
        }
        guard right >= 0 else { return Box(x: 0, y: 0, width: 1, height: 1) }
        return Box(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
    }
}
