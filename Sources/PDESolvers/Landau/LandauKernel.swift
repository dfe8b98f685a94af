import Glibc

/// A(z) = C|z|^γ (|z|²I − zzᵀ): how strongly two particles with velocity difference z deflect each other.
///
/// A is symmetric, positive semidefinite, of trace (d−1)C|z|^(γ+2), and A(z)z = 0; from the last follow the conservation
/// of energy and ∇·A = −(d−1)C|z|^γ z. Maxwell molecules have γ = 0, charged particles (Coulomb) γ = −3.
///
/// Reference: C. Villani, "On the spatially homogeneous Landau equation for Maxwellian molecules", Math. Models Methods
/// Appl. Sci. 8 (1998).
public struct LandauKernel: Hashable, Sendable {
    /// C.
    public let strength: Double
    /// γ.
    public let exponent: Double

    /// A kernel of a strength above 0 and any exponent.
    public init(strength: Double, exponent: Double) {
        precondition(strength > 0 && strength.isFinite, "strength: expected more than 0, got \(strength)")
        precondition(exponent.isFinite, "exponent: expected a finite number, got \(exponent)")
        self.strength = strength
        self.exponent = exponent
    }

    /// γ = 0.
    public static func maxwell(strength: Double) -> LandauKernel { LandauKernel(strength: strength, exponent: 0) }

    /// γ = −3.
    public static func coulomb(strength: Double) -> LandauKernel { LandauKernel(strength: strength, exponent: -3) }

    /// Whether the equation has a meaning in so many dimensions: where |z|^(γ+2) can be integrated over z = 0.
    package func isIntegrable(dimensions: Int) -> Bool { exponent > -Double(dimensions) - 2 }

    /// What all steppers of particles ask for.
    func requireParticles(_ count: Int, dimensions: Int, timeStep: Double) {
        precondition(count > 0, "count: expected at least 1, got \(count)")
        precondition((2...10).contains(dimensions), "dimensions: expected 2 to 10, got \(dimensions)")
        precondition(
            isIntegrable(dimensions: dimensions),
            "kernel: expected an exponent above \(-dimensions - 2), got \(exponent)")
        precondition(timeStep > 0, "timeStep: expected more than 0, got \(timeStep)")
    }

    /// A(z)s, in 2 to 10 dimensions; 0 where z is 0.
    public func product(_ z: [Double], _ s: [Double]) -> [Double] {
        precondition(
            z.count == s.count && (2...10).contains(z.count),
            "z, s: expected two vectors of 2 to 10 components, got \(z.count) and \(s.count)")
        let square = z.reduce(0) { $0 + $1 * $1 }
        guard square > 0 else { return z }
        let along = zip(z, s).reduce(0) { $0 + $1.0 * $1.1 }
        let factor = strength * pow(square, exponent / 2)
        return zip(z, s).map { factor * (square * $0.1 - along * $0.0) }
    }
}
