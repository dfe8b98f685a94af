/// Fields in the order in which a network has them as channels, on every point of the grid or on every n-th.
///
/// All components of all fields lie side by side at a point: [space…][channel], the channels in the order asked for,
/// a vector's components in the order of the axes.
public struct FieldSelection: Sendable, Equatable {
    /// The fields' names in the order asked for.
    public let fields: [String]
    /// The channels' names, such as `velocity_x`.
    public let channelNames: [String]
    /// Whether the fields have a frame for every time; if not, each is one picture.
    public let isTimeVarying: Bool
    /// Every how many points along each axis are taken, beginning with the first.
    public let stride: Int
    /// The number of points taken along each axis, slowest first.
    public let resolution: [Int]

    /// A field's place in the description and its first channel.
    struct Part: Sendable, Equatable {
        var field: Int
        var channel: Int
    }

    /// The fingerprint of the dataset whose fields these are; all of its splits have the same.
    let dataset: UInt64
    let parts: [Part]

    init(
        dataset: UInt64, fields: [String], channelNames: [String], isTimeVarying: Bool, stride: Int, resolution: [Int],
        parts: [Part]
    ) {
        self.dataset = dataset
        self.fields = fields
        self.channelNames = channelNames
        self.isTimeVarying = isTimeVarying
        self.stride = stride
        self.resolution = resolution
        self.parts = parts
    }

    /// The number of channels.
    public var channelCount: Int { channelNames.count }

    /// The number of points taken.
    public var pointCount: Int { resolution.reduce(1, *) }

    /// The number of values of one frame: points × channels.
    public var valuesPerFrame: Int { pointCount * channelCount }
}
