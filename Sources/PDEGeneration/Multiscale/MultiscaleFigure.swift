import PDECore
import PDEData
import PDEPlot
import PDESolvers

/// The picture of a multiscale dataset: solutions from low to high frequency.
struct MultiscaleFigure {
    private let samples: [ShownSample]
    private let dataset: ShownDataset
    private let problem: MultiscaleProblem

    init(_ samples: [ShownSample], _ dataset: ShownDataset, _ problem: MultiscaleProblem) {
        self.samples = samples
        self.dataset = dataset
        self.problem = problem
    }

    private var recipe: Recipe { dataset.recipe }

    func figure() throws -> Figure {
        let isLine = problem.equation.dimensions == 1
        let panels = try samples.map { isLine ? try line($0) : try plane($0) }
        return Figure(
            title: recipe.title, panels: panels, columns: 2, panelWidth: isLine ? 640 : 520,
            panelHeight: isLine ? 220 : 520,
            caption:
                "\(problem.profile.formula) · \(formatCount(dataset.manifest.sampleCount, "sample")) · \(problem.gridText(in: recipe)), "
                + "\(recipe.frames.resolution) points stored · seed \(recipe.seed)")
    }

    private func title(_ shown: ShownSample) -> String {
        let (posed, scale) = problem.draw(index: shown.record.index, attempt: shown.record.attempt, in: recipe)
        let factor = scale == 1 ? "" : ", frequencies × \(NumberText.short(scale, digits: 3))"
        return "sample \(shown.address), \(posed.problem.rawValue): \(posed.solution.formula)\(factor)"
    }

    /// The left tenth of the interval, in which single waves can be told apart, and at least four of the shortest.
    private func line(_ shown: ShownSample) throws -> Panel {
        let values = try shown.values(of: "solution", in: dataset)
        let positions = dataset.manifest.description.dimensions[0].coordinates
        let waves = 4 * 2 * Double.pi / (shown.record.difficulty["wavenumber"] ?? 1)
        let end = min(recipe.length, max(recipe.length / 10, waves))
        let count = max(2, positions.prefix { $0 <= end }.count)
        let series = LineChart.Series(
            "", x: Array(positions[..<count]), y: values[..<count].map(Double.init), color: Color.series(0))
        return Panel(LineChart(title: title(shown), x: Axis("x", range: 0...end), y: Axis("u"), series: [series]))
    }

    /// The lower left quarter, in which single waves can be told apart; x to the right, y upward.
    private func plane(_ shown: ShownSample) throws -> Panel {
        let values = try shown.values(of: "solution", in: dataset)
        let points = recipe.frames.resolution
        let side = max(2, points / 4)
        let shownValues = (0..<side * side).map { values[$0 % side * points + $0 / side] }
        let limits = ValueLimits.symmetric.resolved(for: shownValues)
        let (posed, scale) = problem.draw(index: shown.record.index, attempt: shown.record.attempt, in: recipe)
        let factor = scale == 1 ? "" : ", × \(NumberText.short(scale, digits: 3))"
        return Panel(
            "sample \(shown.address), \(posed.problem.rawValue): \(posed.solution.rawValue)\(factor)",
            heatMap: HeatMap(
                shownValues, rows: side, columns: side, colormap: .diverging,
                limits: .fixed(limits.lowerBound, limits.upperBound)))
    }
}
