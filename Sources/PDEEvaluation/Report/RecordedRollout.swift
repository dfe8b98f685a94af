import PDECore

/// Frames of one rollout and of the truth beside it, few and small enough to look at.
///
/// One-dimensional fields keep up to 512 points; of two-dimensional ones up to 128 a side are kept, blocks of points taken
/// together; of three-dimensional ones the plane in the middle of the last axis.
public struct RecordedRollout: Sendable {
    /// Who made it.
    public let contestant: String
    /// Which trajectory it is.
    public let label: TrajectoryLabel
    /// The recorded steps, counted from 1 after the last input frame.
    public let steps: [Int]
    /// The channels' names.
    public let channels: [String]
    /// Points down and across a picture: y downwards, x to the right; one row for a one-dimensional field.
    public let rows, columns: Int
    /// [frame][channel][row][column], the first row at the largest y.
    public internal(set) var prediction: [Float]
    /// The same of the truth, as far as the reference goes.
    public internal(set) var truth: [Float]
    /// The nRMSE at each recorded step that the reference reaches.
    public internal(set) var errors: [Double]

    /// Values of a picture.
    public var pictureSize: Int { rows * columns }
    /// Recorded steps that the reference reaches.
    public var truthCount: Int { truth.count / (channels.count * pictureSize) }

    /// The values of a channel at all recorded steps.
    func values(_ all: [Float], channel: Int) -> [Float] {
        let size = pictureSize
        return stride(from: channel * size, to: all.count, by: channels.count * size).flatMap { all[$0..<$0 + size] }
    }

    init(_ contestant: String, label: TrajectoryLabel, steps: [Int], description: ReferenceDescription) {
        let thinning = PictureThinning(description.grid)
        self.contestant = contestant
        self.label = label
        self.steps = steps
        channels = description.channels
        rows = thinning.rows
        columns = thinning.columns
        (prediction, truth, errors) = ([], [], [])
    }
}

/// How the points of a grid become the fewer ones of a picture.
struct PictureThinning {
    private let shape: [Int]
    private let factors: [Int]
    let rows, columns: Int

    private static let longestLine = 512
    private static let longestSide = 128

    init(_ grid: Grid) {
        shape = grid.shape
        let most = grid.dimensions == 1 ? Self.longestLine : Self.longestSide
        factors = grid.shape.prefix(2).map { ($0 + most - 1) / most }
        columns = shape[0] / factors[0]
        rows = grid.dimensions == 1 ? 1 : shape[1] / factors[1]
    }

    /// Appends the picture of one channel, [x][y][z] → [row][column]; what is mostly solid is no number.
    func append(_ values: UnsafePointer<Float>, solids: [Bool]?, to result: inout [Float]) {
        let depth = shape.count == 3 ? shape[2] : 1
        let acrossY = shape.count > 1 ? shape[1] : 1
        let factorY = shape.count > 1 ? factors[1] : 1
        for row in 0..<rows {
            let firstY = (rows - 1 - row) * factorY
            for column in 0..<columns {
                var (sum, count): (Float, Float) = (0, 0)
                for x in column * factors[0]..<(column + 1) * factors[0] {
                    for y in firstY..<firstY + factorY {
                        let point = (x * acrossY + y) * depth + depth / 2
                        if solids?[point] == true { continue }
                        sum += values[point]
                        count += 1
                    }
                }
                result.append(2 * count < Float(factors[0] * factorY) ? .nan : sum / count)
            }
        }
    }
}

extension RolloutEvaluator {
    /// Records rollouts for the report's player: of the trajectory with the first one's middling error first, then of those with
    /// its smallest and largest; the same of every contestant.
    ///
    /// - Parameters:
    ///   - contestants: whose rollouts, one after the other.
    ///   - evaluation: tells the plan and which trajectories went how well.
    ///   - count: how many trajectories of each.
    ///   - frames: how many frames of each at most, evenly spread.
    ///   - shouldStop: asked before every step.
    /// - Throws: `EvaluationError.interrupted` after `shouldStop`; what the contestant and the reference throw.
    public func record(
        _ contestants: [Contestant], in evaluation: Evaluation, count: Int = 3, frames: Int = 80,
        shouldStop: () -> Bool = { false }
    ) throws -> [RecordedRollout] {
        precondition(!contestants.isEmpty, "contestants: expected at least one")
        precondition(count >= 1 && frames >= 1, "record: expected at least one trajectory and frame")
        let trajectories = chosen(contestants[0].name, in: evaluation, count: count)
        return try contestants.flatMap {
            try record($0, trajectories, in: evaluation, frames: frames, shouldStop: shouldStop)
        }
    }

    private func record(
        _ contestant: Contestant, _ trajectories: [Int], in evaluation: Evaluation, frames: Int, shouldStop: () -> Bool
    ) throws -> [RecordedRollout] {
        let plan = evaluation.plan
        let worker = try RolloutWorker(contestant, source: reference, plan: plan)
        let thinning = PictureThinning(reference.description.grid)
        let description = reference.description
        let points = description.grid.count
        let shown = min(frames, plan.steps)
        let steps = (0..<shown).map { shown == 1 ? plan.steps : 1 + $0 * (plan.steps - 1) / (shown - 1) }
        return try trajectories.map { trajectory in
            let solids = try reference.solids(of: trajectory)
            var record = RecordedRollout(
                contestant.name, label: reference.label(of: trajectory), steps: steps, description: description)
            try worker.frames(of: trajectory, at: steps, shouldStop: shouldStop) { _, truth, prediction, error in
                for channel in description.channels.indices {
                    thinning.append(prediction + channel * points, solids: solids, to: &record.prediction)
                    if let truth { thinning.append(truth + channel * points, solids: solids, to: &record.truth) }
                }
                if truth != nil { record.errors.append(error) }
            }
            return record
        }
    }

    /// The trajectories at even distances in the order of the contestant's errors: middle first, then best and worst.
    private func chosen(_ contestant: String, in evaluation: Evaluation, count: Int) -> [Int] {
        guard let result = evaluation.contestants.first(where: { $0.name == contestant }) else {
            return Array(0..<min(count, reference.count))
        }
        let ranked = result.trajectories.indices.sorted {
            (result.trajectories[$0].error, $0) < (result.trajectories[$1].error, $1)
        }
        var order = [ranked[(ranked.count - 1) / 2], ranked[0], ranked[ranked.count - 1]]
        order += ranked
        var seen: Set<Int> = []
        return Array(order.filter { seen.insert($0).inserted }.prefix(count))
    }
}
