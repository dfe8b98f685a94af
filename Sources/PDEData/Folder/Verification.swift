import PDEConfig

/// One thing that is wrong with a dataset.
public struct Finding: Equatable, Sendable, CustomStringConvertible {
    /// The file or folder, in the dataset folder.
    public var path: String
    /// What is wrong with it.
    public var problem: String
    /// What to do about it.
    public var remedy: String

    /// A finding.
    package init(path: String, problem: String, remedy: String) {
        self.path = path
        self.problem = problem
        self.remedy = remedy
    }

    /// One line: path, problem, remedy.
    public var description: String { "\(path): \(problem). \(remedy)" }
}

/// What a check of a dataset found.
public struct Verification: Equatable, Sendable {
    /// All that is wrong; empty for a sound dataset.
    public var findings: [Finding] = []
    /// How many shards were looked at.
    public var shards = 0
    /// How many samples could be read.
    public var samples = 0
    /// How many frames of fields could be read.
    public var frames = 0
    /// How many bytes of shards were read.
    public var bytes = 0

    /// The samples of a source of others that had better be left out.
    public var unsound: [Int] = []

    /// What to do about a damaged file.
    var remedy = ""

    /// Whether nothing is wrong.
    public var isSound: Bool { findings.isEmpty }

    mutating func find(
        _ path: String, _ problem: String, _ remedy: String? = nil
    ) {
        findings.append(Finding(path: path, problem: problem, remedy: remedy ?? self.remedy))
    }

    /// Looks at the frames of one sample of a field or a cloud.
    mutating func check(
        _ values: [Float], of name: String, _ frames: Int, _ sample: Int, _ path: String,
        _ remedy: String? = nil, mayRepeat: Bool = false
    ) {
        if let frame = FrameCheck.firstNonFinite(values, frames: frames) {
            find(path, "\(name) holds NaN or infinity in frame \(frame) of sample \(sample)", remedy)
        }
        if !mayRepeat, let frame = FrameCheck.firstRepeated(values, frames: frames) {
            find(path, "\(name) repeats frame \(frame - 1) in frame \(frame) of sample \(sample)", remedy)
        }
        self.frames += frames
    }
}

extension DatasetFolder {
    /// Reads everything and compares it with the manifest.
    /// - Parameter progress: Told after every shard how many are done, and of how many.
    /// - Returns: What is wrong, down to single frames.
    public func verify(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) -> Verification {
        var result = Verification()
        let manifest: Manifest
        do throws(DataError) {
            guard let found = try self.manifest() else {
                result.find(
                    "manifest.json", "it is not there: the dataset is not finished",
                    "\(Self.again(try? storedRecipe())); finished shards are kept.")
                return result
            }
            manifest = found
        } catch {
            result.find(
                "manifest.json", problem(error, of: "manifest.json"),
                "Restore it, or generate the dataset again in another folder.")
            return result
        }
        result.remedy = "\(Self.again(manifest.recipe)): it makes this file anew."
        checkManifest(manifest, &result)
        for (number, record) in manifest.shards.enumerated() {
            checkShard(record, manifest, &result)
            result.shards += 1
            progress(number + 1, manifest.shards.count)
        }
        checkFiles(manifest, &result)
        checkPlaces(manifest, &result)
        checkStrangers(manifest, &result)
        return result
    }

    /// What an error says of a file, without its place and its advice: a finding has its own.
    private func problem(_ error: DataError, of path: String) -> String {
        let line = "\(error)".split(separator: "\n").first.map(String.init) ?? "it cannot be read"
        let place = "\(absolute(path)): "
        return line.hasPrefix(place) ? String(line.dropFirst(place.count)) : line
    }

    private func checkManifest(_ manifest: Manifest, _ result: inout Verification) {
        let again = "Generate the dataset again in another folder."
        for problem in SplitGuard.problems(in: manifest.shards, splits: manifest.splits) {
            result.find("manifest.json", problem, again)
        }
        for (field, moments) in zip(manifest.description.fields, manifest.moments(of: .train))
        where field.isTimeVarying && moments.values.allSatisfy({ $0.count > 0 && $0.standardDeviation < 1e-4 }) {
            result.find(
                "manifest.json", "field '\(field.name)' varies by less than 1e-4 in the training split",
                "Store it non-dimensional, or leave it out.")
        }
    }

