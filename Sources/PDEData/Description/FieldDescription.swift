/// A quantity on the grid: a scalar, a vector or a matrix at every point.
public struct FieldDescription: Codable, Equatable, Sendable {
    /// The dataset's name in the file, such as `velocity`.
    public var name: String
    /// The tensor order: 0 scalar, 1 vector, 2 matrix.
    public var order: Int
    /// Whether the field has a frame for every time, or is one constant picture such as a mask.
    public var isTimeVarying: Bool
    /// Whether every sample has its own, or all share one.
    public var isSampleVarying: Bool
    /// The number that the field is at every point of every sample, such as the mask of an empty channel; nil of all others.
    /// Loaders do not see such a field, for tools that normalise refuse one that never changes.
    public var uniformValue: Float?
    /// One sentence for the reader: what it is and in which non-dimensional unit.
    public var summary: String

    /// Describes a field; by default one that varies with sample and time.
    public init(
        name: String, order: Int, isTimeVarying: Bool = true, isSampleVarying: Bool = true, uniformValue: Float? = nil,
        summary: String
    ) {
        self.name = name
        self.order = order
        self.isTimeVarying = isTimeVarying
        self.isSampleVarying = isSampleVarying
        self.uniformValue = uniformValue
        self.summary = summary
    }
}
