import Synchronization

/// Samples in The Well's layout: of a folder, of a file, or of a dataset of ours.
package final class WellSource: SampleSource {
    package let path: String
    package let layout = "The Well's layout"
    package let splits: [Split: Range<Int>]
    package let remarks: [String] = []
    private let catalogue: Catalogue
    /// The shard of every sample and its row in it.
    private let places: [(shard: Int, row: Int)]
    private let current = Mutex<(number: Int, shard: Shard)?>(nil)

    /// An open file and the numbers of its samples.
    private struct Shard: Sendable {
        var reader: ShardReader
        var scalars: [String: [Double]]
    }

    package init(_ catalogue: Catalogue) {
        path = catalogue.path
        self.catalogue = catalogue
        places = catalogue.shards.enumerated().flatMap { number, shard in
            (0..<shard.trajectories).map { (number, $0) }
        }
        var splits: [Split: Range<Int>] = [:]
        var next = 0
        for shard in catalogue.shards {
            if let split = shard.split {
                splits[split] = (splits[split]?.lowerBound ?? next)..<next + shard.trajectories
            }
            next += shard.trajectories
        }
        self.splits = splits
    }

    package var description: DatasetDescription { catalogue.description }
    package var sampleCount: Int { places.count }

    /// Whether no manifest records the files.
    package var isForeign: Bool { catalogue.isForeign }

    /// The statistics that are stored with the samples; empty where there are none.
    package var moments: [FieldMoments] { catalogue.moments }

    /// The files, in the order of their samples.
    package var files: [(path: String, split: Split?, bytes: Int)] {
        catalogue.shards.map { ($0.path, $0.split, $0.bytes) }
    }

    package func place(of sample: Int) -> (path: String, row: Int) {
        (catalogue.shards[places[sample].shard].path, places[sample].row)
    }

    package func sample(_ number: Int) throws(DataError) -> Sample {
        let (shardNumber, row) = places[number]
        let shard = try open(shardNumber)
        var sample = Sample(index: number, fields: [])
        for field in description.fields { sample.fields.append(try shard.reader.read(field: field.name, sample: row)) }
        for cloud in description.particles {
            sample.particles.append(try shard.reader.read(particles: cloud.name, sample: row))
        }
        for scalar in description.numbers {
            let values = shard.scalars[scalar.name] ?? []
            let count = scalar.isTimeVarying ? description.times.count : 1
            // What all samples of a file share stands there once.
            sample.scalars[scalar.name] =
                values.count == count ? values : Array(values.dropFirst(row * count).prefix(count))
        }
        return sample
    }

    private func open(_ number: Int) throws(DataError) -> Shard {
        if let open = current.withLock({ $0 }), open.number == number { return open.shard }
        let reader = try catalogue.shards[number].file.open()
        var shard = Shard(reader: reader, scalars: [:])
        for scalar in description.numbers {
            shard.scalars[scalar.name] = try reader.scalar(scalar.name)
        }
        current.withLock { $0 = (number, shard) }
        return shard
    }
}
