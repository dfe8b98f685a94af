/// One axis of the grid.
public struct Dimension: Codable, Equatable, Sendable {
    /// The axis' name, such as `x`.
    public var name: String
    /// The coordinate of every grid point, increasing; as many as the fields have points along this axis.
    public var coordinates: [Double]
    /// The extent of the domain, where it is not the distance of the outermost points (periodic or cell-centred axes).
    public var length: Double?

    /// Describes an axis.
    public init(name: String, coordinates: [Double], length: Double? = nil) {
        self.name = name
        self.coordinates = coordinates
        self.length = length
    }

    /// The extent of the domain along the axis.
    public var extent: Double { length ?? coordinates[coordinates.count - 1] - coordinates[0] }
}
