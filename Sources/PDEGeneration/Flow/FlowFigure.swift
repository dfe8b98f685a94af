import PDECore
import PDEData
import PDEPlot

/// The picture of a flow dataset: vorticity and obstacles, a row a sample, time to the right.
struct FlowFigure {
    private let samples: [ShownSample]
    private let dataset: ShownDataset
    private let problem: FlowProblem
    /// How many frames of a sample are shown.
    private static let frames = 4
    /// Pixels down of each picture.
    private static let height = 300
    /// The share of cells, in percent, whose vorticity may be beyond the colours: thin layers at walls and corners, which would
    /// leave the wakes pale.
    private static let share = 4.0

    init(_ samples: [ShownSample], _ dataset: ShownDataset, _ problem: FlowProblem) {
        self.samples = samples
        self.dataset = dataset
        self.problem = problem
    }

    private var recipe: Recipe { dataset.recipe }

    /// Frames at even distances; the last one among them, and the start left out where there are more.
    private var shownFrames: [Int] {
        let last = recipe.frames.count - 1
        let count = min(Self.frames, last)
        return (1...count).map { $0 * last / count }
    }

    func figure() throws -> Figure {
        let shape = dataset.manifest.description.resolution
        let planes = try samples.map { sample in
            let mask = try sample.values(of: "mask", in: dataset)
            return try shownFrames.map { frame in
                let velocity = try sample.values(of: "velocity", frames: frame..<frame + 1, in: dataset)
                let vorticity = Vorticity.field(
                    of: velocity, mask: mask, shape: (shape[0], shape[1]),
                    spacing: 1 / Double(recipe.frames.resolution),
                    isChannel: problem.equation.familyName == .channel)
                return Vorticity.picture(vorticity, shape: (shape[0], shape[1]))
            }
        }
        let limits = ValueLimits.symmetricPercentile(Self.share).resolved(forAll: planes.flatMap { $0 })
        let map = Colormap.diverging.marking(missing: Color(hex: 0x7A818C))
        let panels = zip(samples, planes).flatMap { sample, planes in
            zip(shownFrames, planes).enumerated().map { column, shown in
                let time = "t = \(NumberText.short(dataset.manifest.description.times[shown.0]))"
                return Panel(
                    column == 0 ? "\(title(sample)), \(time)" : time,
                    heatMap: HeatMap(
                        shown.1, rows: shape[1], columns: shape[0], colormap: map,
                        limits: .fixed(limits.lowerBound, limits.upperBound)))
            }
        }
        let width = min(2 * Self.height, Int((Double(Self.height) * recipe.length).rounded()))
        return Figure(
            title: recipe.title, panels: panels, columns: shownFrames.count, panelWidth: max(100, width),
            panelHeight: max(60, Int(Double(width) / recipe.length)),
            colorBar: ColorBar(colormap: map, limits: limits, label: "vorticity"), caption: caption(limits))
    }

    private func title(_ shown: ShownSample) -> String {
        "sample \(shown.address), Re \(Int((shown.record.difficulty["reynolds"] ?? 0).rounded()))"
    }

    private func caption(_ limits: ClosedRange<Double>) -> String {
        let shape = problem.gridText(in: recipe)
        let stored = recipe.stride > 1 ? ", \(recipe.frames.resolution) stored across the height" : ""
        return
            "vorticity in units of \(problem.equation.familyName == .channel ? "the inlet's peak" : "the lid's") speed over the height; "
            + "beyond ±\(NumberText.short(limits.upperBound, digits: 2)) (\(NumberText.short(Self.share)) % of the cells) in the end "
            + "colours; obstacles in grey · \(formatCount(dataset.manifest.sampleCount, "sample")) · \(shape)\(stored) · seed \(recipe.seed)"
    }
}
