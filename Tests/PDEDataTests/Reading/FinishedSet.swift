import PDEConfig
import PDEData

/// A finished dataset in a temporary folder.
final class FinishedSet {
    let root: TemporaryFolder
    let path: String
    let manifest: Manifest

    init(_ generation: Generation = Generation()) throws {
        root = try TemporaryFolder()
        path = root.file("set")
        guard case .complete(let manifest) = try generation.run(in: path).1 else { throw Unfinished() }
        self.manifest = manifest
    }

    struct Unfinished: Error {}

    /// Changes the manifest's text and seals it again.
    func changeManifest(_ change: (String) -> String) throws {
        let file = path + "/manifest.json"
        try AtomicFile.write(SealedText.sealed(change(try SealedText.read(file).text)), to: file)
    }

    func reader(_ split: Split = .train, cacheBytes: Int = 1 << 20, openShards: Int = 8) throws -> DatasetReader {
        try DatasetReader(path: path, split: split, cacheBytes: cacheBytes, openShards: openShards)
    }

    /// Two axes, frames of which three and one fit in a chunk, so that samples of five frames take two and five.
    static let large = DatasetDescription(
        name: "large", title: "Chunks of several sizes",
        dimensions: [Datasets.axis("x", 320), Datasets.axis("y", 256)], times: [0, 1, 2, 3, 4],
        fields: [
            FieldDescription(name: "velocity", order: 1, summary: ""),
            FieldDescription(name: "pressure", order: 0, summary: ""),
        ])

    static func largeGeneration() -> Generation {
        Generation(
            description: large,
            plan: [
                PlannedShard(ShardID(.train, 0), indices: 0..<2), PlannedShard(ShardID(.valid, 0), indices: 2..<3),
            ])
    }
}

extension DatasetReader {
    /// Frames in an array of their own.
    func frames(
        _ fields: [String], sample: Int, from first: Int = 0, count: Int, step: Int = 1, stride: Int = 1
    ) throws -> [Float] {
        let selection = try select(fields, stride: stride)
        var values = [Float](repeating: .nan, count: count * selection.valuesPerFrame)
        try read(sample: sample, from: first, count: count, step: step, selection, into: &values)
        return values
    }

    /// Constant fields in an array of their own.
    func constants(_ fields: [String], sample: Int, stride: Int = 1) throws -> [Float] {
        let selection = try select(fields, stride: stride)
        var values = [Float](repeating: .nan, count: selection.valuesPerFrame)
        try readConstants(sample: sample, selection, into: &values)
        return values
    }
}

/// Channels-last frames put together value by value from a sample: [frame][space…][channel].
func expected(
    _ fields: [String], _ sample: Sample, of description: DatasetDescription, frames: [Int], stride: Int = 1
) -> [Float] {
    let resolution = description.resolution
    var points: [Int] = [0]
    for count in resolution {
        points = points.flatMap { base in Swift.stride(from: 0, to: count, by: stride).map { base * count + $0 } }
    }
    var values: [Float] = []
    for frame in frames {
        for point in points {
            for name in fields {
                let place = description.fields.firstIndex { $0.name == name }!
                let components = description.componentCount(of: description.fields[place])
                let start = ((description.fields[place].isTimeVarying ? frame : 0) * description.pointCount + point)
                values += sample.fields[place][(start * components)..<((start + 1) * components)]
            }
        }
    }
    return values
}
