/// A folder that somebody else filled in The Well's layout: `data/{train,valid,test}/*.hdf5`, several files a split,
/// several trajectories a file, `stats.yaml`, and no manifest.
enum WellFolder {
    /// The HDF5 files of every split, in alphabetical order.
    static func files(in folder: DatasetFolder) -> [(split: Split, path: String)] {
        Split.allCases.flatMap { split in
            let names = (try? FileSystem.list(folder.absolute("data/\(split.rawValue)"))) ?? []
            return names.filter { isHDF5(named: $0) && !$0.hasPrefix(".") }.map {
                (split, folder.absolute("data/\(split.rawValue)/\($0)"))
            }
        }
    }

    /// Whether a file's name says that it is HDF5.
    static func isHDF5(named name: String) -> Bool { name.hasSuffix(".hdf5") || name.hasSuffix(".h5") }

    /// Opens all files and sees whether they fit together.
    /// - Throws: `DataError.corrupt` when a file is not in The Well's layout, or another one has other fields, axes, times
    ///   or scalars; `DataError.hdf5`, `DataError.file`.
    static func catalogue(of folder: DatasetFolder) throws(DataError) -> Catalogue {
        let files = files(in: folder)
        var catalogue = try catalogue(of: files.map { ($0.split, $0.path) }, at: folder.path)
        let statistics = folder.absolute(StatisticsFile.name)
        if FileSystem.exists(statistics) {
            let samples = catalogue.shards.filter { $0.split == .train }.reduce(0) { $0 + $1.trajectories }
            catalogue.moments = try StatisticsFile.moments(
                at: statistics, of: catalogue.description, samples: samples)
        }
        return catalogue
    }

    /// The catalogue of files in The Well's layout.
    static func catalogue(of files: [(split: Split?, path: String)], at path: String) throws(DataError) -> Catalogue {
        var common: DatasetDescription?
        var found: [(split: Split?, path: String, bytes: Int, samples: Int)] = []
        var text = ""
        for (split, file) in files {
            let reader = try ShardReader(path: file)
            let description = try seen(reader.description, in: file)
            if let expected = common {
                if let problem = difference(of: description, from: expected) {
                    throw .corrupt(
                        path: file, problem: "\(problem) \(files[0].path)",
                        remedy:
                            "The files of a dataset have fields, axes and times in common: keep the others elsewhere.")
                }
                common = merged(expected, description)
            } else {
                common = description
            }
            guard case .file(let bytes) = FileSystem.kind(file) else {
                throw FileSystem.error(file, doing: "this file cannot be opened")
            }
            text +=
                "\(split?.rawValue ?? "") \(reader.sampleCount) \(bytes) \(try FileSystem.checksumOfEnds(of: file))\n"
            if reader.sampleCount > 0 { found.append((split, file, bytes, reader.sampleCount)) }
        }
        guard let description = common else {
            throw .corrupt(path: path, problem: "no file is there", remedy: "Name a file or folder that has samples.")
        }
        var next = 0
        let shards = found.map { split, file, bytes, samples in
            defer { next += samples }
            return Catalogue.Shard(
                split: split, numbers: Array(next..<next + samples),
                difficulty: Array(repeating: [:], count: samples), initialStates: Array(repeating: nil, count: samples),
                file: RecordedShard(path: file, bytes: bytes, trajectories: samples, description))
        }
        return Catalogue(
            path: path, description: description, fingerprint: Catalogue.fingerprint(of: text), moments: [],
            shards: shards)
    }

    /// A file's description as readers need it. Times and coordinates are float32 in most files: what is uniform to their
    /// round-off is made uniform, and a uniform axis gets the length of its cells. Which fields and scalars samples share is
    /// a matter of each file.
    static func seen(_ file: DatasetDescription, in path: String) throws(DataError) -> DatasetDescription {
        var description = file
        func corrupt(_ problem: String, _ remedy: String) -> DataError {
            .corrupt(path: path, problem: problem, remedy: remedy)
        }
        guard let times = uniformWithinRoundOff(file.times) else {
            throw corrupt(
                "the times of its frames are not uniform and increasing: \(brief(file.times))",
                "Keep every n-th frame, so that they are.")
        }
        description.times = times
        for (number, axis) in file.dimensions.enumerated() {
            guard isIncreasing(axis.coordinates) else {
                throw corrupt(
                    "the coordinates of axis '\(axis.name)' do not increase: \(brief(axis.coordinates))",
                    "Reverse the axis, or correct the coordinates.")
            }
            if axis.length == nil {
                description.dimensions[number] = Dimension(name: axis.name, withinRoundOff: axis.coordinates)
            }
        }
        for number in file.fields.indices where file.fields[number].uniformValue == nil {
            description.fields[number].isSampleVarying = true
        }
        for number in file.parameters.indices { description.parameters[number].isSampleVarying = true }
        for number in file.scalars.indices { description.scalars[number].isSampleVarying = true }
        for number in (file.diagnostics ?? []).indices { description.diagnostics?[number].isSampleVarying = true }
        do throws(DataError) { try description.validate() } catch {
            guard case .description(_, let problem) = error else { throw error }
            throw corrupt(problem, "Correct the file; its layout is The Well's.")
        }
        return description
    }

    /// In what a file differs from the files before it, as the beginning of a sentence that ends with their path.
    static func difference(of found: DatasetDescription, from expected: DatasetDescription) -> String? {
        func kinds(_ description: DatasetDescription) -> [String] {
            description.fields.map { field in
                "\(field.name) \(field.order) \(field.isTimeVarying) \(field.uniformValue.map { "\($0)" } ?? "")"
            } + description.particles.map { "\($0.name) \($0.count) \($0.components)" }
        }
        if kinds(found) != kinds(expected) {
            let names = [found, expected].map { $0.fields.map(\.name) + $0.particles.map(\.name) }
            let (here, there) = (names[0], names[1])
            return
                "its fields are \(here.joined(separator: ", ")), and not \(there.joined(separator: ", ")) as those of"
        }
        if found.resolution != expected.resolution || found.dimensions.map(\.name) != expected.dimensions.map(\.name) {
            return "its grid is \(found.resolution), and not \(expected.resolution) as that of"
        }
        for (axis, other) in zip(found.dimensions, expected.dimensions)
        where !agreeWithinRoundOff(axis.coordinates, other.coordinates) {
            return "its axis '\(axis.name)' is not that of"
        }
        if found.times.count != expected.times.count {
            return "it has \(found.times.count) frames, and not \(expected.times.count) as"
        }
        return agreeWithinRoundOff(found.times, expected.times) ? nil : "the times of its frames are not those of"
    }

    /// What all files have: scalars that only some of them have are left out.
    private static func merged(_ expected: DatasetDescription, _ found: DatasetDescription) -> DatasetDescription {
        let names = Set(found.numbers.map(\.name))
        var merged = expected
        merged.parameters.removeAll { !names.contains($0.name) }
        merged.scalars.removeAll { !names.contains($0.name) }
        merged.diagnostics?.removeAll { !names.contains($0.name) }
        merged.boundaries.removeAll { !found.boundaries.contains($0) }
        return merged
    }

    private static func brief(_ values: [Double]) -> String {
        let shown = values.prefix(5).map { "\(Float($0))" }.joined(separator: ", ")
        return values.count > 5 ? "\(shown), …" : shown
    }
}
