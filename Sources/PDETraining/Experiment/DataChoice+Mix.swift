import PDEData

extension DataChoice {
    /// The training split: of the dataset in a folder and of those that levels bring.
    func trainingReader(_ path: String) throws(DataError) -> DatasetReader {
        try DatasetReader(joining: folders(path), split: .train)
    }

    /// Which samples of `trainingReader` are trained on, and how often.
    func mix(of reader: DatasetReader, _ path: String) -> SampleMix {
        guard !levels.isEmpty else { return .limited(to: train, reader) }
        let folders = folders(path)
        let chosen = levels.map { level in
            var bounds = level.bounds
            if folders.count > 1 {
                let place = Double(folders.firstIndex(of: level.folder ?? path)!)
                bounds[Catalogue.datasetNumber] = place...place
            }
            return SampleLevel(level.name, bounds, count: level.count)
        }
        return levels.allSatisfy { $0.weight == nil }
            ? .counts(zip(chosen, levels).map { ($0, $1.count!) })
            : .curriculum(zip(chosen, levels).map { ($0, $1.weight!) })
    }

    /// The dataset's folder, and those of levels, each once. Levels' recipes have been looked up by then.
    private func folders(_ path: String) -> [String] {
        var folders = [path]
        for case let folder? in levels.map(\.folder) where !folders.contains(folder) { folders.append(folder) }
        return folders
    }
}

extension SampleMix {
    /// All samples, or so many, which the sampler's seed picks.
    static func limited(to limit: Int?, _ reader: DatasetReader) -> SampleMix {
        guard let limit, limit < reader.sampleCount else { return .everything }
        return .counts([(SampleLevel("all"), limit)])
    }
}