    /// What is damaged is not read further: HDF5 sees only what was written.
    private func checkShard(_ record: ShardRecord, _ manifest: Manifest, _ result: inout Verification) {
        do throws(DataError) {
            guard FileSystem.exists(absolute(record.path)) else {
                return result.find(record.path, "the shard is missing")
            }
            let reader = try reader(of: record, following: manifest.description)
            result.bytes += record.bytes
            if try reader.scalar("index") != record.samples.filter({ $0.failure == nil }).map({ Double($0.index) }) {
                result.find(record.path, "its samples are not the recorded ones")
            }
            for scalar in reader.description.parameters + reader.description.scalars where reader.sampleCount > 0 {
                if try !reader.scalar(scalar.name).allSatisfy(\.isFinite) {
                    result.find(record.path, "scalar '\(scalar.name)' holds NaN or infinity")
                }
            }
            try checkFrames(reader, record.path, manifest.description.mayRepeat, &result)
        } catch {
            result.find(record.path, problem(error, of: record.path))
        }
    }

    private func checkFrames(
        _ reader: ShardReader, _ path: String, _ mayRepeat: Bool, _ result: inout Verification
    ) throws(DataError) {
        let times = reader.description.times.count
        for sample in 0..<reader.sampleCount {
            for field in reader.description.fields {
                let values = try reader.read(field: field.name, sample: sample)
                result.check(
                    values, of: field.name, field.isTimeVarying ? times : 1, sample, path, mayRepeat: mayRepeat)
            }
            for cloud in reader.description.particles {
                result.check(
                    try reader.read(particles: cloud.name, sample: sample), of: cloud.name, times, sample, path,
                    mayRepeat: mayRepeat)
            }
        }
        result.samples += reader.sampleCount
    }

    /// A link into another folder is followed by readers, for its bytes are compared; but a copy of the dataset would lack it.
    private func checkPlaces(_ manifest: Manifest, _ result: inout Verification) {
        for file in (manifest.shards.map(\.path) + manifest.files.keys).sorted() {
            guard let there = FileSystem.resolved(absolute(file)), let home = FileSystem.resolved(path) else {
                continue
            }
            if !there.hasPrefix(home + "/") {
                result.find(file, "it is a link to \(there), outside of the folder", "Put the file in its place.")
            }
        }
    }

    private func checkFiles(_ manifest: Manifest, _ result: inout Verification) {
        let expected = Dictionary(
            Self.texts(of: manifest).map { ($0.path, Checksum(of: Array($0.text.utf8)).value) },
            uniquingKeysWith: { first, _ in first })
        for (file, checksum) in manifest.files.sorted(by: { $0.key < $1.key }) {
            let problem: String?
            do throws(DataError) {
                if !FileSystem.exists(absolute(file)) {
                    problem = "the file is missing"
                } else if try FileSystem.checksum(of: absolute(file)) != checksum {
                    problem = "the file is not the one that was written"
                } else if let wanted = expected[file], wanted != checksum {
                    problem = "it does not follow from the manifest"
                } else {
                    problem = nil
                }
            } catch {
                problem = "\(error)"
            }
            if let problem { result.find(file, problem) }
        }
        for file in expected.keys.sorted() where manifest.files[file] == nil {
            result.find(file, "the manifest does not name it")
        }
    }

    private func checkStrangers(_ manifest: Manifest, _ result: inout Verification) {
        let known = Set(manifest.files.keys).union(manifest.shards.map(\.path))
        func look(_ folder: String) throws(DataError) {
            for name in try FileSystem.list(absolute(folder)) {
                let file = "\(folder)/\(name)"
                // Links may lead in circles.
                if case .folder = FileSystem.kind(absolute(file)), !FileSystem.isLink(absolute(file)) {
                    try look(file)
                } else if !known.contains(file) {
                    let isPartial = name.hasPrefix(".") && name.hasSuffix(".partial")
                    result.find(
                        file,
                        isPartial ? "a killed run left this" : "the manifest does not name it, and loaders may read it",
                        "Remove it.")
                }
            }
        }
        do throws(DataError) {
            try look("data")
        } catch {
            result.find("data", problem(error, of: "data"), "Make it readable.")
        }
    }
}
