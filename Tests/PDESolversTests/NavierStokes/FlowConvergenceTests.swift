import Foundation
import PDECore
import PDEGeometry
import PDESolvers
import Testing

/// Errors against exact solutions and published values, and how they fall.
@Suite struct FlowConvergenceTests {
    private func errors(_ name: String, _ sizes: [Int]? = nil) throws -> [[Double]] {
        let study = try #require(ConvergenceStudy.all.first { $0.name == name })
        var rows: [[Double]] = []
        study.run(sizes: sizes) { _, values in rows.append(study.errors(values)) }
        return rows
    }

    @Test(arguments: ["taylor-green", "taylor-green-time"])
    func vorticesConvergeAtSecondOrder(_ name: String) throws {
        let errors = try errors(name).map { $0[0] }
        #expect(slopes(errors).allSatisfy { $0 >= 1.9 }, "\(errors)")
    }

    /// Botella & Peyret (1998): within 1 % on 128 cells, about four times better than on half as many.
    @Test func theCavityMatchesTheSpectralValues() throws {
        let rows = try errors("cavity")
        #expect(rows[2].allSatisfy { $0 <= 0.01 }, "\(rows)")
        for measure in 0..<3 {
            let slope = log2(rows[0][measure] / rows[2][measure]) / 2
            #expect(slope >= 1.8, "\(rows)")
        }
    }

    /// Schäfer & Turek (1996), 2D-1, on 20 cells a diameter; `pdegen convergence cylinder` takes 40.
    @Test func theCylinderMatchesTheBenchmark() throws {
        let rows = try errors("cylinder", [10, 20])
        let (drag, lift, pressure) = (rows[1][0], rows[1][1], rows[1][2])
        #expect(drag <= 0.01 && lift <= 0.05 && pressure <= 0.02, "\(rows)")
        #expect(lift < rows[0][1] && pressure < rows[0][2])
    }

    @Test func theChannelWithSquaresConverges() throws {
        let rows = try errors("channel", [64, 128, 256])
        #expect(rows[1][0] < 0.6 * rows[0][0] && rows[1][0] < 0.03, "\(rows)")
        #expect(rows[1][1] < rows[0][1])
    }

    @Test func flowPastACircleIsOfSecondOrder() throws {
        let rows = try errors("circle", [32, 64, 192])
        #expect(log2(rows[0][0] / rows[1][0]) >= 1.9 && rows[1][0] < 0.003, "\(rows)")
        #expect(rows[1][1] < rows[0][1] && rows[1][1] < 0.002)
    }

    /// Flow along walls that are not on the grid has an exact solution: a channel whose walls are bodies at heights between
    /// faces.
    @Test func wallsBetweenFacesAreOfSecondOrder() throws {
        let errors = try [24, 48, 96].map { n in
            // Walls at y = 0.13 and 0.87, inside cells: a plane channel of height 0.74 in a periodic box.
            let bodies: [Shape] = [
                .rectangle(Rectangle(lower: Point2(-1, -1), upper: Point2(2, 0.13))),
                .rectangle(Rectangle(lower: Point2(-1, 0.87), upper: Point2(2, 2))),
            ]
            let stepper = FlowStepper<Double>(
                .periodic, in: Geometry(bodies, on: FlowCases.cells(8, n, length: 8 / Double(n))), viscosity: 0.05)
            // A decaying mode: sin(π(y − 0.13)/0.74) e^(−νk²t).
            let k = Double.pi / 0.74
            var state = stepper.state { Point2($0.y > 0.13 && $0.y < 0.87 ? sin(k * ($0.y - 0.13)) : 0, 0) }
            _ = try #require(stepper.advance(&state, over: 1, control: .standard))
            let decay = exp(-0.05 * k * k)
            return (0..<n).map { j -> Double in
                let y = (Double(j) + 0.5) / Double(n)
                guard y > 0.13 + 0.5 / Double(n), y < 0.87 - 0.5 / Double(n) else { return 0 }
                return abs(stepper.velocity(of: state, 3, j).x - decay * sin(k * (y - 0.13)))
            }.max()!
        }
        #expect(slopes(errors).allSatisfy { $0 >= 1.9 }, "\(errors)")
        #expect(errors[2] < 1e-4)
    }
}
