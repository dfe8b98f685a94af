import PDEData
import PDEPlot

/// A dataset whose shards are all there.
struct FinishedDataset {
    let manifest: Manifest
    let recipe: Recipe
    let folder: DatasetFolder
}

/// A sample of the picture.
struct ShownSample {
    var shard: ShardRecord
    /// The sample's place in its shard.
    var place: Int
    var record: SampleRecord
    /// Where it stands in the dataset.
    var address: SampleAddress

    /// Values of one of its fields.
    func values(of field: String, frames: Range<Int>? = nil, in dataset: FinishedDataset) throws -> [Float] {
        try dataset.folder.reader(of: shard, following: dataset.manifest.description)
            .read(field: field, sample: place, frames: frames)
    }
}

/// The dataset's picture: a few samples from easy to hard.
struct Preview {
    private let dataset: FinishedDataset

    init(_ manifest: Manifest, _ recipe: Recipe, _ folder: DatasetFolder) {
        dataset = FinishedDataset(manifest: manifest, recipe: recipe, folder: folder)
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
        let manifest = dataset.manifest
        let all = manifest.shards.flatMap { shard in
            shard.samples.filter { $0.failure == nil }.enumerated().compactMap { place, record in
                manifest.address(of: record.index).map {
                    ShownSample(shard: shard, place: place, record: record, address: $0)
                }
            }
        }
        let ranked = all.map { (sample: $0, hardness: definition.hardness(of: $0.record)) }
        let sorted = ranked.sorted { a, b in
            a.hardness != b.hardness
                ? a.hardness.lexicographicallyPrecedes(b.hardness) : a.sample.record.index < b.sample.record.index
        }
        let count = min(definition.shownSamples, sorted.count)
        return (0..<count).map { sorted[count == 1 ? 0 : $0 * (sorted.count - 1) / (count - 1)].sample }
    }
}
