import Glibc
import PDECore
import PDEGeometry

extension ConvergenceStudy {
    /// The studies of the staggered flow solver.
    static let flows = [vortices, vorticesInTime, cavity, channel, circle, cylinder, shedding]

    private static func cells(_ columns: Int, _ rows: Int, _ length: Double, _ height: Double) -> Grid {
        Grid([
            Grid.Axis(count: columns, from: 0, to: length, placement: .cells),
            Grid.Axis(count: rows, from: 0, to: height, placement: .cells),
        ])
    }

    // MARK: Taylor–Green vortices

    /// The largest error of u for vortices that a stream carries across the grid, at time 1.
    private static func vortexError(cells n: Int, steps: Int) -> Double {
        let (viscosity, stream) = (0.02, Point2(1, 0.5))
        let stepper = FlowStepper<Double>(
            .periodic, in: Geometry([Shape](), on: cells(n, n, 2 * .pi, 2 * .pi)), viscosity: viscosity)
        func exact(_ point: Point2, _ time: Double) -> Point2 {
            let at = point - time * stream
            return stream + exp(-2 * viscosity * time) * Point2(cos(at.x) * sin(at.y), -sin(at.x) * cos(at.y))
        }
        var state = stepper.state { exact($0, 0) }
        stepper.timeStep = 1 / Double(steps)
        stepper.advance(&state, steps: steps)
        var error = 0.0
        for j in 0..<n {
            for i in 0..<n {
                let point = stepper.grid.position(Double(i), Double(j) + 0.5)
                error = max(error, abs(stepper.velocity(of: state, i, j).x - exact(point, 1).x))
            }
        }
        return error
    }

    private static let vortices = ConvergenceStudy(
        "taylor-green", "Taylor-Green vortices carried across a periodic box, exact", unit: "cells a side",
        sizes: [16, 32, 64, 128], multiple: 2, measures: [Measure("error of u")]
    ) { [vortexError(cells: $0, steps: 4 * $0)] }

    private static let vorticesInTime = ConvergenceStudy(
        "taylor-green-time", "the same vortices on 64 cells a side against very short steps", unit: "steps",
        sizes: [20, 40, 80, 160, 2560], measures: [Measure("difference of u")],
        solve: { steps in
            let stepper = FlowStepper<Double>(
                .periodic, in: Geometry([Shape](), on: cells(64, 64, 2 * .pi, 2 * .pi)), viscosity: 0.02)
            var state = stepper.state { Point2(1 + cos($0.x) * sin($0.y), 0.5 - sin($0.x) * cos($0.y)) }
            stepper.timeStep = 1 / Double(steps)
            stepper.advance(&state, steps: steps)
            return (0..<64 * 64).map { stepper.velocity(of: state, $0 % 64, $0 / 64).x }
        }, compare: { [zip($0, $1).map { abs($0 - $1) }.max()!] })

    // MARK: Lid-driven cavity

    private static let cavity = ConvergenceStudy(
        "cavity", "lid-driven cavity, Re 1000: O. Botella & R. Peyret (1998)", unit: "cells a side",
        sizes: [32, 64, 128], multiple: 2,
        measures: [
            Measure("min u(1/2, y)", target: -0.3885698), Measure("max v(x, 1/2)", target: 0.3769447),
            Measure("min v(x, 1/2)", target: -0.5270771),
        ]
    ) { cavityExtrema(cells: $0) }

    /// The three extrema on the middle lines once the flow is steady.
    private static func cavityExtrema(cells n: Int) -> [Double] {
        let stepper = FlowStepper<Double>(.cavity, in: Geometry([Shape](), on: cells(n, n, 1, 1)), reynolds: 1000)
        var state = stepper.restingState()
        var energy = 0.0
        for _ in 0..<100 {
            guard stepper.advance(&state, over: 5, control: .standard) != nil else { break }
            let now = stepper.kineticEnergy(of: state)
            if abs(now - energy) < 2e-6 * now { break }
            energy = now
        }
        let u = (0..<n).map { stepper.velocity(of: state, n / 2, $0).x }
        let v = (0..<n).map { stepper.velocity(of: state, $0, n / 2).y }
        return [-peak(u.map { -$0 }), peak(v), -peak(v.map { -$0 })]
    }

