/// What the fluid does to a body.
public struct BodyForce: Hashable, Sendable {
    /// The force along x and along y, in units of density × speed² × length, for a depth of 1.
    public var drag, lift: Double
    /// The mean pressure on the surface.
    public var pressure: Double

    /// A force.
    public init(drag: Double, lift: Double, pressure: Double) {
        self.drag = drag
        self.lift = lift
        self.pressure = pressure
    }
}
