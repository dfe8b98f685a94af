import Glibc
import PDECore

/// How the covariance and the fourth moment of any initial state relax under Maxwell molecules: Σ(t) = Σ∞ − (Σ∞ − Σ0) e^(−4dCt) with
/// Σ∞ = tr(Σ0)/d · I.
///
/// Exact in any dimension and without knowing the density, because for γ = 0 the second moments obey an equation of their
/// own: ∂Σ/∂t = −4dC(Σ − Σ∞) for mass 1.
///
/// Reference: C. Villani, "On the spatially homogeneous Landau equation for Maxwellian molecules", Math. Models Methods
/// Appl. Sci. 8 (1998), section 4.
public struct CovarianceRelaxation: Sendable {
    /// Σ0.
    public let initial: Matrix<Double>
    /// C times the mass.
    public let strength: Double

    /// The relaxation from a covariance; `strength` is the kernel's C times the mass.
    public init(from initial: Matrix<Double>, strength: Double) {
        precondition(
            initial.rows == initial.columns, "initial: expected a square matrix, got \(initial.rows)×\(initial.columns)"
        )
        self.initial = initial
        self.strength = strength
    }

    /// The rate 4dC at which a deviation from Σ∞ decays.
    public var rate: Double { 4 * Double(initial.rows) * strength }

    /// Σ at a time.
    public func covariance(at time: Double) -> Matrix<Double> {
        let temperature = (0..<initial.rows).reduce(0) { $0 + initial[$1, $1] } / Double(initial.rows)
        let left = exp(-rate * time)
        return Matrix(rows: initial.rows, columns: initial.rows) { i, j in
            let end = i == j ? temperature : 0
            return end - (end - initial[i, j]) * left
        }
    }

    /// ⟨|v|⁴⟩ at a time of velocities with mean 0, from its initial value.
    ///
    /// With e = tr Σ the fourth moment obeys ∂m/∂t = −4(d−1)Cm + 4(d+1)Ce² − 8C|Σ|², in which e is constant and |Σ|² known.
    public func fourthMoment(at time: Double, from initialMoment: Double) -> Double {
        let d = Double(initial.rows)
        let energy = (0..<initial.rows).reduce(0) { $0 + initial[$1, $1] }
        let deviation = initial.storage.reduce(0) { $0 + $1 * $1 } - energy * energy / d
        let (end, part) = (energy * energy * (d + 2) / d, 2 * deviation / (d + 1))
        return end + part * exp(-2 * rate * time)
            + (initialMoment - end - part) * exp(-4 * (d - 1) * strength * time)
    }
}
