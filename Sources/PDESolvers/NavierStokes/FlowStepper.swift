import PDECore
import PDEGeometry

/// Incompressible flow past bodies in two dimensions: ∂u/∂t + ∇·(uu) = −∇p + ν∇²u, ∇·u = 0.
///
/// - Scheme: a staggered grid; energy-conserving central advection with a fourth-difference dissipation
///   (`MomentumTerms`); bodies by cut cells (`BodyNodes`), so that boxes of cells are exact and others of second order;
///   Runge–Kutta in three stages (`RungeKuttaStage`) with the last pressure, and one projection a step with a direct solver
///   (`ObstaclePressure`), after which every cell is free of divergence to round-off. Second order in space and time.
///   The single projection follows F. Capuano et al., "Approximate projection method for the incompressible
///   Navier–Stokes equations", AIAA Journal 54 (2016).
/// - Stability: h(|u|/Δx + |v|/Δy) up to about 1.7, and 4νh(1/Δx² + 1/Δy²) up to 2.5; `FlowStepControl.courant(1)` keeps
///   both. Kinetic energy cannot grow but by the sides of the box.
/// - Good values: 8 cells and more across a body, cell Reynolds numbers (speed × cell size / ν) up to some tens. Above, the
///   flow stays bounded, and `FlowReport.numericalDissipation` says how much of the decay is the scheme's.
/// - Signs of failure: numerical dissipation of the size of the viscous one; waves of two cells upstream of bodies.
/// - Units: those of the geometry and of `speed`; density 1.
///
/// One stepper serves one thread. A warm `advance` allocates nothing.
public final class FlowStepper<Scalar: Real>: Stepper {
    /// The cells, x before y.
    public var grid: Grid { geometry.grid }
    /// The bodies.
    public let geometry: Geometry
    /// What holds on the sides of the box.
    public let family: FlowFamily
    /// Kinematic viscosity.
    public let viscosity: Double
    /// The peak speed of inlet or lid.
    public let speed: Double
    /// The time that a step covers.
    public var timeStep = 0.0

    let layout: StaggeredLayout
    let apertures: Apertures
    let constants: FlowConstants
    let sides: FlowSides<Scalar>
    let terms: MomentumTerms<Scalar>
    let nodesX, nodesY: BodyNodes<Scalar>
    let projection: FlowProjection<Scalar>
    let wallForces: WallForces
    private let slopeX, slopeY, earlierX, earlierY: AlignedBuffer<Scalar>
    private let stiffX, stiffY: AlignedBuffer<Scalar>
    /// What became of the pressure solves since this was last reset.
    var pressureResidual = 0.0
    var pressureIterations = 0

    /// A stepper with height 1 of the box's second axis and speed 1 as units.
    ///
    /// - Parameters:
    ///   - family: what holds on the sides.
    ///   - geometry: bodies on a grid.
    ///   - reynolds: peak speed times height over viscosity.
    public convenience init(_ family: FlowFamily, in geometry: Geometry, reynolds: Double) {
        precondition(reynolds > 0, "reynolds: expected more than 0, got \(reynolds)")
        self.init(family, in: geometry, viscosity: geometry.grid.axes[1].length / reynolds)
    }

    /// A stepper for a viscosity and a peak speed of inlet or lid.
    public convenience init(_ family: FlowFamily, in geometry: Geometry, viscosity: Double, speed: Double = 1) {
        self.init(family, in: geometry, viscosity: viscosity, speed: speed, dissipation: 1.0 / 16)
    }

    package init(
        _ family: FlowFamily, in geometry: Geometry, viscosity: Double, speed: Double, dissipation: Double
    ) {
        precondition(viscosity > 0, "viscosity: expected more than 0, got \(viscosity)")
        precondition(speed > 0, "speed: expected more than 0, got \(speed)")
        self.geometry = geometry
        self.family = family
        self.viscosity = viscosity
        self.speed = speed
        let axes = geometry.grid.axes
        let apertures = Apertures(geometry, family: family)
        let constants = FlowConstants(
            family: family, dx: axes[0].spacing, dy: axes[1].spacing, viscosity: viscosity, speed: speed,
            dissipation: dissipation)
        self.apertures = apertures
        self.constants = constants
        layout = apertures.layout
        sides = FlowSides(apertures, constants)
        terms = MomentumTerms(
            layout, dx: constants.dx, dy: constants.dy, viscosity: viscosity, dissipation: dissipation)
        nodesX = BodyNodes(.x, apertures, constants)
        nodesY = BodyNodes(.y, apertures, constants)
        projection = FlowProjection(apertures, constants)
        wallForces = WallForces(apertures, constants, bodies: geometry.bodies.count)
        slopeX = AlignedBuffer(count: layout.count)
        slopeY = AlignedBuffer(count: layout.count)
        earlierX = AlignedBuffer(count: layout.count)
        earlierY = AlignedBuffer(count: layout.count)
        stiffX = AlignedBuffer(count: nodesX.nodes.count)
        stiffY = AlignedBuffer(count: nodesY.nodes.count)
    }

