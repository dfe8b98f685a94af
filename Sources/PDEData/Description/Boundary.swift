/// What holds at the ends of one axis.
public struct Boundary: Codable, Equatable, Sendable {
    /// The kinds that The Well tells apart.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// A wall: the normal flow vanishes or the value is prescribed.
        case wall
        /// Flow passes.
        case open
        /// The two ends are one.
        case periodic
    }

    /// Which ends of the axis.
    public enum Sides: String, Codable, Sendable, CaseIterable {
        /// The end with the smallest coordinate.
        case low
        /// The end with the largest coordinate.
        case high
        /// Both ends.
        case both
    }

    /// The kind of condition.
    public var kind: Kind
    /// The name of the axis.
    public var dimension: String
    /// The ends where it holds.
    public var sides: Sides

    /// Describes a boundary condition.
    public init(_ kind: Kind, dimension: String, sides: Sides = .both) {
        self.kind = kind
        self.dimension = dimension
        self.sides = sides
    }

    /// The group's name in the file, such as `y_wall`.
    package var name: String { "\(dimension)_\(kind.rawValue)" }
}
