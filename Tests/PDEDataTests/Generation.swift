import PDEConfig
import PDEData

/// A whole generation, as a caller of PDEData does it.
struct Generation {
    var description = Datasets.line
    var recipe: JSON = ["equation": "burgers", "grid": ["resolution": 32], "seed": 7]
    var plan = [
        PlannedShard(ShardID(.train, 0), indices: 0..<3), PlannedShard(ShardID(.train, 1), indices: 3..<5),
        PlannedShard(ShardID(.valid, 0), indices: 5..<7), PlannedShard(ShardID(.test, 0), indices: 7..<9),
    ]
    /// Samples that cannot be made.
    var failing: Set<Int> = []
    /// How many shards to make before the run is killed.
    var patience = Int.max

    @discardableResult
    func run(in path: String) throws -> (made: [ShardID], Assembly) {
        let folder = DatasetFolder(path: path, name: description.name)
        _ = try folder.claim(recipe: recipe)
        let manifest = try folder.manifest()
        var made: [ShardID] = []
        for planned in plan where made.count < patience {
            guard let lease = try folder.acquire(planned.id) else { continue }
            if try folder.status(of: planned, manifest: manifest).record != nil { continue }
            let writer = try ShardWriter(
                description: description, provenance: ["recipe": recipe.serialized()],
                capacity: planned.indices.count)
            var records: [SampleRecord] = []
            for index in planned.indices {
                var record = SampleRecord(index: index, difficulty: ["viscosity": 0.01], steps: 10, wallTime: 0.5)
                if failing.contains(index) {
                    record.failure = "the solver blew up at step 3"
                } else {
                    let sample = Datasets.sample(index, of: description)
                    try writer.append(sample)
                    record.initialState = fingerprint(of: sample.fields[0])
                }
                records.append(record)
            }
            let image = try writer.finish()
            try folder.store(image, as: planned, samples: records, secondsGenerating: 1.5, lease: lease)
            made.append(planned.id)
        }
        let assembly = try folder.assemble(
            plan, description: description, recipe: recipe, seed: 7, versions: StorageLibraries.versions,
            reports: ["README.md"]
        ) { manifest in
            ["README.md": Array("\(manifest.name): \(manifest.sampleCount) samples\n".utf8)]
        }
        return (made, assembly)
    }
}
