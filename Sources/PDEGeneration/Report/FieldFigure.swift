import PDEData
import PDEPlot

/// The picture of any dataset: the first field of a few samples, histories of fields on a line, first and last frames of others.
struct FieldFigure {
    private let description: DatasetDescription
    private let samples: [ShownSample]
    private let folder: DatasetFolder

    init(of samples: [ShownSample], _ manifest: Manifest, _ folder: DatasetFolder) {
        description = manifest.description
        self.samples = samples
        self.folder = folder
    }

    func figure() throws -> Figure {
        let isLine = description.dimensions.count == 1
        let frames = description.times.count
        let shown = !isLine && frames > 1 ? [0, frames - 1] : [0]
        var maps: [(title: String, values: [Float], rows: Int, columns: Int)] = []
        for sample in samples {
            let title = "sample \(sample.address)"
            if isLine {
                let values = try self.values(of: sample)
                maps.append((title, first(of: values), frames, description.resolution[0]))
            } else {
                for frame in shown {
                    let values = try self.values(of: sample, frames: frame..<frame + 1)
                    maps.append(
                        (
                            frame == 0 ? title : "t = \(NumberText.short(description.times[frame]))",
                            plane(first(of: values)), description.resolution[1], description.resolution[0]
                        ))
                }
            }
        }
        let limits = ValueLimits.extent.resolved(forAll: maps.map(\.values))
        let panels = maps.map { map in
            Panel(
                map.title,
                heatMap: HeatMap(
                    map.values, rows: map.rows, columns: map.columns,
                    limits: .fixed(limits.lowerBound, limits.upperBound)))
        }
        let caption = isLine ? "x to the right, time upward" : "x to the right, y upward"
        return Figure(
            title: description.title,
            panels: panels.isEmpty
                ? [Panel("no sample", heatMap: HeatMap([0], rows: 1, columns: 1))] : panels,
            columns: isLine ? 2 : max(2, shown.count), panelWidth: 300, panelHeight: isLine ? 220 : 300,
            colorBar: ColorBar(
                colormap: .sequential, limits: limits, label: description.componentNames(of: description.fields[0])[0]),
            caption: caption)
    }

    private func values(of sample: ShownSample, frames: Range<Int>? = nil) throws -> [Float] {
        try folder.reader(of: sample.shard, following: description)
            .read(field: description.fields[0].name, sample: sample.place, frames: frames)
    }

    /// The first component.
    private func first(of values: [Float]) -> [Float] {
        let components = description.componentCount(of: description.fields[0])
        return components == 1 ? values : stride(from: 0, to: values.count, by: components).map { values[$0] }
    }

    /// Files have x first; the picture has x to the right, y upward, and the middle of z.
    private func plane(_ values: [Float]) -> [Float] {
        let resolution = description.resolution
        let depth = resolution.count == 3 ? resolution[2] : 1
        return (0..<resolution[0] * resolution[1]).map { pixel in
            let point = pixel % resolution[0] * resolution[1] + pixel / resolution[0]
            return values[point * depth + depth / 2]
        }
    }
}
