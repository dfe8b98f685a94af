import PDECore

/// Where the energy of a state is going.
public struct EnergyBudget: Equatable, Sendable {
    /// ½ ⟨|u|²⟩, the mean over the box.
    public var energy = 0.0
    /// Production of energy by the modes that the linear part lets grow; zero or more.
    public var production = 0.0
    /// Dissipation of energy by the modes that the linear part damps; zero or more.
    public var dissipation = 0.0
    /// ⟨u·N(u)⟩: zero up to round-off where the nonlinear term conserves energy.
    public var nonlinearRate = 0.0
    /// The largest characteristic speed.
    public var maximumSpeed = 0.0

    /// Nothing.
    public init() {}

    /// ⟨u·Lu⟩.
    public var linearRate: Double { production - dissipation }

    /// d/dt ½ ⟨|u|²⟩.
    public var rate: Double { linearRate + nonlinearRate }

    /// How much energy comes and goes in a unit of time.
    public var turnover: Double { production + dissipation + abs(nonlinearRate) }

    /// Adds one component by Parseval's identity: modes with a partner −k that is not stored count twice.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    mutating func add<Scalar: Real>(
        _ u: UnsafePointer<Scalar>, slope: UnsafePointer<Scalar>, linear: UnsafePointer<Scalar>, modes: Int, row: Int
    ) {
        for start in Swift.stride(from: 0, to: modes, by: row) {
            var (power, gain, loss, transfer) = (0.0, 0.0, 0.0, 0.0)
            var i = 2 &* start &+ 2
            while i < 2 &* (start &+ row) {
                let (re, im) = (Double(u[i]), Double(u[i &+ 1]))
                let square = re * re + im * im
                power += square
                let rate = Double(linear[i]) * square
                gain += max(rate, 0)
                loss -= min(rate, 0)
                transfer += re * Double(slope[i]) + im * Double(slope[i &+ 1])
                i &+= 2
            }
            let first = 2 * start
            let (re, im) = (Double(u[first]), Double(u[first + 1]))
            let square = re * re + im * im
            energy += 0.5 * square + power
            production += max(Double(linear[first]) * square, 0) + 2 * gain
            dissipation += 2 * loss - min(Double(linear[first]) * square, 0)
            nonlinearRate += re * Double(slope[first]) + im * Double(slope[first + 1]) + 2 * transfer
        }
    }
}
