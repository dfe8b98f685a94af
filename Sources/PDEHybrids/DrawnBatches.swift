import PDEData
import PDETraining

/// Batches that are drawn by their number: of problems without a dataset.
final class DrawnBatches<Batch>: BatchSource {
    let waitingSeconds = 0.0
    private let perEpoch, epochs: Int
    private let rank: Rank
    private let draw: (Int) throws -> Batch
    private var position: BatchPosition

    /// - Parameters:
    ///   - perEpoch: batches of an epoch.
    ///   - start: the first one.
    ///   - epochs: when it ends.
    ///   - rank: of the processes that share every batch.
    ///   - draw: makes the batch of a number; no two of all processes have the same.
    init(perEpoch: Int, from start: BatchPosition, epochs: Int, rank: Rank, draw: @escaping (Int) throws -> Batch) {
        (self.perEpoch, self.epochs, self.rank, self.draw, position) = (perEpoch, epochs, rank, draw, start)
    }

    func next() throws -> Batch? {
        guard position.epoch < epochs else { return nil }
        let number = (position.epoch * perEpoch + position.batch) * rank.count + rank.index
        position = position.next
        if position.batch == perEpoch { position = BatchPosition(epoch: position.epoch + 1) }
        return try draw(number)
    }
}
