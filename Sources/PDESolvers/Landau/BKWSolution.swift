import Glibc
import PDECore

/// The solution of Bobylev, Krook and Wu for Maxwell molecules: the one closed form of the homogeneous Landau equation that
/// is not at equilibrium, in 2 to 10 dimensions, with mass 1, mean 0 and energy d/2.
///
/// f = (2πK)^(−d/2) e^(−|v|²/2K) (P + Q|v|²) with K(t) = 1 − c e^(−2(d−1)Ct), P = ((d+2)K − d)/2K, Q = (1−K)/2K². It is a
/// density (P ≥ 0) while K ≥ d/(d+2); at K = d/(d+2) it vanishes at v = 0 and its score is singular there.
///
/// - Good values: C = 1/(8d); c = 2/(d+2) from t = 0, but for d = 3 usually c = 1 from t = 5.5.
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

    /// A solution in 2 to 10 dimensions.
    public init(dimensions: Int, strength: Double, deviation: Double) {
        precondition((2...10).contains(dimensions), "dimensions: expected 2 to 10, got \(dimensions)")
        precondition(strength > 0, "strength: expected more than 0, got \(strength)")
        self.dimensions = dimensions
        self.strength = strength
        self.deviation = deviation
    }

    /// The case that the literature solves in two and three dimensions, and in others the one that vanishes at v = 0 at t = 0 as in two.
    public static func standard(dimensions: Int) -> BKWSolution {
        let deviation = dimensions == 3 ? 1 : 2 / Double(dimensions + 2)
        return BKWSolution(dimensions: dimensions, strength: 1 / Double(8 * dimensions), deviation: deviation)
    }

    /// When `standard` begins: 5.5 in three dimensions and 0 in others.
    public static func standardStart(dimensions: Int) -> Double { dimensions == 3 ? 5.5 : 0 }

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

    /// ∫f log f at a time.
    public func entropy(at time: Double) -> Double {
        let (k, p, q) = constants(at: time)
        return mean(at: time) { square in
            // Where f is 0, so is f log f.
            log(max(p + q * square, .leastNormalMagnitude)) - square / (2 * k)
        } - Double(dimensions) / 2 * log(2 * .pi * k)
    }

    /// The Fisher information ∫f|∇ log f|² at a time.
    public func fisherInformation(at time: Double) -> Double {
        let (k, p, q) = constants(at: time)
        return mean(at: time) { square in
            let factor = -1 / k + 2 * q / (p + q * square)
            return square * factor * factor
        }
    }

    /// The mean of a function of |v|², by the midpoint rule along the radius.
    private func mean(at time: Double, _ value: (Double) -> Double) -> Double {
        let (k, p, q) = constants(at: time)
        let (count, d) = (8000, Double(dimensions))
        let step = (d.squareRoot() + 10) * k.squareRoot() / Double(count)
        var (sum, mass) = (0.0, 0.0)
        for place in 0..<count {
            let radius = (Double(place) + 0.5) * step
            let square = radius * radius
            let density = pow(radius, d - 1) * exp(-square / (2 * k)) * (p + q * square)
            sum += density * value(square)
            mass += density
        }
        return sum / mass
    }

    /// f at the points of a grid.
    public func field(on grid: Grid, time: Double) -> Field<Double> {
        VelocityGrid.field(on: grid) { density(at: $0, time: time) }
    }
}
