/// Distances from the four sides of a box: inlet and outlet at the ends of x, bottom and top at those of y.
public struct Margins: Hashable, Codable, Sendable {
    /// From the side where x is smallest.
    public var inlet: Double
    /// From the side where x is largest.
    public var outlet: Double
    /// From the side where y is smallest.
    public var bottom: Double
    /// From the side where y is largest.
    public var top: Double

    /// A distance for each side.
    public init(inlet: Double, outlet: Double, bottom: Double, top: Double) {
        self.inlet = inlet
        self.outlet = outlet
        self.bottom = bottom
        self.top = top
    }

    /// The same distance from all sides.
    public init(_ all: Double) {
        self.init(inlet: all, outlet: all, bottom: all, top: all)
    }

    /// The sides' names with their distances.
    package var named: [(name: String, distance: Double)] {
        [("inlet", inlet), ("outlet", outlet), ("bottom", bottom), ("top", top)]
    }
}
