/// Reference trajectories that are held in memory: of a small dataset, or computed on the spot.
public struct StoredTrajectories: ReferenceTrajectories {
    /// What they have in common.
    public let description: ReferenceDescription
    private let labels: [TrajectoryLabel]
    private let values: [[Float]]

    /// Trajectories from their values.
    ///
    /// - Parameters:
    ///   - labels: one a trajectory.
    ///   - values: the frames of each trajectory, [frame][channel][space…].
    public init(_ description: ReferenceDescription, labels: [TrajectoryLabel], values: [[Float]]) {
        precondition(labels.count == values.count, "labels: expected \(values.count), got \(labels.count)")
        let size = description.frameCount * description.frameSize
        for trajectory in values {
            precondition(trajectory.count == size, "values: expected \(size) a trajectory, got \(trajectory.count)")
        }
        self.description = description
        self.labels = labels
        self.values = values
    }

    /// How many there are.
    public var count: Int { labels.count }

    /// The label of a trajectory.
    public func label(of trajectory: Int) -> TrajectoryLabel { labels[trajectory] }

    /// Copies frames.
    public func read(trajectory: Int, frames: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
        let size = description.frameSize
        values[trajectory].withUnsafeBufferPointer {
            destination.update(from: $0.baseAddress! + frames.lowerBound * size, count: frames.count * size)
        }
    }
}
