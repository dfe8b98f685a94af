import PDECore

/// Where the energy of a state is going.
public struct EnergyBudget: Equatable, Sendable {
    /// ½ ⟨|u|²⟩, the mean over the box.
    public var energy = 0.0
    /// ⟨u·Lu⟩: production (positive) or dissipation (negative) by the linear part.
    public var linearRate = 0.0
    /// ⟨u·N(u)⟩: zero up to round-off where the nonlinear term conserves energy.
    public var nonlinearRate = 0.0
    /// The largest characteristic speed.
    public var maximumSpeed = 0.0

    /// Nothing.
    public init() {}

    /// d/dt ½ ⟨|u|²⟩.
    public var rate: Double { linearRate + nonlinearRate }

    /// Adds one component by Parseval's identity: modes with a partner −k that is not stored count twice.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    mutating func add<Scalar: Real>(
        _ u: UnsafePointer<Scalar>, slope: UnsafePointer<Scalar>, linear: UnsafePointer<Scalar>, modes: Int, row: Int
    ) {
        for start in Swift.stride(from: 0, to: modes, by: row) {
            var (power, production, transfer) = (0.0, 0.0, 0.0)
            var i = 2 &* start &+ 2
            while i < 2 &* (start &+ row) {
                let (re, im) = (Double(u[i]), Double(u[i &+ 1]))
                let square = re * re + im * im
                power += square
                production += Double(linear[i]) * square
                transfer += re * Double(slope[i]) + im * Double(slope[i &+ 1])
                i &+= 2
            }
            let first = 2 * start
            let (re, im) = (Double(u[first]), Double(u[first + 1]))
            let square = re * re + im * im
            energy += 0.5 * square + power
            linearRate += Double(linear[first]) * square + 2 * production
            nonlinearRate += re * Double(slope[first]) + im * Double(slope[first + 1]) + 2 * transfer
        }
    }
}
