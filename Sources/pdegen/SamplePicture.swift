import PDECommand
import PDECore
import PDEData
import PDEPlot

/// A sample as a small picture in the terminal: its history, or its last frame in more than one dimension.
struct SamplePicture {
    private let map: HeatMap
    private let content: String
    private let isLine: Bool

    init(_ map: HeatMap, of content: String, _ description: DatasetDescription) {
        self.map = map
        self.content = content
        isLine = description.dimensions.count == 1
    }

    /// What it shows, and the picture.
    var text: String {
        let axes = isLine ? "x to the right, t upward" : "last frame, x to the right, y upward"
        let width = min(72, StandardStream.output.columns - 2)
        let picture = TerminalPicture(map, width: width, height: isLine ? 20 : nil)
            .text(color: StandardStream.output.isTerminal, hole: "#")
        let ends = [map.limits.lowerBound, map.limits.upperBound].map { NumberText.short($0) }
        let shades = StandardStream.output.isTerminal ? "" : ", blank to █"
        let hole = map.values.contains(where: \.isNaN) ? ", # no value" : ""
        return "\(content) from \(ends[0]) to \(ends[1])\(shades)\(hole); \(axes)\n\(picture)\n"
    }

    /// The picture of the first field.
    /// - Parameter values: All its frames on a line, its last frame in more dimensions.
    static func heatMap(_ values: [Float], _ description: DatasetDescription) -> HeatMap {
        let isLine = description.dimensions.count == 1
        let components = description.componentCount(of: description.fields[0])
        // A line has its points as columns and its frames as rows. A plane has x to the right and y upward, while files
        // have x first; of three dimensions the middle of z is drawn, of a vector the first component.
        let columns = description.resolution[0]
        let rows = isLine ? values.count / (columns * components) : description.resolution[1]
        let depth = description.dimensions.count == 3 ? description.resolution[2] : 1
        let plane = (0..<rows * columns).map { pixel in
            let (row, column) = (pixel / columns, pixel % columns)
            let point = isLine ? pixel : (column * rows + row) * depth + depth / 2
            return values[point * components]
        }
        return HeatMap(plane, rows: rows, columns: columns, colormap: .diverging, limits: .symmetric)
    }
}

extension DatasetDescription {
    /// Frames, axes, fields, particles and boundary conditions as branches of a tree.
    var treeLines: [String] {
        func shape(_ extents: [Int]) -> String { extents.map { "\($0)" }.joined(separator: " × ") }
        var lines = [
            "├─ time      \(formatCount(times.count, "frame")) from \(NumberText.short(times[0])) to "
                + NumberText.short(times.last!)
        ]
        lines += dimensions.map {
            "├─ axis      \($0.name) \(formatCount($0.coordinates.count, "point")) from \(NumberText.short($0.coordinates[0])) to "
                + NumberText.short($0.coordinates.last!)
        }
        lines += fields.map {
            "├─ field     \($0.name) \(shape(self.shape(of: $0)))" + ($0.summary.isEmpty ? "" : "  \($0.summary)")
        }
        lines += particles.map { "├─ particles \($0.name) \(shape(self.shape(of: $0)))  \($0.summary)" }
        return lines + boundaries.map { "├─ boundary  \($0.dimension): \($0.kind.rawValue)" }
    }
}
