import PDECore

/// Consecutive frames of one trajectory in memory, read ahead in blocks of bounded size.
final class ReferenceWindow {
    private let source: any ReferenceTrajectories
    private let frameSize, frameCount, block: Int
    private let buffer: AlignedBuffer<Float>
    private var trajectory = -1
    private var loaded = 0..<0

    /// Blocks of about 4 MB: few reads, little memory.
    private static let blockBytes = 4 << 20

    init(_ source: any ReferenceTrajectories) {
        let description = source.description
        self.source = source
        frameSize = description.frameSize
        frameCount = description.frameCount
        block = max(1, min(64, Self.blockBytes / (4 * frameSize)))
        buffer = AlignedBuffer(count: block * frameSize)
    }

    /// The values of a frame, [channel][space…], until the next call.
    func frame(_ frame: Int, of trajectory: Int) throws -> UnsafePointer<Float> {
        if self.trajectory != trajectory || !loaded.contains(frame) {
            loaded = 0..<0
            self.trajectory = trajectory
            let range = frame..<min(frame + block, frameCount)
            try source.read(trajectory: trajectory, frames: range, into: buffer.pointer)
            loaded = range
        }
        return UnsafePointer(buffer.pointer + (frame - loaded.lowerBound) * frameSize)
    }
}
