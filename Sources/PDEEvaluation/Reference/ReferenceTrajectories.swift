import PDECore

/// What all reference trajectories have in common.
public struct ReferenceDescription: Codable, Equatable, Sendable {
    /// The dataset's name.
    public var name: String
    /// Which part of it: `test`.
    public var split: String
    /// Where the values sit.
    public var grid: Grid
    /// The channels' names, as many as a frame has components.
    public var channels: [String]
    /// What the channels are, in which units; nil where nobody says so.
    public var channelNotes: [String]?
    /// The root mean square of each channel over the training split: errors of channels in different units are added in
    /// these units. Positive.
    public var channelScales: [Double]
    /// The channels whose squares make the energy ½ Σ ⟨u²⟩: those of the velocity. All by default.
    public var energyChannels: [Int]
    /// What ½ Σ ⟨u²⟩ over these channels is, such as `enstrophy` where they are a vorticity; nil for an energy.
    public var energyName: String?
    /// Frames of a trajectory, the initial one included.
    public var frameCount: Int
    /// The time between two frames.
    public var frameInterval: Double
    /// What a reader must know of them, such as that a contestant was trained on some; nil where there is nothing.
    public var notes: [String]?

    /// Describes trajectories; without scales every channel counts in its own unit.
    public init(
        name: String, split: String = "test", grid: Grid, channels: [String], channelScales: [Double]? = nil,
        energyChannels: [Int]? = nil, energyName: String? = nil, frameCount: Int, frameInterval: Double,
        notes: [String] = [], channelNotes: [String]? = nil
    ) {
        let scales = channelScales ?? Array(repeating: 1, count: channels.count)
        precondition(!channels.isEmpty, "channels: expected at least one")
        precondition(
            scales.count == channels.count && scales.allSatisfy { $0 > 0 && $0.isFinite },
            "channelScales: expected \(channels.count) positive numbers, got \(scales)")
        precondition(
            energyChannels?.allSatisfy(channels.indices.contains) ?? true,
            "energyChannels: expected numbers of \(channels.count) channels, got \(energyChannels ?? [])")
        precondition(frameCount >= 2, "frameCount: expected at least 2 frames, got \(frameCount)")
        precondition(frameInterval > 0, "frameInterval: expected more than 0, got \(frameInterval)")
        self.name = name
        self.split = split
        self.grid = grid
        self.channels = channels
        precondition(
            channelNotes.map { $0.count == channels.count } ?? true,
            "channelNotes: expected one for each of \(channels)")
        self.channelNotes = channelNotes
        self.channelScales = scales
        self.energyChannels = energyChannels ?? Array(channels.indices)
        self.energyName = energyName
        self.frameCount = frameCount
        self.frameInterval = frameInterval
        self.notes = notes.isEmpty ? nil : notes
    }

    /// Values of a frame: channels × points.
    public var frameSize: Int { channels.count * grid.count }
}

/// The truth that forecasts are held against: trajectories of one grid, one frame interval and one length.
///
/// Several threads read at once.
public protocol ReferenceTrajectories: Sendable {
    /// What they have in common.
    var description: ReferenceDescription { get }
    /// How many there are.
    var count: Int { get }

    /// The label of trajectory 0 ..< `count`.
    func label(of trajectory: Int) -> TrajectoryLabel

    /// Reads consecutive frames of a trajectory.
    ///
    /// - Parameters:
    ///   - trajectory: 0 ..< `count`.
    ///   - frames: a part of 0 ..< `frameCount`.
    ///   - destination: gets [frame][channel][space…].
    /// - Throws: what reading the dataset throws.
    func read(trajectory: Int, frames: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws

    /// What is measured on a trajectory's frames besides their errors, before any frame; nil for nothing.
    /// - Throws: what reading the dataset throws.
    func measure(of trajectory: Int) throws -> (any FrameMeasure)?

    /// Which points of a trajectory are solid, [space…]; nil where none are.
    /// - Throws: what reading the dataset throws.
    func solids(of trajectory: Int) throws -> [Bool]?
}

extension ReferenceTrajectories {
    /// Nothing.
    public func measure(of trajectory: Int) -> (any FrameMeasure)? { nil }

    /// None.
    public func solids(of trajectory: Int) -> [Bool]? { nil }
}

/// Turns frames as The Well stores them, [frame][space…][channel], into frames as fields have them,
/// [frame][channel][space…].
///
/// - Parameters:
///   - source: `frames` × `points` × `channels` values.
///   - destination: as many, elsewhere.
public func separateChannels(
    _ source: UnsafePointer<Float>, frames: Int, points: Int, channels: Int,
    into destination: UnsafeMutablePointer<Float>
) {
    if channels == 1 {
        destination.update(from: source, count: frames &* points)
        return
    }
    for frame in 0..<frames {
        for channel in 0..<channels {
            let from = source + (frame &* points &* channels &+ channel)
            let to = destination + (frame &* channels &+ channel) &* points
            for point in 0..<points { to[point] = from[point &* channels] }
        }
    }
}
