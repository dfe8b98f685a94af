import PDEConfig
import PDECore
import PDEGeometry
import PDESolvers

/// The work of `openfoam_channel.sh`: a square channel with obstacles from rest, on one core or several side by side.
///
/// With three obstacles they are that script's squares, with others as many squares of a sixteenth of the height placed at
/// random. Units are the channel's height and the inlet's peak speed: the script's 1000 steps of 0.004 in a box of
/// height 2 are 1000 steps of 0.002 here.
package struct NavierStokesBench: Sendable {
    let resolution, obstacles, jobs, repeats: Int
    let reynolds, end: Double
    let control: FlowStepControl
    let pressure: any PressureMethod

    /// What is measured.
    package init(
        resolution: Int, obstacles: Int, jobs: Int, repeats: Int, reynolds: Double, end: Double,
        control: FlowStepControl, pressure: any PressureMethod = DirectPressure()
    ) {
        (self.resolution, self.obstacles, self.jobs, self.repeats, self.reynolds, self.end, self.control) = (
            resolution, obstacles, jobs, repeats, reynolds, end, control
        )
        self.pressure = pressure
    }

    /// Milliseconds per step of a trajectory, and what ran.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package func measure<Scalar: Real>(_: Scalar.Type) throws -> JSON {
        let geometry = try geometry()
        let clock = ContinuousClock()
        var steppers: [FlowStepper<Scalar>] = []
        let setup = clock.measure {
            steppers = (0..<jobs).map { _ in
                FlowStepper(.channel(), in: geometry, reynolds: reynolds, pressure: pressure)
            }
        }
        let team = ThreadTeam(threads: jobs)
        let initial = steppers[0].restingState()
        var reports = [FlowReport](repeating: FlowReport(), count: jobs)
        var times: [Double] = []
        // The first run warms caches and clocks and is not counted.
        for run in 0...repeats {
            var hasBlownUp = false
            let time = clock.measure {
                reports.withUnsafeMutableBufferPointer { reports in
                    let target = SharedReports(reports.baseAddress!)
                    team.forEach(0..<jobs) { job, _ in
                        var state = initial
                        target.first[job] = steppers[job].advance(&state, over: end, control: control) ?? FlowReport()
                    }
                }
            }
            hasBlownUp = reports.contains { $0.steps == 0 }
            if hasBlownUp {
                throw StudyError.blownUp(end: end)
            }
            if run > 0 { times.append(time / .milliseconds(1) / Double(reports[0].steps) / Double(jobs)) }
        }
        times.sort()
        func rounded(_ value: Double) -> JSON { .number((value * 10000).rounded() / 10000) }
        return .object([
            ("bench", "navier-stokes"), ("n", .number(resolution)), ("obstacles", .number(obstacles)),
            ("reynolds", .number(reynolds)), ("pressure", .string(pressure.summary { "\($0)" })),
            ("precision", .string(Scalar.self == Float.self ? "float" : "double")),
            ("jobs", .number(jobs)), ("steps", .number(reports[0].steps)), ("end", .number(end)),
            ("ms_per_step", rounded(times[0])), ("median_ms", rounded(times[times.count / 2])),
            ("s_per_trajectory", rounded(times[0] * Double(reports[0].steps) / 1000)),
            ("setup_s", rounded(setup / .seconds(1) / Double(jobs))), ("max_courant", rounded(reports[0].courant)),
            ("divergence", .number(reports[0].divergence)),
            ("pressure_iterations_per_solve", .number(reports[0].pressureIterations)),
            ("version", .string("pdegen \(LibraryVersions.pdekit)")),
        ])
    }

    private func geometry() throws -> Geometry {
        if obstacles == 3, resolution % 64 == 0 { return ConvergenceStudy.threeSquares(cells: resolution) }
        let axis = Grid.Axis(count: resolution, from: 0, to: 1, placement: .cells)
        let placement = ObstaclePlacement(
            count: obstacles...obstacles, size: 1.0 / 16...1.0 / 16, gap: 1.0 / 32, margins: Margins(1.0 / 16),
            isSnapped: true)
        return try placement.place(on: Grid([axis, axis]), seed: 0, index: 0)
    }

    /// Memory that the threads share although each writes to a place of its own.
    private struct SharedReports: @unchecked Sendable {
        let first: UnsafeMutablePointer<FlowReport>

        init(_ first: UnsafeMutablePointer<FlowReport>) { self.first = first }
    }
}
