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

    /// w += γ slope + ζ earlier − share ∂p in row j, with the cells on both sides of a face of w `step` apart in memory;
    /// then earlier = slope.
    ///
    /// - Parameter slope: a line; the others are whole fields.
    func advance(
        row j: Int, _ w: Pointer, _ slope: Pointer, _ earlier: Pointer, _ p: Pointer, _ step: Int, _ inverse: Scalar,
        _ layout: StaggeredLayout
    ) {
        let scale = share * inverse
        let start = layout.offset(0, j)
        let (w, p, earlier, back) = (w + start, p + start, earlier + start, p + (start - step))
        for k in 0..<layout.vectors {
            let i = 8 &* k
            let now = eight(slope, i)
            let explicit = gamma * now + zeta * eight(earlier, i)
            storeEight(eight(w, i) + explicit - scale * (eight(p, i) - eight(back, i)), w, i)
            storeEight(now, earlier, i)
        }
    }
}
