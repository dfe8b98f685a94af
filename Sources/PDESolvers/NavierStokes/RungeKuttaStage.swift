/// The three stages of the low-storage scheme of P. R. Spalart, R. D. Moser & M. M. Rogers, "Spectral methods for the
/// Navier–Stokes equations with one infinite and two periodic directions", J. Comput. Phys. 96 (1991), appendix A.
///
///     (1 + hβ_k σ) w_k = w_{k−1} + h(γ_k N_{k−1} + ζ_k N_{k−2} − α_k σ w_{k−1}) − h(α_k + β_k) ∇p
///
/// Third order in the explicit terms N, second order in the damping σ, stable for any σ.
struct RungeKuttaStage {
    let gamma, zeta, alpha, beta: Double
    /// The part of the step that the stage covers.
    var share: Double { alpha + beta }

    static let all = [
        RungeKuttaStage(gamma: 8.0 / 15, zeta: 0, alpha: 29.0 / 96, beta: 37.0 / 160),
        RungeKuttaStage(gamma: 5.0 / 12, zeta: -17.0 / 60, alpha: -3.0 / 40, beta: 5.0 / 24),
        RungeKuttaStage(gamma: 3.0 / 4, zeta: -5.0 / 12, alpha: 1.0 / 6, beta: 1.0 / 6),
    ]
}
