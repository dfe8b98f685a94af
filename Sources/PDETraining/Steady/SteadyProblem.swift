import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor

/// Samples of steady problems: from what the solution comes from to the solution.
final class SteadyProblem<Scalar: Real>: RunProblem {
    private let data, validData: SteadyData
    private let details: SteadyModelDescription
    private let seen: DataRecord
    private let loss: FieldLoss
    private let symmetries: BoxSymmetries?
    private let assembler, validAssembler: SteadyAssembler<Scalar>
    let model: Surrogate<Scalar>

    init(_ task: SteadyTask, _ setting: ProblemSetting) throws {
        let (experiment, path) = (setting.experiment, setting.dataset)
        let reader = try experiment.data.trainingReader(path)
        data = try SteadyData(experiment, task, reader, seed: setting.seed, mixes: true, rank: setting.rank)
        validData = try SteadyData(
            experiment, task, DatasetReader(path: path, split: .valid), seed: setting.seed, mixes: false)
        try setting.admitClosedForm(
            states: data.inputs.count, outputs: data.solution.channelNames.count, grid: data.solution.resolution,
            pairs: data.sampler.samples.count)
        let fitted = try data.statistics(setting.shouldStop)
        seen = DataRecord(
            trained: data.sampler.samples.map { reader.initialStates[$0] },
            validated: validData.sampler.samples.map { [validData] in validData.reader.initialStates[$0] },
            meanFrame: fitted.mean)
        let stored = reader.description
        var details = SteadyModelDescription(
            experiment: experiment, normalization: fitted.normalization, inputs: data.inputs,
            fields: data.solution.fields,
            channels: data.solution.channelNames, scales: fitted.scales, grid: data.solution.resolution,
            isPeriodic: stored.isPeriodic, lengths: stored.dimensions.map(\.extent), dataset: path,
            fingerprint: validData.reader.fingerprintText, equation: validData.reader.recipe["equation"],
            dataRecord: seen.crc32)
        details.closedForm = experiment.model.shape(grid: details.grid, pairs: data.sampler.samples.count)
        symmetries = try task.symmetries ? data.symmetries(seed: setting.seed) : nil
        details.closedForm?.symmetries = symmetries?.all
        if let origin = setting.origin { try details.takeUnits(of: origin) }
        self.details = details
        model = try details.surrogate(
            Initialization(seed: setting.seed, backend: setting.backend), admit: setting.admit)
        assembler = try data.assembler(details.normalization, on: setting.backend)
        validAssembler = try validData.assembler(details.normalization, on: setting.backend)
        loss = details.loss
    }

    var description: any RunDescription { details }
    var record: SafetensorsFile? { seen.file }
    var source: ProblemSource {
        ProblemSource(
            path: details.dataset, fingerprint: data.reader.fingerprintText, samples: data.sampleCount,
            grid: details.grid,
            bytesPerSample: data.bytesReadAhead)
    }

    func batchCount(size: Int) -> Int { data.rank.batchCount(of: data.sampler.windowCount, size: size) }

    func batches(size: Int, from start: BatchPosition, epochs: Int) -> any BatchSource<SteadyBatch<Scalar>> {
        SteadyBatches(data.loader(batch: size, from: start, epochs: epochs), assembler, seen: symmetries)
    }

    func loss(
        _ model: Surrogate<Scalar>, constant: Surrogate<Scalar>, _ batch: SteadyBatch<Scalar>, step: Int
    ) -> Tensor<Scalar> {
        loss(prediction(model, batch), batch.solution, fluid: batch.fluid)
    }

    func prediction(_ model: Surrogate<Scalar>, _ batch: SteadyBatch<Scalar>) -> Tensor<Scalar> {
        model(batch.inputs, conditions: batch.conditions)
    }

    func pairs(of split: Split, _ shouldStop: () -> Bool) throws -> FittedPairs<Scalar> {
        let (data, assembler) = split == .train ? (data, assembler) : (validData, validAssembler)
        let samples = data.sampler.samples.spread(details.closedForm?.pairs ?? .max)
        let batches = SteadyBatches<Scalar>(data.orderedLoader(batch: 16, samples: samples), assembler)
        var pairs = GatheredPairs<Scalar>()
        while let batch = try batches.next() {
            if shouldStop() { throw TrainingError.interrupted }
            pairs.append(
                model.input(batch.inputs, conditions: batch.conditions),
                model.target(batch.solution, after: batch.inputs))
        }
        return pairs.all
    }

    func validate(_ model: Surrogate<Scalar>, batch: Int, shouldStop: () -> Bool) throws -> Double {
        try loss.mean(of: model, SteadyBatches(validData.orderedLoader(batch: batch), validAssembler), shouldStop).loss
    }
}

extension SteadyModelDescription {
    /// The loss of its experiment: errors are relative to a thousandth of the training split's solutions at least.
    var loss: FieldLoss {
        let size = scales.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return FieldLoss(experiment.loss, isPeriodic: isPeriodic, smallest: 1e-3 * size)
    }

    /// Takes over the units that a network has learned in from the run that it comes from.
    /// - Throws: `TrainingError.occupied` with the key in which another run's network differs.
    fileprivate mutating func takeUnits(of origin: RunOrigin) throws {
        let other = try origin.description(SteadyModelDescription.self)
        if origin.isSameRun {
            // On other data, or of other fields, the run is refused when it is restored.
            if other.fingerprint == fingerprint, other.inputs == inputs {
                (normalization, closedForm) = (other.normalization, other.closedForm)
            }
            return
        }
        let differences: [(key: String, isSame: Bool)] = [
            ("task.inputs", other.inputs == inputs), ("data.fields", other.channels == channels),
            ("data.parameters", other.experiment.data.parameters == experiment.data.parameters),
            ("data.geometry", other.experiment.data.geometry == experiment.data.geometry),
        ]
        if let key = differences.first(where: { !$0.isSame })?.key {
            throw TrainingError.occupied(
                path: origin.folder, reason: "its network cannot be tuned further here: \(key) is another one there",
                remedy: "Set \(key) to what the run has, or train from the start, without from.")
        }
        try closedForm?.learnErrors(of: other.experiment, in: origin)
        normalization = other.normalization
    }
}

extension FieldLoss {
    /// The mean over all samples of a source, and their number.
    /// - Throws: `TrainingError.interrupted` after `shouldStop`, which is asked before every batch; what reading throws.
    func mean<Scalar: Real>(
        of model: Surrogate<Scalar>, _ batches: SteadyBatches<Scalar>, _ shouldStop: () -> Bool = { false }
    ) throws -> (loss: Double, count: Int) {
        var (sum, count) = (0.0, 0)
        while let batch = try batches.next() {
            if shouldStop() { throw TrainingError.interrupted }
            let prediction = model(batch.inputs, conditions: batch.conditions)
            sum += Double(self(prediction, batch.solution, fluid: batch.fluid).item) * Double(batch.count)
            count += batch.count
        }
        return (sum / Double(count), count)
    }
}