    /// One step of `timeStep`: predict in three stages with the last pressure, then project.
    public func advance(_ state: inout FlowState<Scalar>) {
        if !state.hasPressure { findPressure(&state) }
        withPointers(&state) { u, v, p in step(u, v, p) }
        state.time += timeStep
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private func step(
        _ u: UnsafeMutablePointer<Scalar>, _ v: UnsafeMutablePointer<Scalar>, _ p: UnsafeMutablePointer<Scalar>
    ) {
        predictAndProject(u, v, p)
    }

    @inline(never)
    private func predictAndProject(
        _ u: UnsafeMutablePointer<Scalar>, _ v: UnsafeMutablePointer<Scalar>, _ p: UnsafeMutablePointer<Scalar>
    ) {
        var (slopes, earlier) = ((slopeX.pointer, slopeY.pointer), (earlierX.pointer, earlierY.pointer))
        let (ix, iy) = (Scalar(1 / constants.dx), Scalar(1 / constants.dy))
        RungeKuttaStage.all.withUnsafeBufferPointer { stages in
            for k in 0..<stages.count {
                evaluateSlopes(u, v, slopes.0, slopes.1)
                let stage = FlowStage<Scalar>(stages[k], timeStep: timeStep)
                prepareStiff(nodesX, stage, u, slopes.0, earlier.0, into: stiffX.pointer)
                prepareStiff(nodesY, stage, v, slopes.1, earlier.1, into: stiffY.pointer)
                stage.advance(u, slopes.0, earlier.0, p, 1, ix, layout)
                stage.advance(v, slopes.1, earlier.1, p, layout.stride, iy, layout)
                finishStiff(nodesX, stage, u, p, ix, from: stiffX.pointer)
                finishStiff(nodesY, stage, v, p, iy, from: stiffY.pointer)
                sides.impose(u, v)
                swap(&slopes, &earlier)
            }
        }
        sides.balanceOutlet(u)
        let report = projection.project(u, v, p, over: Scalar(timeStep))
        sides.impose(u, v)
        sides.fillPressureGhosts(p)
        pressureResidual = max(pressureResidual, report.residual)
        pressureIterations = max(pressureIterations, report.iterations)
    }

    /// −(advection − diffusion) of both components, without the damping of nodes at bodies; fills the ghosts.
    func evaluateSlopes(
        _ u: UnsafeMutablePointer<Scalar>, _ v: UnsafeMutablePointer<Scalar>,
        _ slopeX: UnsafeMutablePointer<Scalar>, _ slopeY: UnsafeMutablePointer<Scalar>
    ) {
        sides.fillGhosts(u, v)
        terms.evaluateX(u, v, into: slopeX)
        terms.evaluateY(u, v, faces: constants.movingFaces(.y, layout).y, into: slopeY)
        nodesX.evaluate(u, v, into: slopeX)
        nodesY.evaluate(v, u, into: slopeY)
        guard family.isChannel, !family.hasPressureOutlet else { return }
        let scale = sides.outletSpeed / Scalar(constants.dx)
        for j in 0..<layout.rows {
            let at = layout.offset(layout.columns, j)
            slopeX[at] = scale * (u[at - 1] - u[at])
        }
    }

    private func prepareStiff(
        _ nodes: BodyNodes<Scalar>, _ stage: FlowStage<Scalar>, _ w: UnsafeMutablePointer<Scalar>,
        _ slope: UnsafeMutablePointer<Scalar>, _ earlier: UnsafeMutablePointer<Scalar>,
        into target: UnsafeMutablePointer<Scalar>
    ) {
        nodes.nodes.withUnsafeBufferPointer { at in
            nodes.damping.withUnsafeBufferPointer { damping in
                for k in 0..<at.count {
                    let i = at[k]
                    target[k] =
                        w[i] + stage.gamma * slope[i] + stage.zeta * earlier[i] - stage.alpha * damping[k] * w[i]
                }
            }
        }
    }

    private func finishStiff(
        _ nodes: BodyNodes<Scalar>, _ stage: FlowStage<Scalar>, _ w: UnsafeMutablePointer<Scalar>,
        _ p: UnsafeMutablePointer<Scalar>, _ inverse: Scalar, from source: UnsafeMutablePointer<Scalar>
    ) {
        let step = nodes.across
        nodes.nodes.withUnsafeBufferPointer { at in
            nodes.damping.withUnsafeBufferPointer { damping in
                for k in 0..<at.count {
                    let i = at[k]
                    let pushed = source[k] - stage.share * inverse * (p[i] - p[i &- step])
                    w[i] = pushed / (1 + stage.beta * damping[k])
                }
            }
        }
    }

    func withPointers<Result>(
        _ state: inout FlowState<Scalar>,
        _ body: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>) -> Result
    ) -> Result {
        state.u.withUnsafeMutablePointer { u in
            state.v.withUnsafeMutablePointer { v in state.p.withUnsafeMutablePointer { p in body(u, v, p) } }
        }
    }

    /// The pressure that keeps a velocity free of divergence: ∇²p = ∇·(−∇·(uu) + ν∇²u).
    func findPressure(_ state: inout FlowState<Scalar>) {
        withPointers(&state) { u, v, p in
            let (x, y) = (slopeX.pointer, slopeY.pointer)
            slopeX.clear()
            slopeY.clear()
            evaluateSlopes(u, v, x, y)
            for (k, at) in nodesX.nodes.enumerated() { x[at] -= nodesX.damping[k] * u[at] }
            for (k, at) in nodesY.nodes.enumerated() { y[at] -= nodesY.damping[k] * v[at] }
            sides.imposeNoChange(x, y)
            for i in 0..<layout.count { p[i] = 0 }
            let report = projection.project(x, y, p, over: 1)
            sides.fillPressureGhosts(p)
            pressureResidual = max(pressureResidual, report.residual)
            slopeX.clear()
            slopeY.clear()
        }
        state.hasPressure = true
    }
}
