import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor

/// A run that has been trained on steady problems: the state that validated best.
public struct SteadyRun: Sendable {
    /// Its folder.
    public let folder: String
    /// What its network expects of data.
    public let model: SteadyModelDescription
    /// What it has seen.
    public let record: DataRecord
    /// Where the run stood when the state was written.
    public let state: TrainingState
    /// What its user should know of its checkpoint, such as that it carries no checksum.
    public let warning: String?
    private let content: Checkpoint.Content

    /// What is known of the data that it has seen.
    public var memory: RunMemory { RunMemory(folder: folder, dataset: model.dataset, record: record) }

    /// Whether a folder holds a run of a steady problem.
    public static func holds(_ folder: String, kinds: Kinds = Kinds()) throws -> Bool {
        try Checkpoint.best(of: folder, kinds).read().isOf(SteadyModelDescription.self)
    }

    /// Reads a run's best state.
    /// - Throws: `TrainingError.checkpoint` when there is none or it is of another task, `DataError`.
    ///
    /// - Parameter kinds: what an experiment can name.
    public init(folder: String, kinds: Kinds = Kinds()) throws {
        content = try Checkpoint.best(of: folder, kinds).read()
        self.folder = folder
        model = try content.description(SteadyModelDescription.self, of: SteadyTask.kind)
        record = try DataRecord(
            folder: folder, crc32: model.dataRecord, meanFrameSize: model.grid.reduce(model.channels.count, *))
        state = content.state
        warning = content.note
    }

    /// A split of a dataset as its network sees it.
    ///
    /// - Parameters:
    ///   - dataset: the dataset's folder; that of the training if left out.
    ///   - stride: every how many points are used; what gives the grid of the training if left out.
    /// - Throws: `TrainingError.data` for the first thing in which the data are not what the network expects, `DataError`.
    public func samples(dataset: String? = nil, split: Split, stride: Int? = nil) throws -> SteadySamples {
        try SteadySamples(self, DatasetReader(path: dataset ?? model.dataset, split: split), stride: stride)
    }

    /// The network.
    /// - Throws: `TrainingError.checkpoint` when the numbers are not those of the model.
    func surrogate<Scalar: Real>(on backend: any Backend) throws -> Surrogate<Scalar> {
        try content.filled { (admit) throws(TrainingError) in
            try model.surrogate(Initialization(seed: 0, backend: backend), admit: admit)
        }
    }

    /// The mean loss over a split, of the test split over its unseen samples; nil where the dataset has no such split.
    public func test<Scalar: Real>(
        dataset: String? = nil, split: Split, stride: Int? = nil, threads: Int, in _: Scalar.Type
    ) throws -> TestResult? {
        let path = dataset ?? model.dataset
        guard try Catalogue(of: path).splits.contains(split) else { return nil }
        let samples = try samples(dataset: path, split: split, stride: stride)
        let backend = CPUBackend(threads: threads)
        let found = try model.loss.mean(
            of: surrogate(on: backend) as Surrogate<Scalar>,
            SteadyBatches(
                samples.data.orderedLoader(batch: model.experiment.budget.batch, samples: samples.scored.positions),
                samples.data.assembler(model.normalization, on: backend)))
        return TestResult(
            loss: found.loss, count: found.count, grid: samples.data.solution.resolution, samples: found.count,
            seen: samples.scored.seen, notes: samples.notes + samples.scored.notes)
    }

    /// What goes into the network and comes out for the first batch of a split's scored samples, in the network's channels and
    /// normalised, for a look at the network by other programs. Parameters as in `test`.
    public func example<Scalar: Real>(
        dataset: String? = nil, split: Split, stride: Int? = nil, threads: Int, in _: Scalar.Type
    ) throws -> SafetensorsFile {
        let samples = try samples(dataset: dataset, split: split, stride: stride)
        let backend = CPUBackend(threads: threads)
        let surrogate: Surrogate<Scalar> = try surrogate(on: backend)
        let loader = samples.data.orderedLoader(
            batch: model.experiment.budget.batch, samples: samples.scored.positions)
        let batches: SteadyBatches<Scalar> = SteadyBatches(
            loader, try samples.data.assembler(model.normalization, on: backend))
        guard let batch = try batches.next() else {
            throw TrainingError.data(
                path: samples.reader.path, problem: "its split '\(split.rawValue)' has no sample",
                remedy: "Name another split.")
        }
        return surrogate.example(batch.inputs, conditions: batch.conditions)
    }
}

