import Dispatch
import PDECore

/// Reads batches ahead on one background thread, so that training does not wait for files.
///
/// Batches come out in the order of the plan whatever the depth of the queue. All memory is made with the loader:
/// `depth` + 1 batches; a batch that is read from a warm cache allocates nothing. One thread takes the batches.
///
///     let loader = BatchLoader(reader, selection, shape: sampler.shape, batchSize: 32) { epoch in
///         epoch < epochs ? sampler.windows(of: epoch) : nil
///     }
///     while let batch = try loader.next() { … }
public final class BatchLoader {
    /// How many batches are ready ahead unless another number is asked for.
    public static let standardDepth = 3
    /// How many windows a batch has.
    public let batchSize: Int
    /// The windows' frames.
    public let shape: WindowShape
    /// The fields in `Batch.values`.
    public let selection: FieldSelection
    /// The fields in `Batch.constants`.
    public let constants: FieldSelection?
    /// Seconds that `next()` has waited for batches that were not ready, over the loader's life.
    public private(set) var waitingSeconds = 0.0
    /// How many batches `next()` had to wait for. The first one is always among them.
    public private(set) var waitingCount = 0
    /// How many batches were taken.
    public private(set) var takenCount = 0

    private let queue: BatchQueue
    private let thread: DispatchQueue

    /// Starts to read batches of a plan.
    /// - Parameters:
    ///   - reader: The split.
    ///   - selection: Fields that vary in time.
    ///   - constants: Fields that do not, such as a mask.
    ///   - shape: The windows' frames.
    ///   - batchSize: How many windows a batch has. The last batch of an epoch has what is left.
    ///   - depth: How many batches may be ready before they are asked for.
    ///   - start: Where to begin, such as the place that a checkpoint holds.
    ///   - plan: The windows of an epoch in order; nil after the last epoch. Called on the background thread, once an
    ///     epoch.
    public init(
        _ reader: DatasetReader, _ selection: FieldSelection, constants: FieldSelection? = nil, shape: WindowShape,
        batchSize: Int, depth: Int = standardDepth, from start: BatchPosition = BatchPosition(),
        plan: @escaping @Sendable (_ epoch: Int) -> [FrameWindow]?
    ) {
        precondition(batchSize > 0, "BatchLoader: batchSize is \(batchSize), expected at least 1")
        precondition(depth > 0, "BatchLoader: depth is \(depth), expected at least 1")
        precondition(selection.isTimeVarying, "BatchLoader: \(selection.fields) are constant in time")
        precondition(constants?.isTimeVarying != true, "BatchLoader: \(constants?.fields ?? []) vary in time")
        precondition(
            shape.span <= reader.frameCount,
            "BatchLoader: windows of \(shape.span) frames from samples of \(reader.frameCount)")
        self.batchSize = batchSize
        self.shape = shape
        self.selection = selection
        self.constants = constants
        let batches = (0...depth).map { _ in
            Batch(
                size: batchSize, valuesPerWindow: shape.frames * selection.valuesPerFrame,
                constantsPerWindow: constants?.valuesPerFrame)
        }
        let queue = BatchQueue(batches)
        let filler = BatchFiller(
            reader: reader, selection: selection, constants: constants, shape: shape, batchSize: batchSize)
        self.queue = queue
        thread = DispatchQueue(label: "PDEData.BatchLoader")
        thread.async { filler.run(queue, from: start, plan: plan) }
    }

    /// Starts to read one list of windows.
    /// - Parameter windows: In the order in which they are wanted.
    public convenience init(
        _ reader: DatasetReader, _ selection: FieldSelection, constants: FieldSelection? = nil, shape: WindowShape,
        batchSize: Int, depth: Int = standardDepth, windows: [FrameWindow]
    ) {
        self.init(
            reader, selection, constants: constants, shape: shape, batchSize: batchSize, depth: depth,
            plan: { $0 == 0 ? windows : nil })
    }

    /// Stops the thread after the window that it reads, and waits for it.
    deinit {
        queue.close()
        thread.sync {}
    }

    /// The next batch, or nil after the last one; waits where it is not ready.
    ///
    /// A batch that nothing refers to any more goes back to be filled again.
    /// - Throws: What reading threw, in the place of the batch that it hit and of all later ones.
    public func next() throws(DataError) -> Batch? {
        queue.collect()
        if !queue.isReady() {
            let start = DispatchTime.now().uptimeNanoseconds
            queue.waitUntilReady()
            waitingSeconds += Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
            waitingCount += 1
        }
        guard let batch = try queue.take() else { return nil }
        takenCount += 1
        return batch
    }

    /// Gives a batch back before `next()`, so that the thread can go on; its values must not be used any more.
    public func recycle(_ batch: consuming Batch) { queue.recycle(batch) }

    /// The memory of all batches.
    public var bufferBytes: Int { queue.bytes }
}
