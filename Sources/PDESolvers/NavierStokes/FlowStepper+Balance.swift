import PDECore

extension FlowStepper {
    /// The largest |∇·u| of a cell.
    func largestDivergence(of state: inout FlowState<Scalar>) -> Double {
        withPointers(&state) { u, v, _ in projection.largestDivergence(u, v) }
    }

    /// |flux in − flux out| over the flux in; 0 without inlet.
    func fluxImbalance(of state: inout FlowState<Scalar>) -> Double {
        guard family.isChannel else { return 0 }
        return withPointers(&state) { u, _, _ in
            var (entering, leaving) = (0.0, 0.0)
            for j in 0..<layout.rows {
                let (inlet, outlet) = (layout.offset(0, j), layout.offset(layout.columns, j))
                entering += apertures.x[inlet] * Double(u[inlet])
                leaving += apertures.x[outlet] * Double(u[outlet])
            }
            return abs(entering - leaving) / entering
        }
    }

    /// The rates at which the advection scheme and viscosity take kinetic energy.
    ///
    /// The first is Σ κ|c|(δ²w)²d⁻¹, what the dissipation of `MomentumTerms` takes; the second ν∫|∇u|², with the one-sided
    /// differences of walls.
    func dissipation(of state: inout FlowState<Scalar>) -> (numerical: Double, viscous: Double) {
        withPointers(&state) { u, v, _ in
            sides.fillGhosts(u, v)
            let (x, y) = (gradients(u, v, .x), gradients(v, u, .y))
            let area = constants.dx * constants.dy
            return (
                constants.dissipation * (x.numerical + y.numerical) * area, viscosity * (x.viscous + y.viscous) * area
            )
        }
    }

    /// Σ|c|(δ²w)²/d and Σ|∇w|² over the faces of a component.
    private func gradients(
        _ w: UnsafeMutablePointer<Scalar>, _ z: UnsafeMutablePointer<Scalar>, _ component: VelocityComponent
    ) -> (numerical: Double, viscous: Double) {
        let isX = component == .x
        let (a, b) = isX ? (1, layout.stride) : (layout.stride, 1)
        let (dn, dt) = isX ? (constants.dx, constants.dy) : (constants.dy, constants.dx)
        let (ix, it) = (Scalar(1 / dn), Scalar(1 / dt))
        let faces = constants.movingFaces(component, layout)
        let nodes = (isX ? nodesX : nodesY).nodes
        func bends(_ at: Int) -> (across: Scalar, along: Scalar) {
            let across = (w[at &- a] - w[at]) + (w[at &+ a] - w[at])
            let along = (w[at &- b] - w[at]) + (w[at &+ b] - w[at])
            let speed = (z[at &- a] + z[at] + z[at &+ b &- a] + z[at &+ b]) * 0.25
            return (abs(w[at]) * across * across * ix, abs(speed) * along * along * it)
        }
        var sums = (numerical: 0.0, viscous: 0.0)
        (isX ? apertures.x : apertures.y).withUnsafeBufferPointer { shares in
            for j in faces.y {
                var row = (numerical: Scalar(0), viscous: Scalar(0))
                for i in faces.x {
                    let at = layout.offset(i, j)
                    guard shares[at] > 0 else { continue }
                    let bend = bends(at)
                    row.numerical += bend.across + bend.along
                    let (n, t) = ((w[at &+ a] - w[at]) * ix, (w[at &+ b] - w[at]) * it)
                    let (m, s) = ((w[at &- a] - w[at]) * ix, (w[at &- b] - w[at]) * it)
                    row.viscous += (n * n + m * m + t * t + s * s) * 0.5
                }
                sums.numerical += Double(row.numerical)
                sums.viscous += Double(row.viscous)
            }
        }
        // At bodies some second differences are left out of the scheme.
        for k in nodes.nodes.indices {
            let (bend, reach) = (bends(nodes.nodes[k]), nodes.reach(of: k))
            if !reach.contains(.bendAcross) { sums.numerical -= Double(bend.across) }
            if !reach.contains(.bendAlong) { sums.numerical -= Double(bend.along) }
        }
        return sums
    }
}