    /// The top of the parabola through the largest value and its neighbours.
    private static func peak(_ values: [Double]) -> Double {
        let top = values.indices.max { values[$0] < values[$1] }!
        guard top > 0, top < values.count - 1 else { return values[top] }
        let (before, behind) = (values[top - 1], values[top + 1])
        let bend = before - 2 * values[top] + behind
        return bend < 0 ? values[top] - (before - behind) * (before - behind) / (8 * bend) : values[top]
    }

    // MARK: Channels against their finest grid

    /// A flow in a square channel at time 2.
    private struct ChannelFlow {
        let cells: Int
        /// [x][y][component].
        let velocity: [Float]
        /// The distance of each cell's centre to a body.
        let distance: [Double]
        /// The drag of the first body.
        let drag: Double

        init(_ geometry: Geometry, reynolds: Double) {
            let stepper = FlowStepper<Double>(.channel(), in: geometry, reynolds: reynolds)
            var state = stepper.restingState()
            _ = stepper.advance(&state, over: 2, control: .standard)
            cells = geometry.grid.axes[0].count
            var velocity = [Float](repeating: 0, count: 2 * cells * cells)
            var pressure = [Float](repeating: 0, count: cells * cells)
            stepper.centreValues(of: state, velocity: &velocity, pressure: &pressure)
            self.velocity = velocity
            distance = geometry.cellDistance
            drag = stepper.forces(on: state)[0].drag
        }

        /// How far the velocity, in cells whose centre is `margin` cells away from bodies, and the drag are from those on a
        /// grid that is finer by a whole number, averaged over its cells.
        func errors(against fine: ChannelFlow, margin: Double) -> [Double] {
            let (n, factor) = (cells, fine.cells / cells)
            var (difference, norm) = (0.0, 0.0)
            for cell in 0..<n * n where distance[cell] > margin / Double(n) {
                for component in 0..<2 {
                    var mean = 0.0
                    for part in 0..<factor * factor {
                        let (i, j) = (cell / n * factor + part / factor, cell % n * factor + part % factor)
                        mean += Double(fine.velocity[2 * (i * fine.cells + j) + component])
                    }
                    mean /= Double(factor * factor)
                    let gap = Double(velocity[2 * cell + component]) - mean
                    difference += gap * gap
                    norm += mean * mean
                }
            }
            return [(difference / norm).squareRoot(), drag / fine.drag - 1]
        }
    }

    private static let channelMeasures = [Measure("velocity, relative L2"), Measure("drag, relative")]

    private static let channel = ConvergenceStudy(
        "channel", "channel with three squares, Re 1000, from rest to t = 2, against the finest grid",
        unit: "cells a side", sizes: [64, 128, 256, 512], multiple: 64, measures: channelMeasures,
        solve: { ChannelFlow(threeSquares(cells: $0), reynolds: 1000) },
        compare: { $0.errors(against: $1, margin: 0) })

    private static let circle = ConvergenceStudy(
        "circle", "channel with a circle, Re 100, from rest to t = 2, against the finest grid", unit: "cells a side",
        sizes: [32, 64, 128, 256], multiple: 32, measures: channelMeasures,
        solve: { n in
            let body = Shape.circle(center: Point2(0.41, 0.53), radius: 0.1)
            return ChannelFlow(Geometry([body], on: cells(n, n, 1, 1)), reynolds: 100)
        }, compare: { $0.errors(against: $1, margin: 1.5) })

    /// A square box with three squares of a sixteenth of its side; `cells` is a multiple of 64.
    package static func threeSquares(cells n: Int) -> Geometry {
        precondition(n % 64 == 0, "cells: expected a multiple of 64, got \(n)")
        let corners = [(15, 20), (25, 40), (35, 15)].map { ($0 * n / 64, $1 * n / 64) }
        return Geometry(corners.map { CellBox(x: $0, y: $1, side: n / 16) }, on: cells(n, n, 1, 1))
    }

    // MARK: Cylinder in a channel

