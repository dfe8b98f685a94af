import PDECore

/// A temperature and its time: the state of `HeatStepper`.
public struct HeatState<Scalar: Real>: Equatable, Sendable {
    /// One component on the grid of cells; 0 in solid ones.
    public var temperature: Field<Scalar>
    /// The time since the start.
    public var time: Double

    /// A temperature at a time.
    public init(_ temperature: Field<Scalar>, time: Double = 0) {
        self.temperature = temperature
        self.time = time
    }
}
