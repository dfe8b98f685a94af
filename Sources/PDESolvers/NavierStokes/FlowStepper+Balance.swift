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
            var sums = (numerical: 0.0, viscous: 0.0)
            for component in VelocityComponent.allCases {
                let isX = component == .x
                let (a, b) = isX ? (1, layout.stride) : (layout.stride, 1)
                let (w, z) = isX ? (u, v) : (v, u)
                let (dn, dt) = isX ? (constants.dx, constants.dy) : (constants.dy, constants.dx)
                let shares = isX ? apertures.x : apertures.y
                let faces = constants.movingFaces(component, layout)
                for j in faces.y {
                    for i in faces.x {
                        let at = layout.offset(i, j)
                        guard shares[at] > 0 else { continue }
                        let across = Double((w[at - a] - w[at]) + (w[at + a] - w[at]))
                        let along = Double((w[at - b] - w[at]) + (w[at + b] - w[at]))
                        let corner = Double(z[at - a] + z[at] + z[at + b - a] + z[at + b]) / 4
                        let reach = BodyReach(component, i, j, apertures)
                        if reach.contains(.bendAcross) { sums.numerical += abs(Double(w[at])) * across * across / dn }
                        if reach.contains(.bendAlong) { sums.numerical += abs(corner) * along * along / dt }
                        let (n, t) = (Double(w[at + a] - w[at]) / dn, Double(w[at + b] - w[at]) / dt)
                        let (m, s) = (Double(w[at - a] - w[at]) / dn, Double(w[at - b] - w[at]) / dt)
                        sums.viscous += (n * n + m * m + t * t + s * s) / 2
                    }
                }
            }
            let area = constants.dx * constants.dy
            return (constants.dissipation * sums.numerical * area, viscosity * sums.viscous * area)
        }
    }
}
