import PDECore
import PDEGeometry

extension FlowStepper {
    /// Fluid at rest that is set in motion at once: the potential flow between the sides of the box at time 0.
    ///
    /// It slips along walls and bodies. Its pressure is that of an inviscid fluid, and the forces on bodies are those of
    /// this pressure alone, for friction is infinite at that moment: both converge as the grid is refined.
    ///
    /// - Parameter perturbation: a small velocity that is added, as far as it obeys the sides and has no divergence: what breaks
    ///   the symmetry of a flow that would shed vortices from round-off only. The pressure takes the sum for a flow without
    ///   vorticity, and is off by the order of the perturbation until the first step.
    public func restingState(perturbation: (Point2) -> Point2 = { _ in .zero }) -> FlowState<Scalar> {
        var state = projectedState(perturbation)
        if family != .periodic { findInviscidPressure(&state) } else { findPressure(&state) }
        state.isImpulsive = family != .periodic
        return state
    }

    /// The state nearest to a velocity field that obeys the sides and has no divergence, at time 0.
    ///
    /// - Parameter velocity: the velocity at a point, in the units of the geometry; read at the middle of each face.
    public func state(velocity: (Point2) -> Point2) -> FlowState<Scalar> {
        var state = projectedState(velocity)
        findPressure(&state)
        return state
    }

    private func projectedState(_ velocity: (Point2) -> Point2) -> FlowState<Scalar> {
        var state = FlowState<Scalar>(layout)
        withPointers(&state) { u, v, p in
            for j in 0..<layout.rows {
                for i in 0...layout.columns {
                    u[layout.offset(i, j)] = Scalar(velocity(grid.position(Double(i), Double(j) + 0.5)).x)
                }
            }
            for j in 0...layout.rows {
                for i in 0..<layout.columns {
                    v[layout.offset(i, j)] = Scalar(velocity(grid.position(Double(i) + 0.5, Double(j))).y)
                }
            }
            sides.impose(u, v)
            sides.balanceOutlet(u)
            _ = projection.project(u, v, p, over: 1)
            sides.impose(u, v)
        }
        return state
    }

    /// The force on each body of the geometry; of pressure alone at an impulsive start.
    public func forces(on state: FlowState<Scalar>) -> [BodyForce] {
        state.u.withUnsafePointer { u in
            state.v.withUnsafePointer { v in
                state.p.withUnsafePointer { p in wallForces.evaluate(u, v, p, hasFriction: !state.isImpulsive) }
            }
        }
    }

    /// Velocity and pressure at the cell centres, 0 in solid cells.
    ///
    /// - Parameters:
    ///   - state: the state.
    ///   - velocity: gets both components of each cell, [x][y][component].
    ///   - pressure: gets the pressure, [x][y].
    public func centreValues(
        of state: FlowState<Scalar>, velocity: UnsafeMutablePointer<Float>, pressure: UnsafeMutablePointer<Float>
    ) {
        state.u.withUnsafePointer { u in
            state.v.withUnsafePointer { v in
                state.p.withUnsafePointer { p in
                    for j in 0..<layout.rows {
                        for i in 0..<layout.columns {
                            let (at, cell) = (layout.offset(i, j), i * layout.rows + j)
                            let isSolid = geometry.mask[cell] != 0
                            velocity[2 * cell] = isSolid ? 0 : Float((u[at] + u[at + 1]) / 2)
                            velocity[2 * cell + 1] = isSolid ? 0 : Float((v[at] + v[at + layout.stride]) / 2)
                            pressure[cell] = isSolid ? 0 : Float(p[at])
                        }
                    }
                }
            }
        }
    }

    /// ½∫|u|² over the fluid, with density 1.
    public func kineticEnergy(of state: FlowState<Scalar>) -> Double {
        var sum = 0.0
        let faces = [
            (constants.movingFaces(.x, layout), apertures.x, state.u),
            (constants.movingFaces(.y, layout), apertures.y, state.v),
        ]
        for (range, shares, component) in faces {
            component.withUnsafePointer { w in
                for j in range.y {
                    for i in range.x {
                        let at = layout.offset(i, j)
                        sum += shares[at] * Double(w[at] * w[at])
                    }
                }
            }
        }
        return sum * constants.dx * constants.dy / 2
    }

    /// The velocity in one face, for comparisons: across x to the left of cell (i, j), or across y below it.
    package func velocity(of state: FlowState<Scalar>, _ i: Int, _ j: Int) -> (x: Double, y: Double) {
        (Double(state.u[layout.offset(i, j)]), Double(state.v[layout.offset(i, j)]))
    }

    /// The pressure in one cell.
    package func pressure(of state: FlowState<Scalar>, _ i: Int, _ j: Int) -> Double {
        Double(state.p[layout.offset(i, j)])
    }
}
