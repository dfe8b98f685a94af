import Glibc
import PDECore

/// The solution of Bobylev, Krook and Wu for Maxwell molecules: the one closed form of the homogeneous Landau equation that
/// is not at equilibrium, in two and three dimensions, with mass 1, mean 0 and energy d/2.
///
/// f = (2πK)^(−d/2) e^(−|v|²/2K) (P + Q|v|²) with K(t) = 1 − c e^(−2(d−1)Ct), P = ((d+2)K − d)/2K, Q = (1−K)/2K². It is a
/// density (P ≥ 0) while K ≥ d/(d+2); at K = d/(d+2) it vanishes at v = 0 and its score is singular there.
///
/// - Good values: d = 2, C = 1/16, c = 1/2, from t = 0; d = 3, C = 1/24, c = 1, from t = 5.5.
/// - Reference: M. Krook & T. T. Wu, "Formation of Maxwellian tails", Phys. Rev. Lett. 36 (1976); for Landau's operator
///   J. A. Carrillo, J. Hu, L. Wang & J. Wu, "A particle method for the homogeneous Landau equation", J. Comput. Phys. X 7
///   (2020), appendix A.
public struct BKWSolution: Hashable, Sendable {
    /// d.
    public let dimensions: Int
    /// C of the kernel.
    public let strength: Double
    /// c: how far K is from 1 at time 0.
    public let deviation: Double

    /// A solution in two or three dimensions.
    public init(dimensions: Int, strength: Double, deviation: Double) {
        precondition((2...3).contains(dimensions), "dimensions: expected 2 or 3, got \(dimensions)")
        precondition(strength > 0, "strength: expected more than 0, got \(strength)")
        self.dimensions = dimensions
        self.strength = strength
        self.deviation = deviation
    }

    /// The case that the literature solves: two dimensions from t = 0, three from t = 5.5.
    public static func standard(dimensions: Int) -> BKWSolution {
        dimensions == 2
            ? BKWSolution(dimensions: 2, strength: 1.0 / 16, deviation: 0.5)
            : BKWSolution(dimensions: 3, strength: 1.0 / 24, deviation: 1)
    }

    /// The kernel that it solves the equation for.
    public var kernel: LandauKernel { .maxwell(strength: strength) }

    /// K at a time.
    public func width(at time: Double) -> Double {
        1 - deviation * exp(-2 * Double(dimensions - 1) * strength * time)
    }

    /// Where the solution is a density: K ≥ d/(d+2).
    public func isDensity(at time: Double) -> Bool {
        width(at: time) >= Double(dimensions) / Double(dimensions + 2) - 1e-15
    }

    /// K, P and Q at a time.
    func constants(at time: Double) -> (k: Double, p: Double, q: Double) {
        let (k, d) = (width(at: time), Double(dimensions))
        return (k, max(0, ((d + 2) * k - d) / (2 * k)), (1 - k) / (2 * k * k))
    }

    /// f at a velocity and a time.
    public func density(at velocity: [Double], time: Double) -> Double {
        precondition(velocity.count == dimensions, "velocity: expected \(dimensions) components, got \(velocity.count)")
        let square = velocity.reduce(0) { $0 + $1 * $1 }
        let (k, p, q) = constants(at: time)
        return pow(2 * .pi * k, -Double(dimensions) / 2) * exp(-square / (2 * k)) * (p + q * square)
    }

    /// ∇ log f at a velocity and a time: v(−1/K + 2Q/(P + Q|v|²)).
    public func score(at velocity: [Double], time: Double) -> [Double] {
        precondition(velocity.count == dimensions, "velocity: expected \(dimensions) components, got \(velocity.count)")
        let square = velocity.reduce(0) { $0 + $1 * $1 }
        let (k, p, q) = constants(at: time)
        return velocity.map { $0 * (-1 / k + 2 * q / (p + q * square)) }
    }

    /// ⟨|v|⁴⟩ = d(d+2)K(2−K).
    public func fourthMoment(at time: Double) -> Double {
        let (k, d) = (width(at: time), Double(dimensions))
        return d * (d + 2) * k * (2 - k)
    }

    /// f at the points of a grid.
    public func field(on grid: Grid, time: Double) -> Field<Double> {
        VelocityGrid.field(on: grid) { density(at: $0, time: time) }
    }
}
