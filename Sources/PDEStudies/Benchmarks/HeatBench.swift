import PDEConfig
import PDECore
import PDEData
import PDEPlot
import PDESolvers

/// The heat test at several resolutions: ω of conjugate gradients with symmetric over-relaxation fixed, learnt and best for each
/// system, beside multigrid and a learnt choice of preconditioner.
package struct HeatBench: Sendable {
    let resolutions: [Int]
    let steps: Int
    let tolerance: Double
    /// Every ω is tried at each `every`-th step.
    let every: Int

    /// What is measured.
    package init(resolutions: [Int], steps: Int, tolerance: Double, every: Int) {
        (self.resolutions, self.steps, self.tolerance, self.every) = (resolutions, steps, tolerance, every)
    }

    /// What all methods took at one resolution.
    package struct Result: Sendable {
        let cells: Int
        let runs: [(run: HeatTest.Run, omega: Double?)]
        /// Iterations of the best ω of every system, by the trials and the run of the best fixed one.
        let least: Double
    }

    /// Solves at every resolution and shows the lines of each as they come.
    package func measure(_ show: (JSON) throws -> Void) throws -> [Result] {
        try resolutions.map { cells in
            let test = HeatTest(cells: cells, steps: steps, tolerance: tolerance)
            let arms = try test.everyArm(every: every)
            let best = HeatTest.omegas[arms.best]
            let fixed = try test.run("best fixed omega", .ssor(best))
            let least = arms.least(by: fixed)
            var runs: [(run: HeatTest.Run, omega: Double?)] = []
            func add(_ run: HeatTest.Run, omega: Double? = nil) throws {
                runs.append((run, omega))
                try show(line(cells, run, omega, least))
            }
            let relaxation = SolverArms.symmetricOverRelaxation(HeatTest.omegas)
            let count = relaxation.count
            let others: [any PoissonPreconditioner] = [.none, .incompleteCholesky, .ssor(1.5), .multigrid]
            try add(try test.run("omega 1", .ssor(1)), omega: 1)
            try add(fixed, omega: best)
            try add(try test.run("Tsallis-INF", relaxation, TsallisINF(armCount: count)))
            try add(try test.run("ChebCB", relaxation, ChebCB(armCount: count, contexts: HeatTest.contexts)))
            try add(try test.run("multigrid", .multigrid))
            try add(
                try test.run(
                    "preconditioner by time", .preconditioners(others),
                    ChebCB(armCount: others.count, contexts: HeatTest.contexts)))
            try show(
                .object(
                    head(cells, "best omega of each system") + [
                        ("iterations", .number(Int(least.rounded()))), ("systems_tried", .number(arms.steps.count)),
                    ]))
            return Result(cells: cells, runs: runs, least: least)
        }
    }

    private func head(_ cells: Int, _ method: String) -> [(String, JSON)] {
        [
            ("bench", "heat"), ("n", .number(cells)), ("steps", .number(steps)), ("tolerance", .number(tolerance)),
            ("precision", "double"), ("method", .string(method)),
        ]
    }

    private func line(_ cells: Int, _ run: HeatTest.Run, _ omega: Double?, _ least: Double) -> JSON {
        func rounded(_ value: Double) -> JSON { .number((value * 1e4).rounded() / 1e4) }
        return .object(
            head(cells, run.method) + (omega.map { [("omega", rounded($0))] } ?? []) + [
                ("iterations", .number(run.total)), ("over_best_omega", rounded(Double(run.total) / least)),
                ("solve_s", rounded(run.seconds)), ("learner_share", rounded(run.learningSeconds / run.seconds)),
                ("not_converged", .number(run.failures)), ("version", .string("pdegen \(LibraryVersions.pdekit)")),
            ])
    }

    /// Iterations against resolution, and at the largest one as they add up.
    func figure(_ results: [Result]) -> Figure {
        let names = results[0].runs.map(\.run.method)
        // Iterations with different preconditioners do not compare.
        let shown = names.indices.filter { names[$0] != "preconditioner by time" }
        let dashes: [String: Dash] = ["omega 1": .dashed, "best fixed omega": .dashed, "multigrid": .dotted]
        let sizes = results.map { Double($0.cells) }
        var growth = shown.map { method in
            LineChart.Series(
                names[method], x: sizes,
                y: results.map { Double($0.runs[method].run.total) / Double(steps) }, color: .series(method),
                dash: dashes[names[method]] ?? .solid, hasMarkers: true)
        }
        growth.append(
            LineChart.Series(
                "best omega of each system", x: sizes, y: results.map { $0.least / Double(steps) },
                color: .series(names.count), dash: .dotted, hasMarkers: true))
        let largest = results.max { $0.cells < $1.cells }!
        let stride = max(1, steps / 500)
        let marks = Swift.stride(from: 0, through: steps, by: stride).map { Double($0) }
        let sums = shown.map { method in
            var (sum, y) = (0, [0.0])
            for (step, count) in largest.runs[method].run.iterations.enumerated() {
                sum += count
                if (step + 1) % stride == 0 { y.append(Double(sum)) }
            }
            return LineChart.Series(
                names[method], x: marks, y: y, color: .series(method), dash: dashes[names[method]] ?? .solid)
        }
        let charts = [
            LineChart(
                title: "Iterations a step", x: Axis("cells a side", scale: .logarithmic),
                y: Axis("iterations", scale: .logarithmic), series: growth),
            LineChart(
                title: "Iterations so far at \(largest.cells)\u{b2} cells", x: Axis("step"), y: Axis("iterations"),
                series: sums, showsLegend: false),
        ]
        return Figure(
            title: "Heat equation, Crank\u{2013}Nicolson: conjugate gradients with SSOR, omega fixed or learnt",
            panels: charts.map { Panel($0) }, columns: 2,
            caption: "\(steps) steps, tolerance \(tolerance); "
                + "the best omega of each system is tried at every step number divisible by \(every).")
    }

    /// Writes the figure as a PNG file.
    package func plot(_ results: [Result], to path: String) throws {
        try AtomicFile.write(figure(results).raster().png(title: "pdegen bench heat"), to: path)
    }
}
