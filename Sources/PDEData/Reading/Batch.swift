import PDECore

/// Frames of several windows, from a loader that fills the same memory again later.
///
/// The values stay as they are until the loader's next `next()` and for as long as anything refers to the batch.
///
/// Unchecked: the loader's thread writes to it only while nobody has it.
public final class Batch: @unchecked Sendable {
    /// Where in training it is; a checkpoint after it goes on from `position.next`.
    public internal(set) var position = BatchPosition()
    /// How many windows are in it: the loader's batch size, fewer in the last batch of an epoch.
    public internal(set) var count = 0
    /// [window][frame][space…][channel]; the first `count` windows have a meaning.
    public let values: AlignedBuffer<Float>
    /// [window][space…][channel] of the fields that are constant in time; nil when none were asked for.
    public let constants: AlignedBuffer<Float>?
    /// The windows that are in it: the first `count` have a meaning.
    public internal(set) var windows: [FrameWindow]

    init(size: Int, valuesPerWindow: Int, constantsPerWindow: Int?) {
        values = AlignedBuffer(count: size * valuesPerWindow)
        constants = constantsPerWindow.map { AlignedBuffer(count: size * $0) }
        windows = Array(repeating: FrameWindow(sample: 0, first: 0), count: size)
    }
}
