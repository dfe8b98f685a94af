/// Writes a dataset in a layout that others read: The Well's, PDEBench's, or NumPy's arrays.
///
/// Samples are read one after the other, so that memory does not grow with their number, and what a manifest records is
/// compared with its checksums on the way. The folder appears whole or not at all.
public struct Export: Sendable {
    /// The layouts.
    public enum Layout: String, CaseIterable, Sendable {
        /// `data/{train,valid,test}/*.hdf5` and `stats.yaml`, as The Well's loader expects them.
        case well
        /// A file a split as PDEBench publishes them.
        case pdebench
        /// A file for every split and field, number and cloud of particles: [sample][time][x][y][component].
        case npy
    }

    /// The layout that is written.
    public let layout: Layout
    /// The folder that is written.
    public let target: String
    /// What the dataset's files have in common.
    public let description: DatasetDescription
    private let source: WellSource
    private let well: WellCopy
    private let kind: (kind: PDEBenchKind, fields: [Int])

    /// An export of the dataset at `path`, a finished one or files in The Well's layout; nothing is written yet.
    /// - Throws: `DataError.file` (ENOENT) when there is no dataset, `DataError.corrupt` when it cannot be read.
    public init(of path: String, as layout: Layout, into target: String) throws(DataError) {
        self.layout = layout
        self.target = target.count > 1 && target.hasSuffix("/") ? String(target.dropLast()) : target
        let catalogue = try Catalogue(of: path)
        description = catalogue.description
        source = WellSource(catalogue)
        well = try WellCopy(of: catalogue)
        kind = PDEBenchKind.fitting(description)
    }

    /// What a run wrote.
    public struct Outcome: Sendable {
        /// How many samples of each split.
        public var samples: [Split: Int] = [:]
        /// The bytes of all files.
        public var bytes = 0
    }

    /// How much `progress` counts up to: samples, or files where they are copied.
    public var total: Int { layout == .well ? well.files.count : source.sampleCount }

    /// Writes the folder.
    /// - Parameters:
    ///   - progress: Told after every sample or file how many are done.
    ///   - shouldStop: Asked before every sample and every block that is copied.
    /// - Returns: nil when it was asked to stop; then nothing is left.
    /// - Throws: `DataError.occupied` when something is in the folder's place; `DataError.corrupt` when a value is NaN or
    ///   infinite or a file is damaged; `DataError.vanished`, `DataError.file`, `DataError.hdf5`. Then nothing is left either.
    public func run(
        progress: (_ done: Int) -> Void = { _ in }, shouldStop: () -> Bool = { false }
    ) throws(DataError) -> Outcome? {
        let folder = try PartialFolder(at: target)
        var outcome = Outcome(samples: source.splits.mapValues(\.count))
        do throws(DataError) {
            let bytes =
                try layout == .well
                ? copy(to: folder.path, progress, shouldStop) : write(to: folder.path, progress, shouldStop)
            guard let bytes else {
                folder.discard()
                return nil
            }
            outcome.bytes = bytes
            try folder.finish(holding: bytes)
            return outcome
        } catch {
            let said = folder.said(error)
            folder.discard()
            throw said
        }
    }

    /// - Returns: How many bytes were written; nil when it was stopped.
    private func copy(
        to folder: String, _ progress: (Int) -> Void, _ shouldStop: () -> Bool
    ) throws(DataError) -> Int? {
        var bytes = 0
        for (place, file) in well.files.enumerated() {
            guard let size = try well.copy(file, into: folder, shouldStop: shouldStop) else { return nil }
            bytes += size
            progress(place + 1)
        }
        guard well.lacksStatistics, let train = source.splits[.train] else { return bytes }
        var moments = FieldMoments.none(of: description)
        for number in train {
            if shouldStop() { return nil }
            let sample = try soundSample(number)
            for (place, field) in description.fields.enumerated() {
                moments[place].add(sample.fields[place], frames: field.isTimeVarying ? description.times.count : 1)
            }
        }
        let text = StatisticsFile.text(of: description, moments)
        try AtomicFile.write(text, to: "\(folder)/\(StatisticsFile.name)")
        return bytes + text.utf8.count
    }

