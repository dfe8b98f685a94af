/// A place where frames of a sample begin to be read.
public struct FrameWindow: Hashable, Sendable {
    /// The sample's position in the split.
    public var sample: Int
    /// The window's first frame.
    public var first: Int

    /// A window of a sample.
    public init(sample: Int, first: Int) {
        self.sample = sample
        self.first = first
    }
}

/// Which frames belong to a window: so many, each so many stored frames after the one before.
public struct WindowShape: Hashable, Codable, Sendable {
    /// How many frames.
    public var frames: Int
    /// How many stored frames it is from one to the next.
    public var step: Int

    /// Describes windows; by default of frames that follow each other.
    public init(frames: Int, step: Int = 1) {
        precondition(
            frames > 0 && step > 0, "WindowShape: \(frames) frames, \(step) apart; both must be at least 1")
        self.frames = frames
        self.step = step
    }

    /// The first and the last of `frameCount` frames: the pair that an operator from initial to final state learns
    /// from.
    public static func firstAndLast(of frameCount: Int) -> WindowShape {
        precondition(frameCount > 1, "WindowShape.firstAndLast: \(frameCount) frames, expected at least 2")
        return WindowShape(frames: 2, step: frameCount - 1)
    }

    /// The number of stored frames from the first to the last, both included.
    public var span: Int { (frames - 1) * step + 1 }
}

/// A place between two batches of a training run.
public struct BatchPosition: Hashable, Codable, Sendable, Comparable {
    /// The epoch, from 0.
    public var epoch: Int
    /// The number of batches of the epoch that come before.
    public var batch: Int

    /// A place between two batches; by default the beginning.
    public init(epoch: Int = 0, batch: Int = 0) {
        self.epoch = epoch
        self.batch = batch
    }

    /// The place after one more batch. Behind an epoch's last batch it is the beginning of the next epoch.
    public var next: BatchPosition { BatchPosition(epoch: epoch, batch: batch + 1) }

    /// The order of training.
    public static func < (left: BatchPosition, right: BatchPosition) -> Bool {
        (left.epoch, left.batch) < (right.epoch, right.batch)
    }
}
