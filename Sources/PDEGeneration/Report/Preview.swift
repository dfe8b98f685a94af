import PDEData
import PDEPlot

/// A dataset whose shards are all there.
public struct ShownDataset: Sendable {
    /// Its manifest.
    public let manifest: Manifest
    /// Its recipe.
    public let recipe: Recipe
    /// Where it is.
    public let folder: DatasetFolder
}

/// A sample of the picture.
public struct ShownSample: Sendable {
    /// The shard that has it.
    public let shard: ShardRecord
    /// The sample's place in its shard.
    public let place: Int
    /// What the manifest has of it.
    public let record: SampleRecord
    /// Where it stands in the dataset.
    public let address: SampleAddress

    /// Values of one of its fields: [frame][point][component], of all frames or of some.
    /// - Throws: `DataError`.
    public func values(of field: String, frames: Range<Int>? = nil, in dataset: ShownDataset) throws -> [Float] {
        try dataset.folder.reader(of: shard, following: dataset.manifest.description)
            .read(field: field, sample: place, frames: frames)
    }
}

/// The dataset's picture: a few samples from easy to hard.
struct Preview {
    private let dataset: ShownDataset

    init(_ manifest: Manifest, _ recipe: Recipe, _ folder: DatasetFolder) {
        dataset = ShownDataset(manifest: manifest, recipe: recipe, folder: folder)
    }

    /// The picture as PNG; an empty dataset gives a figure that says so.
    func png() throws -> [UInt8] {
        let samples = chosen()
        let figure =
            samples.isEmpty
            ? Figure(
                title: dataset.recipe.title,
                panels: [Panel("no sample passed its health check", heatMap: HeatMap([0], rows: 1, columns: 1))],
                columns: 1)
            : try dataset.recipe.problem.definition.figure(of: samples, in: dataset)
        return figure.raster().png(title: dataset.recipe.title)
    }

    /// Samples at even distances in the order of difficulty.
    private func chosen() -> [ShownSample] {
        let definition = dataset.recipe.problem.definition
        let ranked = ShownSample.all(in: dataset.manifest).map {
            (sample: $0, hardness: definition.hardness(of: $0.record))
        }
        let sorted = ranked.sorted { a, b in
            a.hardness != b.hardness
                ? a.hardness.lexicographicallyPrecedes(b.hardness) : a.sample.record.index < b.sample.record.index
        }
        return sorted.map(\.sample).evenly(dataset.recipe.problem.profile.shownSamples)
    }
}

extension ShownSample {
    /// All samples of a dataset.
    static func all(in manifest: Manifest) -> [ShownSample] {
        manifest.shards.flatMap { shard in
            shard.samples.filter { $0.failure == nil }.enumerated().compactMap { place, record in
                manifest.address(of: record.index).map {
                    ShownSample(shard: shard, place: place, record: record, address: $0)
                }
            }
        }
    }
}

extension Array {
    /// So many elements at most, at even distances from the first to the last.
    func evenly(_ most: Int) -> [Element] {
        let shown = Swift.min(most, count)
        return (0..<shown).map { self[shown == 1 ? 0 : $0 * (count - 1) / (shown - 1)] }
    }
}
