import PDECore
import PDEData
import PDEPlot

/// The picture of samples of a semilinear equation.
struct SemilinearFigure {
    private let samples: [ShownSample]
    private let dataset: ShownDataset
    private let problem: SemilinearProblem
    /// How many frames of a field in two or three dimensions are shown.
    private static let frames = 4

    init(_ samples: [ShownSample], _ dataset: ShownDataset, _ problem: SemilinearProblem) {
        self.samples = samples
        self.dataset = dataset
        self.problem = problem
    }

    private var recipe: Recipe { dataset.recipe }

    func figure() throws -> Figure {
        if problem.equation.dimensions > 1 { return try sequences(samples) }
        return try recipe.frames.count < 8 ? profiles(samples) : histories(samples)
    }

    private func values(_ shown: ShownSample, frames: Range<Int>? = nil) throws -> [Float] {
        try shown.values(of: dataset.manifest.description.fields[0].name, frames: frames, in: dataset)
    }

    private func title(_ shown: ShownSample) -> String {
        let coefficients = problem.equation.coefficients.filter(\.distribution.isVarying).map {
            "\($0.symbol) = \(NumberText.short(shown.record.difficulty[$0.name]!))"
        }
        return (["sample \(shown.address)"] + coefficients).joined(separator: ", ")
    }

    /// The solution's letter.
    private var symbol: String { problem.equation.fields[0].symbol }

    private var caption: String {
        "\(problem.equation.formula) · \(formatCount(dataset.manifest.sampleCount, "sample")) · "
            + "\(problem.gridText(in: recipe)) solved, \(SemilinearProblem.text(recipe.frames.resolutions)) stored · "
            + "seed \(recipe.seed)"
    }

    /// The most values of a space–time picture; of more, some frames at even distances are read.
    private static let mostValues = 1 << 24

    /// Space–time pictures of one-dimensional trajectories.
    private func histories(_ shown: [ShownSample]) throws -> Figure {
        let (frames, points) = (recipe.frames.count, recipe.frames.resolution)
        let rows = min(frames, max(2, Self.mostValues / points))
        let fields = try shown.map { sample in
            guard rows < frames else { return try values(sample) }
            return try (0..<rows).flatMap { row in
                let frame = row * (frames - 1) / (rows - 1)
                return try values(sample, frames: frame..<frame + 1)
            }
        }
        let limits = ValueLimits.symmetric.resolved(forAll: fields)
        let times = recipe.frames.times
        let panels = zip(shown, fields).map { sample, field in
            Panel(
                title(sample),
                heatMap: HeatMap(
                    field, rows: rows, columns: points, colormap: .diverging,
                    limits: .fixed(limits.lowerBound, limits.upperBound)),
                x: Axis("x", range: 0...recipe.length), y: Axis("t", range: times.first!...times.last!))
        }
        return Figure(
            title: recipe.title, panels: panels, columns: 2,
            colorBar: ColorBar(colormap: .diverging, limits: limits, label: symbol), caption: caption, sharesAxes: true)
    }

    /// First and last frame of one-dimensional samples with few frames.
    private func profiles(_ shown: [ShownSample]) throws -> Figure {
        let positions = dataset.manifest.description.dimensions[0].coordinates
        let points = positions.count
        let panels = try shown.map { sample in
            let field = try values(sample)
            let series = (0..<recipe.frames.count).map { frame in
                LineChart.Series(
                    "t = \(NumberText.short(dataset.manifest.description.times[frame]))", x: positions,
                    y: field[frame * points..<(frame + 1) * points].map(Double.init), color: Color.series(frame))
            }
            return Panel(
                LineChart(title: title(sample), x: Axis("x", range: 0...recipe.length), y: Axis(symbol), series: series)
            )
        }
        return Figure(title: recipe.title, panels: panels, columns: 2, caption: caption)
    }

    /// The magnitude of two-dimensional fields, or of the middle plane of three-dimensional ones, over time.
    private func sequences(_ shown: [ShownSample]) throws -> Figure {
        let components = dataset.manifest.description.componentCount(of: dataset.manifest.description.fields[0])
        let stored = recipe.frames.resolutions
        let (columns, rows) = (stored[0], stored[1])
        let count = min(Self.frames, recipe.frames.count)
        let frames = (0..<count).map { count == 1 ? 0 : $0 * (recipe.frames.count - 1) / (count - 1) }
        let planes = try shown.map { sample in
            try frames.map { frame in
                let values = try values(sample, frames: frame..<frame + 1)
                // Files have x first; the picture has x to the right, y upward, and the middle of z.
                let depth = problem.equation.dimensions == 3 ? stored[2] : 1
                return (0..<columns * rows).map { pixel in
                    let point = (pixel % columns * rows + pixel / columns) * depth + depth / 2
                    return
                        components == 1
                        ? values[point]
                        : (0..<components).reduce(Float(0)) { sum, component in
                            let value = values[point * components + component]
                            return sum + value * value
                        }.squareRoot()
                }
            }
        }
        let isMagnitude = components > 1
        let limits = (isMagnitude ? ValueLimits.extent : .symmetric).resolved(forAll: planes.flatMap { $0 })
        let map: Colormap = isMagnitude ? .sequential : .diverging
        let panels = zip(shown, planes).flatMap { sample, planes in
            zip(frames, planes).map { frame, plane in
                let time = "t = \(NumberText.short(dataset.manifest.description.times[frame]))"
                return Panel(
                    frame == 0 ? title(sample) : time,
                    heatMap: HeatMap(
                        plane, rows: rows, columns: columns, colormap: map,
                        limits: .fixed(limits.lowerBound, limits.upperBound)))
            }
        }
        return Figure(
            title: recipe.title, panels: panels, columns: count, panelWidth: 300,
            panelHeight: Int(300 * min(max(recipe.lengths[1] / recipe.lengths[0], 0.25), 4)),
            colorBar: ColorBar(colormap: map, limits: limits, label: isMagnitude ? "|u|" : symbol), caption: caption)
    }
}
