import CAllocationCounter
import Foundation
import PDECore
import PDEGeometry
import PDESolvers
import Testing

/// What holds exactly, whatever the flow.
@Suite struct FlowTests {
    @Test(arguments: FlowCases.Bodies.allCases)
    func everyCellIsFreeOfDivergence(_ bodies: FlowCases.Bodies) throws {
        for family in FlowCases.families where !(bodies == .touchingWall && family == .periodic) {
            let stepper = FlowCases.stepper(family, bodies, cells: 48, reynolds: 500)
            var state = FlowCases.start(stepper)
            #expect(FlowCases.largestDivergence(stepper, state) <= 1e-10, "\(family) at the start")
            let report = try #require(stepper.advance(&state, over: 0.3, control: .standard))
            #expect(FlowCases.largestDivergence(stepper, state) <= 1e-10, "\(family)")
            #expect(report.fluxImbalance <= 1e-13 && report.divergence <= 1e-12 && report.pressureResidual <= 1e-10)
            #expect(
                report.courant <= FlowStepControl.largestCourant && report.steps > 5 && report.pressureIterations == 0)
            #expect(abs(state.time - 0.3) <= 1e-15)
        }
    }

    /// The parabola is a steady state of the discrete equations too, for either outlet.
    @Test(arguments: OutletCondition.allCases)
    func theParabolaIsKeptToRoundOff(_ outlet: OutletCondition) throws {
        let grid = FlowCases.cells(64, 32, length: 2)
        let stepper = FlowStepper<Double>(
            .channel(inlet: .parabolic, outlet: outlet), in: Geometry([Shape](), on: grid), reynolds: 1000)
        var state = stepper.state { Point2(4 * $0.y * (1 - $0.y), 0) }
        let before = FlowCases.values(stepper, state)
        _ = try #require(stepper.advance(&state, over: 5, control: .standard))
        let change = zip(before, FlowCases.values(stepper, state)).map { abs($0 - $1) }.max()!
        #expect(change <= 1e-13)
        // The pressure falls by 8/Re per height, from the middle of one cell to that of another.
        let drop = stepper.pressure(of: state, 3, 16) - stepper.pressure(of: state, 35, 16)
        #expect(abs(drop - 8.0 / 1000) <= 1e-12)
    }

    /// Turning the plane over its diagonal turns the solution over: the loops along x and along y are one scheme.
    @Test(arguments: [FlowCases.Bodies.none, .squares, .circle, .joined])
    func axesCanBeExchanged(_ bodies: FlowCases.Bodies) throws {
        let n = 32
        func flipped(_ shape: Shape) -> Shape {
            switch shape {
            case .circle(let circle): .circle(center: Point2(circle.center.y, circle.center.x), radius: circle.radius)
            case .rectangle(let box):
                .rectangle(
                    Rectangle(lower: Point2(box.lower.y, box.lower.x), upper: Point2(box.upper.y, box.upper.x)))
            case .ellipse(let ellipse):
                .ellipse(
                    center: Point2(ellipse.center.y, ellipse.center.x), semiAxes: ellipse.semiAxes,
                    angle: .pi / 2 - ellipse.angle)
            case .union(let parts): .union(parts.map(flipped))
            default: shape
            }
        }
        func velocity(_ point: Point2) -> Point2 {
            let (x, y) = (2 * .pi * point.x, 2 * .pi * point.y)
            return Point2(0.3 + sin(y) + 0.4 * cos(2 * x) * sin(y), 0.7 * cos(x + 0.4) + 0.4 * sin(2 * x) * cos(y))
        }
        let grid = FlowCases.cells(n, n)
        let first = FlowStepper<Double>(.periodic, in: Geometry(bodies.shapes, on: grid), reynolds: 300)
        let second = FlowStepper<Double>(.periodic, in: Geometry(bodies.shapes.map(flipped), on: grid), reynolds: 300)
        var a = first.state(velocity: velocity)
        var b = second.state { point in
            let value = velocity(Point2(point.y, point.x))
            return Point2(value.y, value.x)
        }
        _ = try #require(first.advance(&a, over: 0.2, control: .fixed(0.005)))
        _ = try #require(second.advance(&b, over: 0.2, control: .fixed(0.005)))
        for i in 0..<n {
            for j in 0..<n {
                let (here, there) = (first.velocity(of: a, i, j), second.velocity(of: b, j, i))
                #expect(abs(here.x - there.y) <= 1e-9 && abs(here.y - there.x) <= 1e-9)
            }
        }
        for (here, there) in zip(first.forces(on: a), second.forces(on: b)) {
            #expect(abs(here.drag - there.lift) <= 1e-9 && abs(here.lift - there.drag) <= 1e-9)
        }
    }

    /// Nothing drives the flow: its energy only falls, also where the grid resolves nothing.
    @Test(arguments: [FlowCases.Bodies.none, .squares, .turned])
    func undrivenFlowsLoseEnergy(_ bodies: FlowCases.Bodies) throws {
        let stepper = FlowCases.stepper(.periodic, bodies, cells: 32, reynolds: 1e6)
        var state = FlowCases.start(stepper)
        var energy = stepper.kineticEnergy(of: state)
        let start = energy
        for _ in 0..<40 {
            let report = try #require(stepper.advance(&state, over: 0.1, control: .standard))
            let next = stepper.kineticEnergy(of: state)
            #expect(next <= energy * (1 + 1e-12))
            #expect(report.numericalDissipation > 0)
            energy = next
        }
        #expect(energy > 0.05 * start)
    }

    /// Up to the largest CFL number nothing grows: without viscosity and dissipation the energy of many vortices stays.
    @Test func theLargestCourantNumberIsStable() throws {
        let geometry = Geometry([Shape](), on: FlowCases.cells(48, 48))
        let stepper = FlowStepper<Double>(.periodic, in: geometry, viscosity: 1e-9, speed: 1, dissipation: 0)
        var state = stepper.state { point in
            let (x, y) = (2 * .pi * point.x, 2 * .pi * point.y)
            let (first, second) = (0.5 * cos(3 * y + x), 0.3 * sin(2 * y - 4 * x))
            return Point2(sin(y) + first + second, cos(x + 0.4) - first / 3 + 2 * second)
        }
        let start = stepper.kineticEnergy(of: state)
        for _ in 0..<10 {
            _ = try #require(stepper.advance(&state, over: 0.5, control: .courant(FlowStepControl.largestCourant)))
            #expect(abs(stepper.kineticEnergy(of: state) / start - 1) <= 0.02)
        }
    }

    /// What the fluid loses the bodies get: in a periodic box the momentum falls by the integral of drag and lift.
    @Test(arguments: [FlowCases.Bodies.squares, .circle, .turned, .joined])
    func forcesCloseTheBalanceOfMomentum(_ bodies: FlowCases.Bodies) throws {
        let stepper = FlowCases.stepper(.periodic, bodies, cells: 48, reynolds: 50)
        var state = FlowCases.start(stepper)
        // The first steps after the start are those of an impulse.
        _ = try #require(stepper.advance(&state, over: 0.05, control: .courant(0.5)))
        func momentum() -> Point2 {
            let geometry = stepper.geometry
            var sum = Point2.zero
            for i in 0..<48 {
                for j in 0..<48 {
                    let value = stepper.velocity(of: state, i, j)
                    let (x, y) = (geometry.xFaceOpenFraction[i * 48 + j], geometry.yFaceOpenFraction[i * 49 + j])
                    sum += Point2(x < 0.02 ? 0 : x * value.x, y < 0.02 ? 0 : y * value.y)
                }
            }
            return sum / (48 * 48)
        }
        func force() -> Point2 { stepper.forces(on: state).reduce(.zero) { $0 + Point2($1.drag, $1.lift) } }
        let (steps, step) = (200, 2.5e-4)
        let before = momentum()
        var impulse = 0.5 * step * force()
        for number in 1...steps {
            _ = try #require(stepper.advance(&state, over: step, control: .fixed(step)))
            impulse += (number == steps ? 0.5 : 1) * step * force()
        }
        let lost = before - momentum()
        // Faces open by less than a tenth have the inertia of a tenth, which this sum does not know.
        let tolerance = (bodies == .squares ? 1e-5 : 1e-2) * max(abs(impulse.x), abs(impulse.y))
        #expect(abs(lost.x - impulse.x) <= tolerance && abs(lost.y - impulse.y) <= tolerance, "\(lost) \(impulse)")
    }

    /// A flow past a body in the middle of the channel is its own mirror image.
    @Test func symmetryIsKept() throws {
        let geometry = Geometry([.circle(center: Point2(0.4, 0.5), radius: 0.11)], on: FlowCases.cells(40, 40))
        let stepper = FlowStepper<Double>(.channel(), in: geometry, reynolds: 200)
        var state = stepper.restingState()
        _ = try #require(stepper.advance(&state, over: 1, control: .standard))
        for i in 0..<40 {
            for j in 0..<40 {
                let (low, high) = (stepper.velocity(of: state, i, j).x, stepper.velocity(of: state, i, 39 - j).x)
                #expect(abs(low - high) <= 1e-9)
            }
        }
        let force = stepper.forces(on: state)[0]
        #expect(abs(force.lift) <= 1e-9 && force.drag > 0.01)
    }

    /// At an impulsive start pressure and forces settle as the grid is refined: friction, which would not, is left out.
    @Test func theImpulsiveStartHasAPressureOfItsOwn() {
        func start(_ n: Int) -> (pressure: Double, drag: Double) {
            let geometry = Geometry([.circle(center: Point2(0.4, 0.5), radius: 0.125)], on: FlowCases.cells(n, n))
            let stepper = FlowStepper<Double>(.channel(), in: geometry, reynolds: 300)
            let state = stepper.restingState()
            let squares = (0..<n * n).map { pow(stepper.pressure(of: state, $0 / n, $0 % n), 2) }
            return ((squares.reduce(0, +) / Double(n * n)).squareRoot(), stepper.forces(on: state)[0].drag)
        }
        let (coarse, fine, finest) = (start(32), start(64), start(128))
        #expect(abs(fine.pressure - finest.pressure) < abs(coarse.pressure - fine.pressure))
        #expect(abs(fine.pressure / finest.pressure - 1) < 0.05)
        #expect(abs(finest.drag) < 0.1 && abs(fine.drag - finest.drag) < 0.02)
    }

    @Test func precisionsAgree() throws {
        let single = FlowCases.stepper(.channel(), .circle, cells: 48, reynolds: 500, Float.self)
        let double = FlowCases.stepper(.channel(), .circle, cells: 48, reynolds: 500, Double.self)
        var (a, b) = (single.restingState(), double.restingState())
        _ = try #require(single.advance(&a, over: 0.5, control: .standard))
        _ = try #require(double.advance(&b, over: 0.5, control: .standard))
        let gap = zip(FlowCases.values(single, a), FlowCases.values(double, b)).map { abs($0 - $1) }.max()!
        #expect(gap <= 2e-4)
        #expect(abs(single.forces(on: a)[0].drag - double.forces(on: b)[0].drag) <= 2e-4)
    }

    @Test(arguments: FlowCases.families)
    func warmStepsDoNotAllocate(_ family: FlowFamily) throws {
        func check<Scalar: Real>(_: Scalar.Type) {
            let stepper = FlowCases.stepper(family, .joined, cells: 48, reynolds: 500, Scalar.self)
            var state = FlowCases.start(stepper)
            stepper.timeStep = 1e-3
            stepper.advance(&state)
            let before = allocation_count()
            stepper.advance(&state, steps: 5)
            #expect(allocation_count() == before)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test func aBlowUpIsToldAndLeavesTheLastSoundState() {
        let stepper = FlowCases.stepper(.channel(), .squares, cells: 32, reynolds: 5000)
        var state = stepper.restingState()
        var reached = 0
        while stepper.advance(&state, over: 0.5, control: .fixed(0.25)) != nil, reached < 100 { reached += 1 }
        #expect(reached < 100)
        #expect(FlowCases.values(stepper, state).allSatisfy { $0.isFinite })
    }

    /// The step that suits a cavity at rest is far too long for the flow at its end.
    @Test func stepsFromRestAreAsLongAsTheirEndsBear() throws {
        let stepper = FlowCases.stepper(.cavity, .none, cells: 32, reynolds: 5000)
        var (state, exact) = (stepper.restingState(), stepper.restingState())
        let report = try #require(stepper.advance(&state, over: 0.25, control: .standard))
        #expect(report.courant <= FlowStepControl.largestCourant && report.courant > 0.5)
        #expect(abs(state.time - 0.25) <= 1e-15)
        _ = try #require(stepper.advance(&exact, over: 0.25, control: .fixed(0.001)))
        let (found, wanted) = (FlowCases.values(stepper, state), FlowCases.values(stepper, exact))
        #expect(zip(found, wanted).allSatisfy { abs($0 - $1) < 0.01 })
    }

    /// Re 10,000 on 64 cells: a cell Reynolds number of 156, past three squares.
    @Test func coarseGridsStayBounded() throws {
        let stepper = FlowStepper<Double>(.channel(), in: ConvergenceStudy.threeSquares(cells: 64), reynolds: 10_000)
        var state = stepper.restingState()
        for _ in 0..<20 {
            let report = try #require(stepper.advance(&state, over: 0.5, control: .standard))
            #expect(report.divergence <= 1e-12)
            let fastest = FlowCases.values(stepper, state).map { abs($0) }.max()!
            #expect(fastest < 4)
        }
    }
}
