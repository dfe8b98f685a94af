import PDECore

/// The frames of the truth that a forecast begins from, the last one being the state at its start.
///
/// Valid while the call that brings them lasts.
public struct InputFrames {
    /// What all trajectories have in common.
    public let description: ReferenceDescription
    /// The trajectory's number, difficulty and parameters.
    public let label: TrajectoryLabel
    /// How many there are: as many as the contestant asked for.
    public let count: Int
    /// Which frame of the trajectory the newest is.
    public let newestFrame: Int
    private let first: UnsafePointer<Float>

    init(
        _ description: ReferenceDescription, label: TrajectoryLabel, count: Int, before start: Int,
        first: UnsafePointer<Float>
    ) {
        self.description = description
        self.label = label
        self.count = count
        newestFrame = start - 1
        self.first = first
    }

    /// A frame's values, [channel][space…]; frame `count` − 1 is the newest.
    public subscript(frame: Int) -> UnsafePointer<Float> {
        precondition(frame >= 0 && frame < count, "frame: expected 0..<\(count), got \(frame)")
        return first + frame * description.frameSize
    }

    /// The newest frame's values, [channel][space…].
    public var newest: UnsafePointer<Float> { self[count - 1] }
}
