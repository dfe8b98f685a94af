/// What a loader's thread does: reads the windows of a plan into one free batch after another.
package struct BatchFiller: Sendable {
    let reader: DatasetReader
    let selection: FieldSelection
    let constants: FieldSelection?
    let shape: WindowShape
    let batchSize: Int

    package init(
        reader: DatasetReader, selection: FieldSelection, constants: FieldSelection?, shape: WindowShape,
        batchSize: Int
    ) {
        self.reader = reader
        self.selection = selection
        self.constants = constants
        self.shape = shape
        self.batchSize = batchSize
    }

    /// Fills batches until the plan ends, something fails or the consumer wants no more.
    func run(_ queue: BatchQueue, from start: BatchPosition, plan: (Int) -> [FrameWindow]?) {
        var position = start
        while let windows = plan(position.epoch) {
            while position.batch * batchSize < windows.count {
                guard let (number, batch) = queue.takeFree() else { return }
                do throws(DataError) {
                    guard try fill(batch, windows, at: position, unless: { queue.wantsNoMore }) else { return }
                } catch {
                    return queue.finish(error)
                }
                queue.put(number)
                position.batch += 1
            }
            if queue.wantsNoMore { return }
            position = BatchPosition(epoch: position.epoch + 1)
        }
        queue.finish()
    }

    /// Reads one batch.
    /// - Returns: Whether it is whole: not when `shouldStop` said true.
    package func fill(
        _ batch: Batch, _ windows: [FrameWindow], at position: BatchPosition, unless shouldStop: () -> Bool
    ) throws(DataError) -> Bool {
        let start = position.batch * batchSize
        let size = shape.frames * selection.valuesPerFrame
        batch.position = position
        batch.count = min(batchSize, windows.count - start)
        for place in 0..<batch.count {
            if shouldStop() { return false }
            let window = windows[start + place]
            batch.windows[place] = window
            try reader.read(
                sample: window.sample, from: window.first, count: shape.frames, step: shape.step, selection,
                into: batch.values.pointer + place * size)
            if let constants, let target = batch.constants {
                try reader.readConstants(
                    sample: window.sample, constants, into: target.pointer + place * constants.valuesPerFrame)
            }
        }
        return true
    }
}
