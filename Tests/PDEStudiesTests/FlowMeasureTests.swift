import Foundation
import PDEComparisons
import PDECore
import PDEGeometry
import PDESolvers
import Testing

/// What frames of flows come to, against what the solver itself knows.
@Suite struct FlowMeasureTests {
    private static let channels = ["pressure", "velocity_x", "velocity_y"]

    /// The forces by the momentum in a box around a circle off the middle are those that the solver counts on its surface, while its wake
    /// grows.
    @Test(arguments: [(48, 0.025), (96, 0.01)]) func forcesAreTheSolvers(_ rows: Int, _ allowed: Double) throws {
        let grid = Grid([
            Grid.Axis(count: 3 * rows / 2, from: 0, to: 1.5, placement: .cells),
            Grid.Axis(count: rows, from: 0, to: 1, placement: .cells),
        ])
        let geometry = Geometry([.circle(center: Point2(0.5, 0.35), radius: 0.12)], on: grid)
        let stepper = FlowStepper<Double>(.channel(), in: geometry, reynolds: 400)
        var state = stepper.restingState()
        let interval = 0.05
        _ = try #require(stepper.advance(&state, over: 1, control: .standard))
        var measure = try #require(
            FlowMeasure(
                Self.channels, on: grid, mask: geometry.mask.map { Float($0) }, reynolds: 400, interval: interval))
        var forces: [BodyForce] = []
        var (velocity, pressure) = (
            [Float](repeating: 0, count: 2 * grid.count), [Float](repeating: 0, count: grid.count)
        )
        for frame in 0..<20 {
            if frame > 0 { _ = try #require(stepper.advance(&state, over: interval, control: .standard)) }
            stepper.centreValues(of: state, velocity: &velocity, pressure: &pressure)
            let parts = (0..<2).flatMap { part in (0..<grid.count).map { velocity[2 * $0 + part] } }
            measure.add(pressure + parts)
            forces.append(stepper.forces(on: state)[0])
        }
        // Means over time of what is linear between two frames.
        func mean(_ values: [Double]) -> Double {
            zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 } / Double(values.count - 1)
        }
        let drag = mean(forces.map(\.drag))
        let marks = measure.marks
        #expect(abs(marks[0]! / drag - 1) < allowed, "\(marks[0]!) \(drag)")
        let lift = mean(forces.map { $0.lift * $0.lift }).squareRoot()
        #expect(abs(marks[1]! / lift - 1) < 4 * allowed, "\(marks[1]!) \(lift)")
        #expect(marks[3]! < 0.2)
    }

    /// A wave that is carried past the probe has its frequency; bodies at a wall have no box, and a fluid at rest has nothing.
    @Test func frequencyIsTheWavesAndWhatIsNotThereIsNot() throws {
        let rows = 32
        let grid = Grid([
            Grid.Axis(count: 2 * rows, from: 0, to: 2, placement: .cells),
            Grid.Axis(count: rows, from: 0, to: 1, placement: .cells),
        ])
        func mask(_ bodies: [Shape]) -> [Float] { Geometry(bodies, on: grid).mask.map { Float($0) } }
        let middle = mask([.rectangle(center: Point2(0.5, 0.5), size: Point2(0.25, 0.25))])
        func measured(_ mask: [Float], _ v: (Double) -> Double) throws -> [Double?] {
            var measure = try #require(FlowMeasure(Self.channels, on: grid, mask: mask, reynolds: 100, interval: 0.1))
            for frame in 0..<40 {
                let value = Float(v(0.1 * Double(frame)))
                let still = [Float](repeating: 0, count: 2 * grid.count)
                measure.add(still + [Float](repeating: value, count: grid.count))
            }
            return measure.marks
        }
        let moving = try measured(middle) { 0.3 + 0.2 * sin(2 * .pi * 0.83 * $0 + 0.4) }
        #expect(abs(moving[2]! - 0.83 * 0.25) < 1e-4)
        #expect(moving[3] == 0)
        // ∂u/∂x = 0.75 and ∂v/∂y = 0.5.
        var sloped = try #require(FlowMeasure(Self.channels, on: grid, mask: middle, reynolds: 100, interval: 0.1))
        let (u, v) = (
            (0..<grid.count).map { 0.75 * Float($0 / rows) / Float(rows) },
            (0..<grid.count).map { 0.5 * Float($0 % rows) / Float(rows) }
        )
        sloped.add([Float](repeating: 0, count: grid.count) + u + v)
        #expect(abs(sloped.marks[3]! - 1.25) < 1e-4)
        let still = try measured(middle) { _ in 0 }
        #expect(still == [0, 0, nil, 0])
        let wall = mask([.rectangle(center: Point2(0.5, 0.05), size: Point2(0.25, 0.25))])
        #expect(try measured(wall) { sin($0) }.prefix(3) == [nil, nil, nil])
        #expect(FlowMeasure(["velocity_x", "pressure"], on: grid, mask: wall, reynolds: 1, interval: 1) == nil)
    }

    /// The frequency of a sine is found to a small part of one over the series' length; noise has none.
    @Test func frequencies() {
        for frequency in [0.31, 1.0, 3.7] {
            let series = (0..<60).map { 2 + sin(2 * .pi * frequency * 0.1 * Double($0) + 1) }
            let found = Frequency.strongest(in: series, interval: 0.1, leastShare: 0.25)
            #expect(abs(found! - frequency) < 1e-6, "\(found!) \(frequency)")
        }
        var stream = RandomStream(seed: 3, index: 0, purpose: "noise")
        let noise = (0..<60).map { _ in stream.normal() }
        #expect(Frequency.strongest(in: noise, interval: 0.1, leastShare: 0.4) == nil)
        #expect(Frequency.strongest(in: [1, 2, 1], interval: 0.1, leastShare: 0.25) == nil)
    }
}
