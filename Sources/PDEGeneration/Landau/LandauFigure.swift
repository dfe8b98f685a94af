import PDECore
import PDEData
import PDEPlot

/// The picture of a dataset of Landau's equation: the density, a row a sample, time to the right.
struct LandauFigure {
    private let samples: [ShownSample]
    private let dataset: ShownDataset
    private let problem: LandauProblem
    /// How many samples are shown.
    private static let rows = 4
    /// How many frames of a sample are shown.
    private static let frames = 5
    /// The half width of velocities that are shown, in thermal speeds: beyond, densities have fallen by more than can be seen.
    private static let reach = 4.0

    init(_ samples: [ShownSample], _ dataset: ShownDataset, _ problem: LandauProblem) {
        self.samples = Self.varied(samples)
        self.dataset = dataset
        self.problem = problem
    }

    private var recipe: Recipe { dataset.recipe }

    /// Of samples from easy to hard the hardest ones that differ in kind and kernel, as far as there are such.
    private static func varied(_ samples: [ShownSample]) -> [ShownSample] {
        var (chosen, seen) = ([Int](), Set<[Double]>())
        for (place, sample) in samples.enumerated().reversed() where chosen.count < rows {
            let difficulty = sample.record.difficulty
            let kind = [difficulty["initial_kind"] ?? 0, (difficulty["gamma"] ?? 0).rounded()]
            if seen.insert(kind).inserted { chosen.append(place) }
        }
        let others = samples.indices.reversed().filter { !chosen.contains($0) }
        return (chosen + others.prefix(rows - chosen.count)).sorted().map { samples[$0] }
    }

    private var shownFrames: [Int] {
        let last = recipe.frames.count - 1
        let count = min(Self.frames, last + 1)
        return (0..<count).map { $0 * last / (count - 1) }
    }

    func figure() throws -> Figure {
        let coordinates = dataset.manifest.description.dimensions[0].coordinates
        let (side, depth) = (coordinates.count, problem.equation.dimensions == 3 ? coordinates.count : 1)
        let shown = coordinates.indices.filter { abs(coordinates[$0]) <= Self.reach }
        let planes = try samples.map { sample in
            try shownFrames.map { frame in
                let values = try sample.values(of: "density", frames: frame..<frame + 1, in: dataset)
                // Files have v_x first; the picture has it to the right, v_y upward, and the middle of v_z.
                return shown.flatMap { row in shown.map { values[($0 * side + row) * depth + depth / 2] } }
            }
        }
        let limits = ValueLimits.extent.resolved(forAll: planes.flatMap { $0 })
        let range = coordinates[shown[0]]...coordinates[shown[shown.count - 1]]
        let panels = zip(samples, planes).flatMap { sample, planes in
            zip(shownFrames, planes).enumerated().map { column, plane in
                let time = "t = \(NumberText.short(dataset.manifest.description.times[plane.0]))"
                return Panel(
                    column == 0 ? title(sample) : time,
                    heatMap: HeatMap(
                        plane.1, rows: shown.count, columns: shown.count, colormap: .sequential,
                        limits: .fixed(limits.lowerBound, limits.upperBound)),
                    x: Axis("v_x", range: range), y: Axis("v_y", range: range))
            }
        }
        return Figure(
            title: recipe.title, panels: panels, columns: shownFrames.count, panelWidth: 260, panelHeight: 260,
            colorBar: ColorBar(colormap: .sequential, limits: limits, label: "f"), caption: caption, sharesAxes: true)
    }

    private func title(_ shown: ShownSample) -> String {
        let kind = ["BKW", "two beams", "Gaussian", "Gaussian"][Int(shown.record.difficulty["initial_kind"] ?? 0)]
        return "\(shown.address): \(kind), γ = \(NumberText.short(shown.record.difficulty["gamma"] ?? 0))"
    }

    private var caption: String {
        let plane = problem.equation.dimensions == 3 ? "density at v_z = 0" : "density"
        let particles = problem.solver.particles.map { " · \($0.count) particles" } ?? ""
        return
            "\(plane) · \(formatCount(dataset.manifest.sampleCount, "sample")) · \(recipe.resolution) points a side solved, "
            + "\(recipe.frames.resolution) stored\(particles) · seed \(recipe.seed)"
    }
}
