import Glibc
import PDECore

/// Where the energy of a state is going.
///
/// To integrate the rate over pairs of steps of size h, take h · (`rateAtEnds` of the first state + `rateInMiddle` of the
/// second + `rateAtEnds` of the third). This is Simpson's rule, fitted mode by mode to be exact also for e^{2 Re L t}: the
/// energy of a damped mode may fall by any factor in a step without harm to the budget (exponential fitting, L. Gr. Ixaru
/// & G. Vanden Berghe 2004).
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
    /// The part of `linearRate` that counts at the ends of a pair of steps; a third of it for short steps.
    private var fittedRate = 0.0

    /// Nothing.
    public init() {}

    /// ⟨u·Lu⟩.
    public var linearRate: Double { production - dissipation }

    /// d/dt ½ ⟨|u|²⟩.
    public var rate: Double { linearRate + nonlinearRate }

    /// What the state counts as the first or last of a pair of steps.
    public var rateAtEnds: Double { fittedRate + nonlinearRate / 3 }

    /// What the state counts as the middle of a pair of steps.
    public var rateInMiddle: Double { 2 * (linearRate - fittedRate) + 4 / 3 * nonlinearRate }

    /// How much energy comes and goes in a unit of time.
    public var turnover: Double { production + dissipation + abs(nonlinearRate) }

    /// The weight of the ends of a pair of steps, in units of the step, for an energy that goes like e^{zt/h}.
    ///
    /// With weights w, 2 − 2w, w the rule integrates 1 and t; that it integrates e^{zt/h} too makes
    /// w = (sinh z/z − 1)/(cosh z − 1), which is 1/3 at z = 0 and 1/|z| far from it.
    static func endWeight(_ z: Double) -> Double {
        let magnitude = abs(z)
        if magnitude < 0.1 {
            let square = z * z
            return (1 + square / 20 + square * square / 840) / (1 + square / 12 + square * square / 360) / 3
        }
        return magnitude > 36 ? 1 / magnitude : (sinh(magnitude) / magnitude - 1) / (cosh(magnitude) - 1)
    }

    /// Adds one component by Parseval's identity: modes with a partner −k that is not stored count twice.
    ///
    /// - Parameters:
    ///   - u: coefficients of the state.
    ///   - slope: coefficients of N(u).
    ///   - linear: the real parts of the symbol of L, and `weights` its end weights, both twice for each mode.
    ///   - modes: number of modes.
    ///   - row: modes along the last axis, the first of which has no partner.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    mutating func add<Scalar: Real>(
        _ u: UnsafePointer<Scalar>, slope: UnsafePointer<Scalar>, linear: UnsafePointer<Scalar>,
        weights: UnsafePointer<Scalar>, modes: Int, row: Int
    ) {
        accumulate(u, slope, linear, weights, modes, row)
    }

    @inline(never)
    private mutating func accumulate<Scalar: Real>(
        _ u: UnsafePointer<Scalar>, _ slope: UnsafePointer<Scalar>, _ linear: UnsafePointer<Scalar>,
        _ weights: UnsafePointer<Scalar>, _ modes: Int, _ row: Int
    ) {
        for start in Swift.stride(from: 0, to: modes, by: row) {
            var (power, gain, loss, fitted, transfer) = (0.0, 0.0, 0.0, 0.0, 0.0)
            var i = 2 &* start
            let last = i &+ 2 &* row
            var weight = 0.5
            while i < last {
                let (re, im) = (Double(u[i]), Double(u[i &+ 1]))
                let square = weight * (re * re + im * im)
                let rate = 2 * Double(linear[i]) * square
                power += square
                gain += max(rate, 0)
                loss -= min(rate, 0)
                fitted += Double(weights[i]) * rate
                transfer += 2 * weight * (re * Double(slope[i]) + im * Double(slope[i &+ 1]))
                weight = 1
                i &+= 2
            }
            energy += power
            production += gain
            dissipation += loss
            fittedRate += fitted
            nonlinearRate += transfer
        }
    }
}
