import PDECore

/// What all samples of a steady problem have in common.
public struct SteadyReference: Codable, Equatable, Sendable {
    /// The dataset's name.
    public var name: String
    /// Which part of it: `test`.
    public var split: String
    /// Points along each axis.
    public var shape: [Int]
    /// The solution's channels.
    public var channels: [String]
    /// The root mean square of each channel over the training split: errors of channels in different units are added in
    /// these units. Positive.
    public var channelScales: [Double]
    /// What a reader must know, such as that a contestant was trained on some; nil where there is nothing.
    public var notes: [String]?

    /// Describes samples; without scales every channel counts in its own unit.
    public init(
        name: String, split: String = "test", shape: [Int], channels: [String], channelScales: [Double]? = nil,
        notes: [String] = []
    ) {
        let scales = channelScales ?? Array(repeating: 1, count: channels.count)
        precondition(!channels.isEmpty, "channels: expected at least one")
        precondition(
            scales.count == channels.count && scales.allSatisfy { $0 > 0 && $0.isFinite },
            "channelScales: expected \(channels.count) positive numbers, got \(scales)")
        precondition(!shape.isEmpty && shape.allSatisfy { $0 > 0 }, "shape: expected points along axes, got \(shape)")
        (self.name, self.split, self.shape) = (name, split, shape)
        (self.channels, self.channelScales) = (channels, scales)
        self.notes = notes.isEmpty ? nil : notes
    }

    /// Points of the grid.
    public var pointCount: Int { shape.reduce(1, *) }
    /// Values of a solution: channels × points.
    public var valueCount: Int { channels.count * pointCount }
}

/// A field of a sample for its picture.
public struct SteadyField: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// Its values, [space…].
    public var values: [Float]

    /// A field.
    public init(_ name: String, _ values: [Float]) { (self.name, self.values) = (name, values) }
}

/// The truth that solutions are held against: samples of a steady problem on one grid.
///
/// Several threads read at once.
public protocol SteadySolutions: Sendable {
    /// What they have in common.
    var description: SteadyReference { get }
    /// How many there are.
    var count: Int { get }

    /// The label of sample 0 ..< `count`.
    func label(of sample: Int) -> TrajectoryLabel

    /// Reads a sample's solution.
    ///
    /// - Parameter destination: gets [channel][space…].
    /// - Throws: what reading the dataset throws.
    func read(sample: Int, into destination: UnsafeMutablePointer<Float>) throws

    /// What the solution comes from, to be shown beside it; the first field is the one that is shown.
    /// - Throws: what reading the dataset throws.
    func inputs(of sample: Int) throws -> [SteadyField]

    /// Which points of a sample are solid, [space…]; nil where none are.
    /// - Throws: what reading the dataset throws.
    func solids(of sample: Int) throws -> [Bool]?
}

extension SteadySolutions {
    /// None.
    public func solids(of sample: Int) -> [Bool]? { nil }
}
