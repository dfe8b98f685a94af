import PDEConfig

/// What came of putting a dataset together.
public enum Assembly: Sendable {
    /// The dataset is finished.
    case complete(Manifest)
    /// These shards are still to be made, here or by another process.
    case waiting([ShardID])
}

extension DatasetFolder {
    /// Finishes the dataset if all planned shards are there: writes `stats.yaml`, `<name>.yaml`, the `.xdmf` files and
    /// `manifest.json`; then the reports, which may take long, and `manifest.json` with them; then removes `.shards`.
    ///
    /// Whatever ends the process while the reports are made, the dataset is whole by then, and the next call makes them.
    /// Any number of processes may call it; they take turns, and all that come after the first find the work done.
    /// - Parameters:
    ///   - plan: All shards of the dataset.
    ///   - description: What its files have in common.
    ///   - recipe: The resolved recipe.
    ///   - seed: The seed that all samples come from.
    ///   - versions: Versions of what made it.
    ///   - reports: Paths in the folder of the files that `makeReports` makes.
    ///   - makeReports: Makes them from the manifest: path → bytes.
    /// - Throws: `DataError.splits` when the split guard refuses, `DataError.file`, and what `makeReports` throws.
    public func assemble(
        _ plan: some Collection<PlannedShard>, description: DatasetDescription, recipe: JSON, seed: UInt64,
        versions: [String: String], reports: Set<String> = [],
        makeReports: (Manifest) throws -> [String: [UInt8]] = { _ in [:] }
    ) throws -> Assembly {
        switch try gather(plan) {
        case .waiting(let shards): return .waiting(shards)
        case .complete(let records):
            // Nothing to do, and perhaps no right to write.
            if !FileSystem.exists(workFolder), let finished = try finished(recipe, records, reports) {
                return .complete(finished)
            }
        }
        guard let lock = try FileLock.take(folderLockPath, waits: true) else {
            throw FileSystem.error(folderLockPath, doing: "this lock cannot be taken")
        }
        return try withExtendedLifetime(lock) {
            // Another process may have finished while this one waited.
            let records: [ShardRecord]
            switch try gather(plan) {
            case .waiting(let shards): return .waiting(shards)
            case .complete(let all): records = all
            }
            if let finished = try finished(recipe, records, reports) {
                try removeWork()
                return .complete(finished)
            }
            var splits: [Split: Range<Int>] = [:]
            for shard in plan {
                let range = splits[shard.id.split] ?? shard.indices
                splits[shard.id.split] =
                    min(range.lowerBound, shard.indices.lowerBound)..<max(range.upperBound, shard.indices.upperBound)
            }
            var manifest = Manifest(
                recipe: recipe, seed: seed, versions: versions, description: description, splits: splits,
                shards: records, files: [:])
            if let problem = manifest.problem {
                throw DataError.corrupt(
                    path: workFolder, problem: "the records of the shards cannot be: \(problem)",
                    remedy: "Remove this folder, and run the recipe again: it makes the shards anew.")
            }
            try manifest.validate()
            for (file, text) in Self.texts(of: manifest) {
                manifest.files[file] = try AtomicFile.write(text, to: absolute(file))
            }
            // From here on the dataset is whole; without its reports it is taken up again.
            try AtomicFile.write(try text(of: manifest), to: manifestPath)
            if !reports.isEmpty {
                let files = try makeReports(manifest)
                precondition(
                    Set(files.keys) == reports, "makeReports: expected \(reports.sorted()), got \(files.keys.sorted())")
                for (file, bytes) in files { manifest.files[file] = try AtomicFile.write(bytes, to: absolute(file)) }
                try AtomicFile.write(try text(of: manifest), to: manifestPath)
            }
            try removeWork()
            return .complete(manifest)
        }
    }

    /// The texts that follow from a manifest, by their paths.
    static func texts(of manifest: Manifest) -> [(path: String, text: String)] {
        var texts = [
            (StatisticsFile.name, StatisticsFile.text(of: manifest)),
            ("\(manifest.name).yaml", MetadataFile.text(of: manifest)),
        ]
        for shard in manifest.shards {
            let file = shard.path.split(separator: "/").last.map(String.init) ?? shard.path
            let samples = shard.samples.filter { $0.failure == nil }.map(\.index)
            texts.append(
                (
                    XDMFFile.path(ofShard: shard.path),
                    XDMFFile.text(file: file, samples: samples, description: manifest.description)
                ))
        }
        return texts
    }

    private enum Gathering {
        case complete([ShardRecord])
        case waiting([ShardID])
    }

    /// The records of all shards; sizes are compared and bytes are not: whoever wrote a record had just read them.
    private func gather(_ plan: some Collection<PlannedShard>) throws(DataError) -> Gathering {
        let manifest = try manifest()
        var records: [ShardRecord] = []
        var missing: [ShardID] = []
        for shard in plan.sorted(by: { $0.id < $1.id }) {
            if let record = try status(of: shard, manifest: manifest, comparesBytes: false).record {
                records.append(record)
            } else {
                missing.append(shard.id)
            }
        }
        return missing.isEmpty ? .complete(records) : .waiting(missing)
    }

    /// The manifest, if it and the files it names are those of `records` and the reports are among these.
    private func finished(
        _ recipe: JSON, _ records: [ShardRecord], _ reports: Set<String>
    ) throws(DataError) -> Manifest? {
        guard let manifest = try manifest(), manifest.recipe == recipe, manifest.shards == records,
            reports.isSubset(of: manifest.files.keys)
        else { return nil }
        for (file, checksum) in manifest.files {
            guard case .file = FileSystem.kind(absolute(file)) else { return nil }
            guard try FileSystem.checksum(of: absolute(file)) == checksum else { return nil }
        }
        return manifest
    }

    /// Removes `.shards`; the folder's lock goes last, and the claim before it, when the manifest has taken over.
    private func removeWork() throws(DataError) {
        let names = try FileSystem.list(workFolder).filter { $0 != "recipe.json" }
        let locks = names.filter { $0.hasPrefix("folder.lock") }
        for name in names.filter({ !locks.contains($0) }) + ["recipe.json"] + locks {
            try FileSystem.remove("\(workFolder)/\(name)")
        }
        // Another process may be about to look for work; it will find none and remove the folder itself.
        try? FileSystem.remove(workFolder)
    }
}