    private static let cylinder = ConvergenceStudy(
        "cylinder", "cylinder in a channel, Re 20: M. Schäfer & S. Turek (1996), case 2D-1", unit: "cells a diameter",
        sizes: [10, 20, 40], multiple: 10,
        measures: [
            Measure("drag", target: 5.57953523384), Measure("lift", target: 0.010618948146),
            Measure("pressure difference", target: 0.11752016697),
        ]
    ) { cylinderFigures(cellsPerDiameter: $0) }

    private static let shedding = ConvergenceStudy(
        "cylinder-shedding",
        "cylinder in a channel, Re 100: M. Schäfer & S. Turek (1996), case 2D-2, intervals' middles",
        unit: "cells a diameter", sizes: [20, 40], multiple: 10,
        measures: [
            Measure("max drag", target: 3.23), Measure("max lift", target: 1.0),
            Measure("Strouhal number", target: 0.3),
        ]
    ) { sheddingFigures(cellsPerDiameter: $0) }

    /// The benchmark's channel and cylinder; `speed` is the inlet's peak.
    private static func cylinderStepper(cellsPerDiameter n: Int, speed: Double) -> FlowStepper<Double> {
        let height = 0.41
        let grid = cells(22 * n, Int((height * 10 * Double(n)).rounded()), 2.2, height)
        let geometry = Geometry([.circle(center: Point2(0.2, 0.2), radius: 0.05)], on: grid)
        return FlowStepper(.channel(), in: geometry, viscosity: 1e-3, speed: speed)
    }

    /// What turns a force into a coefficient: 2/(Ū² D) with the mean speed Ū.
    private static func coefficient(speed: Double) -> Double { 2 / (0.1 * 4 * speed * speed / 9) }

    /// Drag and lift coefficients and the pressure difference between front and back of the steady flow.
    private static func cylinderFigures(cellsPerDiameter n: Int) -> [Double] {
        let speed = 0.3
        let stepper = cylinderStepper(cellsPerDiameter: n, speed: speed)
        var state = stepper.restingState()
        _ = stepper.advance(&state, over: 10, control: .standard)
        let force = stepper.forces(on: state)[0]
        // The centre is a corner of cells: the line through it lies between two rows.
        let (front, back, row) = (3 * n / 2, 5 * n / 2, 2 * n)
        func pressure(_ i: Int) -> Double {
            (stepper.pressure(of: state, i, row - 1) + stepper.pressure(of: state, i, row)) / 2
        }
        let difference =
            (1.5 * pressure(front - 1) - 0.5 * pressure(front - 2)) - (1.5 * pressure(back) - 0.5 * pressure(back + 1))
        let scale = coefficient(speed: speed)
        return [scale * force.drag, scale * force.lift, difference]
    }

    /// The largest drag and lift coefficients and the Strouhal number of the periodic flow, over the last 1.5 time units of 8.
    private static func sheddingFigures(cellsPerDiameter n: Int) -> [Double] {
        let speed = 1.5
        let stepper = cylinderStepper(cellsPerDiameter: n, speed: speed)
        var state = stepper.restingState()
        _ = stepper.advance(&state, over: 6.5, control: .standard)
        let interval = 0.005
        var forces: [BodyForce] = []
        for _ in 0..<300 {
            _ = stepper.advance(&state, over: interval, control: .standard)
            forces.append(stepper.forces(on: state)[0])
        }
        // Times at which the lift rises through 0, in intervals.
        let crossings = (1..<forces.count).filter { forces[$0 - 1].lift < 0 && forces[$0].lift >= 0 }.map { number in
            let (before, behind) = (forces[number - 1].lift, forces[number].lift)
            return Double(number) - behind / (behind - before)
        }
        guard crossings.count > 1 else { return [.nan, .nan, .nan] }
        let period = interval * (crossings.last! - crossings[0]) / Double(crossings.count - 1)
        let scale = coefficient(speed: speed)
        return [
            scale * forces.map(\.drag).max()!, scale * forces.map(\.lift).max()!, 0.1 / (period * 2 * speed / 3),
        ]
    }
}
