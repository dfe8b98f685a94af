import PDEData
import PDEPlot

/// The dataset's picture: a few samples from easy to hard.
struct Preview {
    private let manifest: Manifest
    private let recipe: Recipe
    private let folder: DatasetFolder
    /// How many samples are shown.
    private static let samples = 4
    /// How many frames of a field in two or three dimensions are shown.
    private static let frames = 4

    init(_ manifest: Manifest, _ recipe: Recipe, _ folder: DatasetFolder) {
        self.manifest = manifest
        self.recipe = recipe
        self.folder = folder
    }

    /// The picture as PNG; an empty dataset gives a figure that says so.
    func png() throws -> [UInt8] {
        let shown = chosen()
        let figure: Figure
        if recipe.equation.dimensions > 1 {
            figure = try sequences(shown)
        } else if recipe.frames.count < 8 {
            figure = try profiles(shown)
        } else {
            figure = try histories(shown)
        }
        return figure.raster().png(title: recipe.title)
    }

    private struct Shown {
        var shard: ShardRecord
        /// The sample's place in its shard.
        var place: Int
        var record: SampleRecord
    }

    /// Samples at even distances in the order of difficulty.
    private func chosen() -> [Shown] {
        let all = manifest.shards.flatMap { shard in
            shard.samples.filter { $0.failure == nil }.enumerated().map { Shown(shard: shard, place: $0, record: $1) }
        }
        let sorted = all.sorted {
            let (a, b) = ($0.record.difficulty["points_per_layer"]!, $1.record.difficulty["points_per_layer"]!)
            return a != b ? a > b : $0.record.index < $1.record.index
        }
        let count = min(Self.samples, sorted.count)
        return (0..<count).map { sorted[count == 1 ? 0 : $0 * (sorted.count - 1) / (count - 1)] }
    }

    private func values(_ shown: Shown, frames: Range<Int>? = nil) throws -> [Float] {
        try folder.reader(of: shown.shard.id)
            .read(field: manifest.description.fields[0].name, sample: shown.place, frames: frames)
    }

    private func title(_ shown: Shown) -> String {
        let names = ["viscosity": "ν", "speed": "c", "diffusivity": "D", "drag": "μ", "forcing": "A"]
        let coefficients = recipe.equation.coefficients.filter(\.distribution.isVarying).map {
            "\(names[$0.name] ?? $0.name) = \(NumberText.short(shown.record.difficulty[$0.name]!))"
        }
        return (["sample \(shown.record.index)"] + coefficients).joined(separator: ", ")
    }

    /// The solution's letter.
    private var symbol: String { recipe.equation.fieldName == "vorticity" ? "ω" : "u" }

    private var caption: String {
        "\(recipe.equation.formula) · \(manifest.sampleCount) samples · "
            + "\(recipe.resolution) points a side solved, \(recipe.frames.resolution) stored · seed \(recipe.seed)"
    }

    /// Space–time pictures of one-dimensional trajectories.
    private func histories(_ shown: [Shown]) throws -> Figure {
        let fields = try shown.map { try values($0) }
        let limits = ValueLimits.symmetric.resolved(forAll: fields)
        let (frames, points) = (recipe.frames.count, recipe.frames.resolution)
        let end = Double(frames - 1) * recipe.frames.interval
        let panels = zip(shown, fields).map { sample, field in
            Panel(
                title(sample),
                heatMap: HeatMap(
                    field, rows: frames, columns: points, colormap: .diverging,
                    limits: .fixed(limits.lowerBound, limits.upperBound)),
                x: Axis("x", range: 0...recipe.length), y: Axis("t", range: 0...end))
        }
        return Figure(
            title: recipe.title, panels: panels, columns: 2,
            colorBar: ColorBar(colormap: .diverging, limits: limits, label: symbol), caption: caption, sharesAxes: true)
    }

    /// First and last frame of one-dimensional samples with few frames.
    private func profiles(_ shown: [Shown]) throws -> Figure {
        let positions = manifest.description.dimensions[0].coordinates
        let points = positions.count
        let panels = try shown.map { sample in
            let field = try values(sample)
            let series = (0..<recipe.frames.count).map { frame in
                LineChart.Series(
                    "t = \(NumberText.short(manifest.description.times[frame]))", x: positions,
                    y: field[frame * points..<(frame + 1) * points].map(Double.init), color: Color.series(frame))
            }
            return Panel(
                LineChart(title: title(sample), x: Axis("x", range: 0...recipe.length), y: Axis("u"), series: series))
        }
        return Figure(title: recipe.title, panels: panels, columns: 2, caption: caption)
    }

    /// The magnitude of two-dimensional fields, or of the middle plane of three-dimensional ones, over time.
    private func sequences(_ shown: [Shown]) throws -> Figure {
        let components = manifest.description.componentCount(of: manifest.description.fields[0])
        let side = recipe.frames.resolution
        let count = min(Self.frames, recipe.frames.count)
        let frames = (0..<count).map { count == 1 ? 0 : $0 * (recipe.frames.count - 1) / (count - 1) }
        let planes = try shown.map { sample in
            try frames.map { frame in
                let values = try values(sample, frames: frame..<frame + 1)
                // Files have x first; the picture has x to the right, y upward, and the middle of z.
                let depth = recipe.equation.dimensions == 3 ? side : 1
                return (0..<side * side).map { pixel in
                    let point = (pixel % side * side + pixel / side) * depth + depth / 2
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
                let time = "t = \(NumberText.short(manifest.description.times[frame]))"
                return Panel(
                    frame == 0 ? title(sample) : time,
                    heatMap: HeatMap(
                        plane, rows: side, columns: side, colormap: map,
                        limits: .fixed(limits.lowerBound, limits.upperBound)))
            }
        }
        return Figure(
            title: recipe.title, panels: panels, columns: count, panelWidth: 300, panelHeight: 300,
            colorBar: ColorBar(colormap: map, limits: limits, label: isMagnitude ? "|u|" : symbol), caption: caption)
    }
}
