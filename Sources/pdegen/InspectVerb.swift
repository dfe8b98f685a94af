import PDECommand
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDEPlot

/// `pdegen inspect DIR`: a dataset, or a file of others, as a tidy tree, with a picture.
enum InspectVerb {
    static var verb: Verb {
        Verb(
            "inspect", summary: "show a dataset as a tree, with its numbers and a small picture",
            discussion:
                "Files of others are shown as what they are: The Well's and PDEBench's layouts, arrays of HDF5 and NumPy.",
            positionals: [Positional("DIR", help: "the dataset's folder, or a file")],
            options: [.value("sample", "SPLIT/N", help: "the sample to draw, or its number (default: the first one)")],
            examples: [Verb.Example("pdegen inspect data/burgers --sample train/12")], body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let path = arguments.positional("DIR")!
        if ForeignData.exists(at: path) {
            let sample = try arguments.int("sample", in: 0...Int(UInt32.max))
            StandardStream.output.write(try ForeignTree(ForeignData.open(path), path: path).text(sample: sample))
            return .ok
        }
        let folder = try datasetFolder(path)
        guard let manifest = try folder.manifest() else { throw noDataset(folder) }
        let picture = try picture(manifest, folder, sampleNumber(arguments, manifest))
        StandardStream.output.write(tree(manifest, folder) + (picture ?? ""))
        return .ok
    }

    private static func noDataset(_ folder: DatasetFolder) -> CommandError {
        let path = folder.path
        return CommandError(
            "\(path): there is no manifest, so the dataset is not finished",
            advice: ["\(DatasetFolder.again(try? folder.storedRecipe())); finished shards are kept"],
            exitCode: .noInput)
    }

    /// The number of the sample that is asked for: given itself, or by the place in its split.
    private static func sampleNumber(_ arguments: Arguments, _ manifest: Manifest) throws(CommandError) -> Int? {
        guard let text = arguments.string("sample") else { return nil }
        if let number = Int(text) { return number }
        guard let address = SampleAddress(text) else {
            throw arguments.wrongValue("sample", expected: "a split and a place in it, such as train/6", found: text)
        }
        let numbers = manifest.shards.lazy.flatMap(\.samples).map(\.index)
        guard let number = numbers.first(where: { manifest.address(of: $0) == address }) else {
            throw noSample(text, manifest)
        }
        return number
    }

    private static func noSample(_ name: String, _ manifest: Manifest) -> CommandError {
        let splits = manifest.splits.sorted { $0.key < $1.key }.map { "\($0.value.count) of \($0.key.rawValue)" }
        return CommandError("no sample \(name) in this dataset", advice: ["it has \(splits.joined(separator: ", "))"])
    }

    private static func tree(_ manifest: Manifest, _ folder: DatasetFolder) -> String {
        let description = manifest.description
        let bytes = manifest.shards.reduce(0) { $0 + $1.bytes }
        var lines = ["\(folder.path)  \(description.title)"] + description.treeLines
        lines.append("├─ samples   \(manifest.sampleCount), \(formatBytes(bytes)), seed \(manifest.seed)")
        for (split, range) in manifest.splits.sorted(by: { $0.key < $1.key }) {
            let shards = manifest.shards.filter { $0.id.split == split }
            lines.append(
                "│  ├─ \(padded(split.rawValue, to: 6)) \(formatCount(range.count, "sample")) in \(formatCount(shards.count, "shard")), "
                    + "numbers \(range.lowerBound)…\(range.upperBound - 1)")
        }
        let records = manifest.shards.flatMap(\.samples)
        let sound = records.filter { $0.failure == nil }
        lines += numbers("difficulty", sound.map(\.difficulty))
        if let source = manifest.recipe["import"]?["source"]?.string {
            lines.append("└─ imported  from \(source)")
            return lines.joined(separator: "\n") + "\n"
        }
        lines += numbers("health", sound.map(\.health))
        let refused = records.reduce(0) { $0 + $1.rejections.count }
        let seconds = records.reduce(0) { $0 + $1.wallTime }
        if refused > 0 || sound.count < records.count {
            lines.append(
                "├─ refused   \(formatCount(refused, "draw")), \(formatCount(records.count - sound.count, "sample")) given up"
            )
        }
        lines.append("└─ cost      \(formatDuration(seconds)) of solving on one core")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func numbers(_ kind: String, _ records: [[String: Double]]) -> [String] {
        let all = Quantiles.table(records)
        // A number that all share needs no row, and one that is nothing everywhere no word.
        let table = all.filter { $0.quantiles.least < $0.quantiles.most }
        let same = all.filter { $0.quantiles.least == $0.quantiles.most && $0.quantiles.most != 0 }
        let constants = same.map { "\($0.name) \(NumberText.short($0.quantiles.most))" }.joined(separator: ", ")
        if table.isEmpty { return constants.isEmpty ? [] : ["├─ \(padded(kind, to: 10)) everywhere \(constants)"] }
        let width = table.map { displayWidth($0.name) }.max() ?? 0
        return ["├─ \(kind)"]
            + table.map { name, q in
                let values = records.compactMap { $0[name] }.sorted()
                let range = [q.least, q.median, q.most].map { padded(NumberText.short($0), to: 13, atStart: true) }
                    .joined()
                return "│  ├─ \(padded(name, to: width))\(range)  \(Sparkline.text(values, width: 24))"
            }
            + ["│     \(padded("", to: width))        least       median         most  samples in order"]
            + (constants.isEmpty ? [] : ["│  └─ everywhere \(constants)"])
    }

    /// The sample's history, or its last frame in more than one dimension.
    private static func picture(_ manifest: Manifest, _ folder: DatasetFolder, _ wanted: Int?) throws -> String? {
        let all = manifest.shards.sorted { $0.id < $1.id }.flatMap { shard in
            shard.samples.filter { $0.failure == nil }.enumerated().map { (shard: shard, place: $0, record: $1) }
        }
        guard let chosen = wanted.map({ number in all.first { $0.record.index == number } }) ?? all.first else {
            if let wanted { throw noSample("\(wanted)", manifest) }
            return nil
        }
        let reader = try folder.reader(of: chosen.shard, following: manifest.description)
        let isFlow = FlowPlane.describes(manifest.description)
        let (map, content) =
            isFlow
            ? (try FlowPlane.heatMap(of: chosen.place, in: reader), "vorticity")
            : (try heatMap(of: chosen.place, in: reader, manifest.description), manifest.description.fields[0].name)
        let name = manifest.address(of: chosen.record.index)?.description ?? "\(chosen.record.index)"
        let numbers = chosen.record.difficulty.sorted { $0.key < $1.key }.map {
            "\($0.key) \(NumberText.short($0.value))"
        }
        return "\nsample \(([name] + numbers).joined(separator: ", "))\n"
            + SamplePicture(map, of: content, manifest.description).text
    }

    private static func heatMap(
        of sample: Int, in reader: ShardReader, _ description: DatasetDescription
    ) throws -> HeatMap {
        let frames = description.times.count
        return SamplePicture.heatMap(
            try reader.read(
                field: description.fields[0].name, sample: sample,
                frames: description.dimensions.count == 1 ? nil : frames - 1..<frames), description)
    }
}

/// The picture of a flow past obstacles.
private enum FlowPlane {
    /// Whether a dataset has a velocity in the plane and a mask of solid cells.
    static func describes(_ description: DatasetDescription) -> Bool {
        description.dimensions.count == 2
            && description.fields.contains { $0.name == "velocity" && $0.order == 1 && $0.isTimeVarying }
            && description.fields.contains { $0.name == "mask" && $0.order == 0 && !$0.isTimeVarying }
    }

    /// The vorticity of a sample's last frame; solid cells are holes.
    static func heatMap(of sample: Int, in reader: ShardReader) throws -> HeatMap {
        let description = reader.description
        let last = description.times.count - 1
        let shape = (x: description.resolution[0], y: description.resolution[1])
        let vorticity = Vorticity.field(
            of: try reader.read(field: "velocity", sample: sample, frames: last..<last + 1),
            mask: try reader.read(field: "mask", sample: sample), shape: shape,
            spacing: (description.dimensions[1].length ?? 1) / Double(shape.y),
            isChannel: description.boundaries.contains { $0.kind == .open })
        return HeatMap(
            Vorticity.picture(vorticity, shape: shape), rows: shape.y, columns: shape.x, colormap: .diverging,
            limits: .symmetricPercentile(4))
    }
}
