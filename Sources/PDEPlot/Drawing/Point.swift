/// A position in pixels; x grows to the right, y downwards, whole numbers lie on pixel corners.
public struct Point: Hashable, Sendable {
    /// Pixels from the left edge.
    public var x: Double
    /// Pixels from the top edge.
    public var y: Double

    /// The position `x` pixels from the left and `y` pixels from the top.
    public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    /// A position on a pixel corner.
    public init(_ x: Int, _ y: Int) {
        self.init(Double(x), Double(y))
    }

    var isFinite: Bool { x.isFinite && y.isFinite }
}