    /// - Returns: How many bytes were written; nil when it was stopped.
    private func write(
        to folder: String, _ progress: (Int) -> Void, _ shouldStop: () -> Bool
    ) throws(DataError) -> Int? {
        var (done, bytes) = (0, 0)
        for (split, numbers) in source.splits.sorted(by: { $0.key < $1.key }) {
            var sinks: [any SampleSink] = [
                try SampleArrays(
                    arrays, of: description, samples: numbers.count, in: "\(folder)/\(split.rawValue)")
            ]
            if layout == .pdebench {
                sinks.append(
                    try PDEBenchWriter(
                        path: "\(folder)/\(split.rawValue).\(kind.kind.fileExtension)", kind.kind, kind.fields,
                        of: description, samples: numbers.count))
            }
            for number in numbers {
                if shouldStop() { return nil }
                let sample = try soundSample(number)
                for sink in sinks { try sink.append(sample) }
                done += 1
                progress(done)
            }
            for sink in sinks { bytes += try sink.finish() }
        }
        guard layout == .npy else { return bytes }
        for (name, values) in [("time", description.times)] + description.dimensions.map({ ($0.name, $0.coordinates) })
        {
            let file = try NPYWriter(path: "\(folder)/\(name).npy", .float64, shape: [values.count])
            try file.append(values)
            bytes += try file.finish()
        }
        return bytes
    }

    private func soundSample(_ number: Int) throws(DataError) -> Sample {
        let sample = try source.sample(number)
        for (field, values) in zip(description.fields, sample.fields) {
            let frames = field.isTimeVarying ? description.times.count : 1
            guard let frame = FrameCheck.firstNonFinite(values, frames: frames) else { continue }
            let (path, row) = source.place(of: number)
            throw .corrupt(
                path: path, problem: "\(field.name) holds NaN or infinity in frame \(frame) of sample \(row)",
                remedy: "`pdegen import` with --leave-out bad makes a dataset without such samples.")
        }
        return sample
    }
}

// MARK: What goes where

extension Export {
    /// The parts of samples that become `.npy` files.
    private var arrays: [SamplePart] {
        switch layout {
        case .well: []
        case .npy: SamplePart.all(of: description)
        case .pdebench:
            SamplePart.all(of: description).filter { part in
                switch part {
                case .field(let place): !kind.fields.contains(place)
                case .cloud: true
                case .number(let scalar, _): !hasPlace(for: scalar)
                }
            }
        }
    }

    /// Whether a file of PDEBench's takes a number along.
    private func hasPlace(for scalar: ScalarDescription) -> Bool {
        description.constantInputs.contains { $0.name == scalar.name }
            && (kind.kind == .groups || !PDEBenchWriter.reserved.contains(scalar.name))
    }

    /// The paths of what holds the samples, in the folder; `{split}` stands for each split.
    public var contents: [String] {
        switch layout {
        case .well: well.files.map(\.path)
        case .pdebench:
            ["{split}.\(kind.kind.fileExtension): \(kind.kind.summary(of: description, kind.fields))"]
        case .npy: arrays.map { "{split}/\($0.path(in: description))" }
        }
    }

    /// The paths of files for what the layout has no place for.
    public var beside: [String] {
        layout == .pdebench ? arrays.map { "{split}/\($0.path(in: description))" } : []
    }

    /// What is not written.
    public var leftOut: [String] {
        if layout == .well { return well.leftOut }
        let conditions = description.boundaries.map { "\($0.dimension) \($0.kind.rawValue)" }
        return (conditions.isEmpty ? [] : ["boundary conditions (\(conditions.joined(separator: ", ")))"])
            + (description.notes.isEmpty ? [] : ["texts of samples (\(description.notes.joined(separator: ", ")))"])
            + (source.isForeign ? [] : ["recipe, versions, wall times and refused draws"])
    }
}
