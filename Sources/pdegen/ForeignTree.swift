import PDECommand
import PDECore
import PDEData
import PDEPlot

/// What files of others hold, as a tree.
struct ForeignTree {
    private let data: ForeignData
    private let path: String

    init(_ data: ForeignData, path: String) {
        self.data = data
        self.path = path
    }

    /// The tree; with a picture of a sample where it is known what is what.
    /// - Parameter sample: The sample to draw; the first unless given.
    func text(sample: Int?) throws -> String {
        switch data {
        case .samples(let source):
            try tree(of: source) + picture(of: source, sample ?? 0) + "\n\(NextStep.text(for: source, at: path))\n"
        case .arrays(let arrays): tree(of: arrays)
        }
    }

    private func tree(of source: any SampleSource) -> String {
        let description = source.description
        var lines = ["\(path)  \(source.layout), without a manifest"] + description.treeLines
        if let well = source as? WellSource {
            let groups = Dictionary(grouping: well.files, by: \.split)
            lines.append("├─ samples   \(source.sampleCount), \(formatBytes(well.files.reduce(0) { $0 + $1.bytes }))")
            for (split, range) in source.splits.sorted(by: { $0.key < $1.key }) {
                lines.append(
                    "│  ├─ \(padded(split.rawValue, to: 6)) \(formatCount(range.count, "sample")) in "
                        + formatCount(groups[split]?.count ?? 0, "file"))
            }
            lines.append("├─ stats     \(well.moments.isEmpty ? "none" : "stats.yaml")")
        } else {
            lines.append("├─ samples   \(source.sampleCount)")
        }
        for remark in source.remarks { lines.append("├─ remark    \(remark)") }
        let numbers = description.numbers.map(\.name)
        lines.append("└─ numbers   \(numbers.isEmpty ? "none" : numbers.joined(separator: ", "))")
        return lines.joined(separator: "\n") + "\n"
    }

    private func tree(of arrays: [any StoredArray]) -> String {
        let width = arrays.map { displayWidth($0.name) }.max() ?? 0
        let lines = arrays.enumerated().map { place, array in
            "\(place == arrays.count - 1 ? "└" : "├")─ \(padded(array.name, to: width))  \(array.type), "
                + (array.shape.isEmpty ? "one number" : array.shape.map { "\($0)" }.joined(separator: " × "))
        }
        return "\(path)  arrays; what their axes are stands nowhere\n\(lines.joined(separator: "\n"))\n"
            + "\nto make a dataset of them: pdegen import \(path) --axes sample,time,x --out DIR\n"
    }

    private func picture(of source: any SampleSource, _ number: Int) throws -> String {
        guard number < source.sampleCount else {
            guard number > 0 else { return "" }
            throw CommandError(
                "no sample \(number) in \(path)",
                advice: ["there are \(formatCount(source.sampleCount, "sample")), from 0"])
        }
        let description = source.description
        let values = try source.sample(number).fields[0]
        let isMoving = description.fields[0].isTimeVarying && description.dimensions.count > 1
        let frame = isMoving ? Array(values.suffix(values.count / description.times.count)) : values
        return "\nsample \(number), "
            + SamplePicture(SamplePicture.heatMap(frame, description), of: description.fields[0].name, description).text
    }
}
