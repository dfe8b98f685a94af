import PDECore

/// The force on each body, as the momentum that the scheme passes on to it: what the fluid loses, the bodies get.
///
/// It has four parts: pressure and normal stress on the walls in each cell; friction along walls; shear between an open
/// face and a closed one beyond a corner; momentum that is carried into the control volume of a closed face. All are the
/// terms of `BodyNodes`, so that the balance of momentum closes.
struct WallForces {
    private let bodies: Int
    private let fluid: FlowConstants
    private let components: [Component]

    /// The walls as one component meets them.
    private struct Component {
        var isX: Bool
        var across, along: Int
        /// A cell whose two faces across the component are not equally open.
        var cells: [(body: Int, at: Int, low: Double, high: Double, volume: Double)] = []
        /// A node that rubs against a wall or a closed neighbour, with the force for a velocity of 1.
        var rubbing: [(body: Int, at: Int, weight: Double)] = []
        /// A side along which a node meets a closed one, with the shares of the faces at its corners; `sign` is 1 where
        /// the closed one lies above.
        var corners: [(body: Int, at: Int, sign: Double, before: Double, behind: Double)] = []
    }

    init(_ apertures: Apertures, _ fluid: FlowConstants, bodies: Int) {
        self.bodies = bodies
        self.fluid = fluid
        components = bodies == 0 ? [] : VelocityComponent.allCases.map { Self.walls(of: $0, apertures, fluid) }
    }

    private static func walls(
        of component: VelocityComponent, _ apertures: Apertures, _ fluid: FlowConstants
    ) -> Component {
        let layout = apertures.layout
        let isX = component == .x
        let (a, b) = isX ? (1, layout.stride) : (layout.stride, 1)
        let (own, other) = isX ? (apertures.x, apertures.y) : (apertures.y, apertures.x)
        let (dn, dt) = isX ? (fluid.dx, fluid.dy) : (fluid.dy, fluid.dx)
        var found = Component(isX: isX, across: a, along: b)
        func body(_ cells: Int...) -> Int? { cells.map { Int(apertures.body[$0]) }.first { $0 >= 0 } }
        for j in 0..<layout.rows {
            for i in 0..<layout.columns {
                let at = layout.offset(i, j)
                let volume = apertures.volume[at]
                if own[at] != own[at + a], let body = body(at) {
                    found.cells.append((body, at, own[at], own[at + a], max(volume, 0.01)))
                }
            }
        }
        let faces = fluid.movingFaces(component, layout)
        for j in faces.y {
            for i in faces.x where own[layout.offset(i, j)] > 0 {
                let at = layout.offset(i, j)
                let walls = fluid.walls(component, i, j, layout)
                let stencil = BodyStencil(at, a, b, own, other, apertures.volume, walls: walls)
                guard !stencil.isUsual, let body = body(at, at - a, at - b, at - a - b, at + b, at - a + b) else {
                    continue
                }
                var weight = (walls.below ? 0 : stencil.frictionBelow) + (walls.above ? 0 : stencil.frictionAbove)
                if own[at - b] == 0, !walls.below {
                    weight += stencil.shearBelow
                    found.corners.append((body, at, -1, other[at - a], other[at]))
                }
                if own[at + b] == 0, !walls.above {
                    weight += stencil.shearAbove
                    found.corners.append((body, at, 1, other[at + b - a], other[at + b]))
                }
                found.rubbing.append((body, at, fluid.viscosity * weight * dn / dt))
            }
        }
        return found
    }

    /// The force on each body, with friction and normal viscous stress or without.
    func evaluate<Scalar: Real>(
        _ u: UnsafeMutablePointer<Scalar>, _ v: UnsafeMutablePointer<Scalar>, _ p: UnsafeMutablePointer<Scalar>,
        hasFriction: Bool
    ) -> [BodyForce] {
        let viscosity = hasFriction ? fluid.viscosity : 0
        var forces = [(x: Double, y: Double)](repeating: (0, 0), count: bodies)
        var pressures = [(sum: Double, length: Double)](repeating: (0, 0), count: bodies)
        for component in components {
            let (w, z) = component.isX ? (u, v) : (v, u)
            let (dn, dt) = component.isX ? (fluid.dx, fluid.dy) : (fluid.dy, fluid.dx)
            let (a, b) = (component.across, component.along)
            func add(_ force: Double, to body: Int) {
                if component.isX { forces[body].x += force } else { forces[body].y += force }
            }
            for wall in component.cells {
                let (low, high) = (Double(w[wall.at]), Double(w[wall.at + a]))
                let stretching = (wall.high * high - wall.low * low) / (wall.volume * dn)
                let length = (wall.low - wall.high) * dt
                add((Double(p[wall.at]) - viscosity * stretching) * length, to: wall.body)
                pressures[wall.body].sum += Double(p[wall.at]) * abs(length)
                pressures[wall.body].length += abs(length)
                guard wall.low == 0 || wall.high == 0 else { continue }
                let carried = (wall.low * low + wall.high * high) * (low + high) / 4
                add(carried * (wall.high == 0 ? dt : -dt), to: wall.body)
            }
            for wall in component.rubbing where hasFriction { add(wall.weight * Double(w[wall.at]), to: wall.body) }
            for wall in component.corners {
                // The side that the node shares with the closed one: above it or below.
                let side = wall.sign > 0 ? wall.at + b : wall.at
                let mass = (wall.before * Double(z[side - a]) + wall.behind * Double(z[side])) / 2
                let carried = mass * Double(w[wall.at]) / 2
                add(carried * wall.sign * dn, to: wall.body)
            }
        }
        return zip(forces, pressures).map { force, pressure in
            BodyForce(drag: force.x, lift: force.y, pressure: pressure.length > 0 ? pressure.sum / pressure.length : 0)
        }
    }
}
