import PDECore

/// One stage of a time step on all values of a component at once, ghosts and all.
struct FlowStage<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    /// The coefficients of `RungeKuttaStage`, times the step.
    let gamma, zeta, alpha, beta, share: Scalar

    init(_ stage: RungeKuttaStage, timeStep: Double) {
        gamma = Scalar(timeStep * stage.gamma)
        zeta = Scalar(timeStep * stage.zeta)
        alpha = Scalar(timeStep * stage.alpha)
        beta = Scalar(timeStep * stage.beta)
        share = Scalar(timeStep * stage.share)
    }

    /// w += γ slope + ζ earlier − share ∂p, with the cells on both sides of a face of w `step` apart in memory.
    func advance(
        _ w: Pointer, _ slope: Pointer, _ earlier: Pointer, _ p: Pointer, _ step: Int, _ inverse: Scalar,
        _ layout: StaggeredLayout
    ) {
        let scale = share * inverse
        for j in 0..<layout.rows {
            let at = layout.offset(0, j)
            for k in 0..<layout.vectors {
                let i = at &+ 8 &* k
                let explicit = gamma * eight(slope, i) + zeta * eight(earlier, i)
                storeEight(eight(w, i) + explicit - scale * (eight(p, i) - eight(p, i &- step)), w, i)
            }
        }
    }
}
