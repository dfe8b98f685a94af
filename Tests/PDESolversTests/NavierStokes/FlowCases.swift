import Foundation
import PDECore
import PDEGeometry
import PDESolvers

/// Boxes, bodies and readings for tests of the flow solver.
enum FlowCases {
    static func cells(_ columns: Int, _ rows: Int, length: Double = 1, height: Double = 1) -> Grid {
        Grid([
            Grid.Axis(count: columns, from: 0, to: length, placement: .cells),
            Grid.Axis(count: rows, from: 0, to: height, placement: .cells),
        ])
    }

    /// Bodies in a unit square.
    enum Bodies: String, CaseIterable {
        case none, squares, circle, turned, joined, touchingWall

        var shapes: [Shape] {
            switch self {
            case .none: []
            case .squares:
                [
                    .square(center: Point2(0.3125, 0.375), side: 0.125),
                    .square(center: Point2(0.625, 0.6875), side: 0.125),
                ]
            case .circle: [.circle(center: Point2(0.41, 0.53), radius: 0.13)]
            case .turned:
                [Shape.square(center: Point2(0.4, 0.45), side: 0.2).rotated(by: 0.4, about: Point2(0.4, 0.45))]
            case .joined:
                [
                    .union([
                        .circle(center: Point2(0.4, 0.5), radius: 0.1),
                        .rectangle(center: Point2(0.5, 0.5), size: Point2(0.25, 0.125)),
                    ]), .ellipse(center: Point2(0.7, 0.2), semiAxes: Point2(0.1, 0.05), angle: 0.7),
                ]
            case .touchingWall: [.rectangle(Rectangle(lower: Point2(0.25, 0), upper: Point2(0.375, 0.375)))]
            }
        }
    }

    static let families: [FlowFamily] = [
        .channel(inlet: .parabolic, outlet: .pressure), .channel(inlet: .uniform, outlet: .convective), .cavity,
        .periodic,
    ]

    static func stepper<Scalar: Real>(
        _ family: FlowFamily, _ bodies: Bodies, cells n: Int, reynolds: Double, _: Scalar.Type = Double.self
    ) -> FlowStepper<Scalar> {
        FlowStepper(family, in: Geometry(bodies.shapes, on: cells(n, n)), reynolds: reynolds)
    }

    /// A state to start from: swirls where nothing drives the flow.
    static func start<Scalar: Real>(_ stepper: FlowStepper<Scalar>) -> FlowState<Scalar> {
        guard stepper.family == .periodic else { return stepper.restingState() }
        return stepper.state { point in
            let (x, y) = (2 * .pi * point.x, 2 * .pi * point.y)
            return Point2(0.3 + sin(y) + 0.5 * cos(2 * x) * sin(y), cos(x + 0.4) + 0.5 * sin(2 * x) * cos(y))
        }
    }

    /// Net flux out of each fluid cell over its area, from the faces' open shares: written anew, apart from the solver.
    static func largestDivergence<Scalar: Real>(
        _ stepper: FlowStepper<Scalar>, _ state: FlowState<Scalar>
    ) -> Double {
        let geometry = stepper.geometry
        let (nx, ny) = (geometry.grid.axes[0].count, geometry.grid.axes[1].count)
        let (dx, dy) = (geometry.grid.axes[0].spacing, geometry.grid.axes[1].spacing)
        func share(_ value: Double) -> Double { value < 0.02 ? 0 : value }
        var largest = 0.0
        for i in 0..<nx {
            for j in 0..<ny {
                let left = share(geometry.xFaceOpenFraction[i * ny + j]) * stepper.velocity(of: state, i, j).x
                let right =
                    share(geometry.xFaceOpenFraction[(i + 1) * ny + j]) * stepper.velocity(of: state, i + 1, j).x
                let below = share(geometry.yFaceOpenFraction[i * (ny + 1) + j]) * stepper.velocity(of: state, i, j).y
                let above =
                    share(geometry.yFaceOpenFraction[i * (ny + 1) + j + 1]) * stepper.velocity(of: state, i, j + 1).y
                largest = max(largest, abs((right - left) / dx + (above - below) / dy))
            }
        }
        return largest
    }

    /// The components of all faces inside, one after the other.
    static func values<Scalar: Real>(_ stepper: FlowStepper<Scalar>, _ state: FlowState<Scalar>) -> [Double] {
        let (nx, ny) = (stepper.grid.axes[0].count, stepper.grid.axes[1].count)
        return (0..<nx * ny).flatMap { cell in
            let (x, y) = stepper.velocity(of: state, cell / ny, cell % ny)
            return [x, y]
        }
    }
}
