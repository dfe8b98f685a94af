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
/// - Stability: h(|u|/Δx + |v|/Δy) up to 0.9, and 4νh(1/Δx² + 1/Δy²) up to 2.4; `FlowStepControl.standard` keeps both.
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
    let nodesX, nodesY: StiffNodes<Scalar>
    let projection: FlowProjection<Scalar>
    let wallForces: WallForces
    /// The slopes of the stage before.
    private let slopeX, slopeY: AlignedBuffer<Scalar>
    /// Slopes of two rows, which wait until the row below is not needed any more.
    private let rowSlopes: AlignedBuffer<Scalar>
    /// What became of the pressure solves since this was last reset.
    var pressureResidual = 0.0
    var pressureIterations = 0

    /// A stepper with height 1 of the box's second axis and speed 1 as units.
    ///
    /// - Parameters:
    ///   - family: what holds on the sides.
    ///   - geometry: bodies on a grid; they may touch walls, and close faces of a pressure outlet whole but not in part.
    ///   - reynolds: peak speed times height over viscosity.
    ///   - pressure: how the pressure is solved for.
    public convenience init(
        _ family: FlowFamily, in geometry: Geometry, reynolds: Double, pressure: any PressureMethod = DirectPressure()
    ) {
        precondition(reynolds > 0, "reynolds: expected more than 0, got \(reynolds)")
        self.init(
            family, in: geometry, viscosity: geometry.grid.axes[1].length / reynolds, pressure: pressure)
    }

    /// A stepper for a viscosity and a peak speed of inlet or lid.
    public convenience init(
        _ family: FlowFamily, in geometry: Geometry, viscosity: Double, speed: Double = 1,
        pressure: any PressureMethod = DirectPressure()
    ) {
        self.init(
            family, in: geometry, viscosity: viscosity, speed: speed, dissipation: 1.0 / 16, pressure: pressure)
    }

    package init(
        _ family: FlowFamily, in geometry: Geometry, viscosity: Double, speed: Double, dissipation: Double,
        pressure: any PressureMethod = DirectPressure()
    ) {
        precondition(viscosity > 0, "viscosity: expected more than 0, got \(viscosity)")
        precondition(speed > 0, "speed: expected more than 0, got \(speed)")
        self.geometry = geometry
        self.family = family
        self.viscosity = viscosity
        self.speed = speed
        let axes = geometry.grid.axes
        let apertures = Apertures(geometry, family: family)
        precondition(
            !family.hasPressureOutlet || apertures.hasWholeOutlet,
            "geometry: expected bodies that leave the outlet's faces open or close them whole")
        let constants = FlowConstants(
            family: family, dx: axes[0].spacing, dy: axes[1].spacing, viscosity: viscosity, speed: speed,
            dissipation: dissipation)
        self.apertures = apertures
        self.constants = constants
        layout = apertures.layout
        sides = FlowSides(apertures, constants)
        terms = MomentumTerms(
            layout, dx: constants.dx, dy: constants.dy, viscosity: viscosity, dissipation: dissipation)
        nodesX = StiffNodes(BodyNodes(.x, apertures, constants))
        nodesY = StiffNodes(BodyNodes(.y, apertures, constants))
        projection = FlowProjection(apertures, constants, pressure)
        wallForces = WallForces(apertures, constants, bodies: geometry.bodies.count)
        slopeX = AlignedBuffer(count: layout.count)
        slopeY = AlignedBuffer(count: layout.count)
        rowSlopes = AlignedBuffer(count: 4 * layout.stride)
    }

    /// One step of `timeStep`: predict in three stages with the last pressure, then project.
    public func advance(_ state: inout FlowState<Scalar>) {
        if !state.hasPressure { findPressure(&state) }
        withPointers(&state) { u, v, p in step(u, v, p) }
        state.time += timeStep
        state.isImpulsive = false
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
        let (slopeX, slopeY) = (slopeX.pointer, slopeY.pointer)
        let (ix, iy) = (Scalar(1 / constants.dx), Scalar(1 / constants.dy))
        let layout = layout
        RungeKuttaStage.all.withUnsafeBufferPointer { stages in
            for k in 0..<stages.count {
                let stage = FlowStage<Scalar>(stages[k], timeStep: timeStep)
                sides.fillGhosts(u, v)
                nodesX.prepare(stage, u, v, slopeX)
                nodesY.prepare(stage, v, u, slopeY)
                sweep(
                    u, v, rowX: { j, slope in stage.advance(row: j, u, slope, slopeX, p, 1, ix, layout) },
                    rowY: { j, slope in stage.advance(row: j, v, slope, slopeY, p, layout.stride, iy, layout) })
                nodesX.finish(stage, u, slopeX, p, ix)
                nodesY.finish(stage, v, slopeY, p, iy)
                sides.impose(u, v)
            }
        }
        sides.balanceOutlet(u)
        let report = projection.project(u, v, p, over: Scalar(timeStep))
        sides.impose(u, v)
        sides.fillPressureGhosts(p)
        pressureResidual = max(pressureResidual, report.residual)
        pressureIterations = max(pressureIterations, report.iterations)
    }

    /// Finds −(advection − diffusion) of both components row by row, away from bodies, and hands out the line of each row
    /// when its old velocities are not needed any more.
    @inline(__always)
    private func sweep(
        _ u: UnsafeMutablePointer<Scalar>, _ v: UnsafeMutablePointer<Scalar>,
        rowX: (Int, UnsafeMutablePointer<Scalar>) -> Void, rowY: (Int, UnsafeMutablePointer<Scalar>) -> Void
    ) {
        let faces = constants.movingFaces(.y, layout).y
        let isConvective = family.isChannel && !family.hasPressureOutlet
        let scale = sides.outletSpeed / Scalar(constants.dx)
        let (terms, layout, lines) = (terms, layout, rowSlopes.pointer)
        func line(_ j: Int, _ component: Int) -> UnsafeMutablePointer<Scalar> {
            lines + (2 &* component &+ j & 1) &* layout.stride
        }
        func handOut(_ j: Int) {
            rowX(j, line(j, 0))
            if faces.contains(j) { rowY(j, line(j, 1)) }
        }
        terms.begin(u, v, firstFace: faces.lowerBound)
        for j in 0..<layout.rows {
            terms.advanceX(j, u, v, into: line(j, 0))
            if faces.contains(j) { terms.advanceY(j, u, v, into: line(j, 1)) }
            if isConvective {
                let at = layout.offset(layout.columns, j)
                line(j, 0)[layout.columns] = scale * (u[at - 1] - u[at])
            }
            if j > 0 { handOut(j - 1) }
        }
        handOut(layout.rows - 1)
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
            let (layout, count) = (layout, 8 * layout.vectors)
            sides.fillGhosts(u, v)
            sweep(
                u, v, rowX: { j, slope in (x + layout.offset(0, j)).update(from: slope, count: count) },
                rowY: { j, slope in (y + layout.offset(0, j)).update(from: slope, count: count) })
            nodesX.evaluate(u, v, into: x)
            nodesY.evaluate(v, u, into: y)
        }
        findPressureOfSlopes(&state)
    }

    /// The pressure of an irrotational flow without viscosity, whose slopes are −∇(½|u|²).
    ///
    /// At an impulsive start the velocity slips along walls and bodies; the friction of so thin a sheet of vorticity is
    /// infinite, and on a grid it grows with the number of cells.
    func findInviscidPressure(_ state: inout FlowState<Scalar>) {
        let energies = AlignedBuffer<Scalar>(count: layout.count)
        withPointers(&state) { u, v, _ in
            let (k, s) = (energies.pointer, layout.stride)
            func mean(_ w: UnsafeMutablePointer<Scalar>, _ shares: [Double], _ at: Int, _ next: Int) -> Scalar {
                let (a, b) = (Scalar(shares[at]), Scalar(shares[next]))
                return a + b > 0 ? (a * w[at] * w[at] + b * w[next] * w[next]) / (2 * (a + b)) : 0
            }
            for j in 0..<layout.rows {
                for i in 0..<layout.columns {
                    let at = layout.offset(i, j)
                    k[at] = mean(u, apertures.x, at, at + 1) + mean(v, apertures.y, at, at + s)
                }
                // Half a cell beyond the last centre lies the outlet.
                let last = layout.offset(layout.columns, j)
                k[last] = u[last] * u[last] - k[last - 1]
            }
            for j in 0..<layout.rows {
                for i in 1...layout.columns {
                    let at = layout.offset(i, j)
                    slopeX.pointer[at] = (k[at - 1] - k[at]) / Scalar(constants.dx)
                    if j > 0 { slopeY.pointer[at - 1] = (k[at - 1 - s] - k[at - 1]) / Scalar(constants.dy) }
                }
            }
        }
        findPressureOfSlopes(&state)
    }

    /// The pressure whose gradient takes the divergence out of the slopes, which are used up.
    private func findPressureOfSlopes(_ state: inout FlowState<Scalar>) {
        withPointers(&state) { _, _, p in
            let (x, y) = (slopeX.pointer, slopeY.pointer)
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