/// The samples of a split that a run is scored on, as its network sees them.
public struct SteadySamples: Sendable {
    let data: SteadyData
    /// Which samples are scored.
    public let scored: ScoredSamples
    /// What differs from the training and may be meant so, a sentence each.
    public let notes: [String]
    private let run: SteadyRun

    init(_ run: SteadyRun, _ reader: DatasetReader, stride: Int?) throws {
        self.run = run
        let model = run.model
        let misfit = Misfit(path: reader.path)
        let notes =
            try misfit.equation(model.equation, reader) + misfit.remade(model.dataset, model.fingerprint, reader)
        try misfit.axes(grid: model.grid, model.isPeriodic, lengths: model.lengths, reader)
        let stride = try stride ?? misfit.stride(grid: model.grid, trained: model.experiment.data.stride, reader)
        data = try SteadyData(
            model.experiment, SteadyTask(inputs: model.inputs), reader, seed: 0, mixes: false, stride: stride)
        try misfit.channels(model.channels, data.solution.channelNames)
        // Made for this grid, the model says itself whether it fits.
        var made = model
        made.grid = data.solution.resolution
        _ = try made.shape()
        scored = try ScoredSamples([run.memory], reader, among: Array(0..<reader.sampleCount))
        self.notes = notes
    }

    /// The dataset.
    public var reader: DatasetReader { data.reader }
    /// Points along each axis.
    public var shape: [Int] { data.solution.resolution }
    /// Values of a solution.
    public var valueCount: Int { data.solution.valuesPerFrame }
    /// Every so many points of the dataset are seen.
    public var stride: Int { data.solution.stride }

    /// Reads a sample's solution.
    /// - Parameters:
    ///   - position: in the split.
    ///   - target: gets [space…][channel].
    public func readSolution(of position: Int, into target: UnsafeMutablePointer<Float>) throws {
        try reader.read(sample: position, from: 0, count: 1, data.solution, into: target)
    }

    /// The fields that go into the network, [space…] each.
    public func inputs(of position: Int) throws -> [(name: String, values: [Float])] {
        let (points, width) = (data.solution.pointCount, data.given.channelCount)
        let values = AlignedBuffer<Float>(count: data.given.valuesPerFrame)
        try reader.readConstants(sample: position, data.given, into: values.pointer)
        return data.inputs.enumerated().map { place, name in
            (name, (0..<points).map { values.pointer[$0 * width + place] })
        }
    }

    /// What says what the network makes of a sample, for use on one thread: gets a position in the split and room for
    /// [space…][channel]; returns the seconds of wall clock that the network took.
    /// - Throws: as `SteadyRun.surrogate`.
    public func predictor(
        threads: Int = 1
    ) throws -> (_ position: Int, _ target: UnsafeMutablePointer<Float>) throws -> Double {
        switch run.model.experiment.precision {
        case .float: try predictor(threads, Float.self)
        case .double: try predictor(threads, Double.self)
        }
    }

    private func predictor<Scalar: Real>(
        _ threads: Int, _: Scalar.Type
    ) throws -> (_ position: Int, _ target: UnsafeMutablePointer<Float>) throws -> Double {
        let backend = CPUBackend(threads: threads)
        let surrogate: Surrogate<Scalar> = try run.surrogate(on: backend)
        let assembler: SteadyAssembler<Scalar> = try data.assembler(run.model.normalization, on: backend)
        return { position, target in
            guard let batch = try data.orderedLoader(batch: 1, samples: [position]).next() else {
                preconditionFailure("position: expected 0..<\(reader.sampleCount), got \(position)")
            }
            let tensors = assembler(batch)
            return ContinuousClock().measure {
                let prediction = surrogate(tensors.inputs, conditions: tensors.conditions)
                prediction.withUnsafeValues { values in
                    for place in values.indices { target[place] = Float(values[place]) }
                }
            } / .seconds(1)
        }
    }
}
