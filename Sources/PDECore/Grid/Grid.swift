/// A uniform Cartesian grid in one, two or three dimensions.
///
/// Values on a grid are stored row-major: the last axis varies fastest.
public struct Grid: Hashable, Codable, Sendable {
    /// Where the points of an axis sit between its two ends.
    public enum Placement: String, Hashable, Codable, Sendable {
        /// `count` points from the lower end on; the upper end is the lower end again.
        case periodic
        /// `count` cell centres.
        case cells
        /// `count` points with one on each end.
        case nodes
    }

    /// One axis of a grid.
    public struct Axis: Hashable, Codable, Sendable {
        /// Number of points.
        public let count: Int
        /// Lower and upper end.
        public let lower, upper: Double
        /// Where the points sit.
        public let placement: Placement

        /// An axis of `count` points between `lower` and `upper`: two at least, or one cell.
        public init(count: Int, from lower: Double = 0, to upper: Double = 1, placement: Placement = .periodic) {
            let least = placement == .cells ? 1 : 2
            precondition(count >= least, "count: expected at least \(least) points, got \(count)")
            precondition(upper > lower, "upper: expected more than \(lower), got \(upper)")
            self.count = count
            self.lower = lower
            self.upper = upper
            self.placement = placement
        }

        /// Distance between the ends.
        public var length: Double { upper - lower }

        /// Distance between neighbouring points.
        public var spacing: Double { length / Double(placement == .nodes ? count - 1 : count) }

        /// Positions of the points, ascending.
        public var coordinates: [Double] {
            let offset = placement == .cells ? 0.5 : 0.0
            return (0..<count).map { lower + (Double($0) + offset) * spacing }
        }
    }

    /// The axes, slowest first.
    public let axes: [Axis]

    /// A grid with the given axes.
    public init(_ axes: [Axis]) {
        precondition((1...3).contains(axes.count), "axes: expected 1, 2 or 3, got \(axes.count)")
        self.axes = axes
    }

    /// A periodic box with the same number of points and the same length along every axis.
    public static func periodic(dimensions: Int, count: Int, length: Double, from lower: Double = 0) -> Grid {
        Grid(Array(repeating: Axis(count: count, from: lower, to: lower + length), count: dimensions))
    }

    /// Number of axes.
    public var dimensions: Int { axes.count }
    /// Points along each axis.
    public var shape: [Int] { axes.map(\.count) }
    /// Number of points in all.
    public var count: Int { axes.reduce(1) { $0 * $1.count } }
    /// Smallest distance between neighbouring points.
    public var smallestSpacing: Double { axes.map(\.spacing).min()! }
    /// Whether every axis is periodic.
    public var isPeriodic: Bool { axes.allSatisfy { $0.placement == .periodic } }

    /// The same box with `factor` times as many points along every axis.
    public func refined(by factor: Int) -> Grid {
        Grid(axes.map { Axis(count: factor * $0.count, from: $0.lower, to: $0.upper, placement: $0.placement) })
    }

    /// The same box with one point along every axis where there were `factor`, which divides their numbers.
    public func coarsened(by factor: Int) -> Grid {
        Grid(axes.map { Axis(count: $0.count / factor, from: $0.lower, to: $0.upper, placement: $0.placement) })
    }

    /// The same box with `count` points along every axis.
    public func resampled(to count: Int) -> Grid {
        Grid(axes.map { Axis(count: count, from: $0.lower, to: $0.upper, placement: $0.placement) })
    }
}
