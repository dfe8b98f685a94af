import PDECore
import PDEData
import PDETensor

/// One split of a dataset of steady problems, as the experiment wants to see it.
struct SteadyData {
    let reader: DatasetReader
    /// The solution's fields.
    let solution: FieldSelection
    /// What goes in: the inputs, then mask and signed distance where the network is told them.
    let given: FieldSelection
    /// The names of the inputs.
    let inputs: [String]
    let sampler: WindowSampler
    private let experiment: Experiment
    let rank: Rank
    private static let shape = WindowShape(frames: 1, step: 1)

    /// - Parameters:
    ///   - mixes: whether the experiment's levels and limits for training hold here.
    ///   - stride: every how many points are used, where it is not as the experiment says.
    /// - Throws: `TrainingError.data` where the dataset has not what the experiment names, `DataError`.
    init(
        _ experiment: Experiment, _ task: SteadyTask, _ reader: DatasetReader, seed: UInt64, mixes: Bool,
        stride: Int? = nil, rank: Rank = Rank()
    ) throws {
        (self.experiment, self.reader, self.rank) = (experiment, reader, rank)
        let (choice, stored) = (experiment.data, reader.description.fields)
        guard reader.frameCount == 1 else {
            throw TrainingError.data(
                path: reader.path,
                problem: "its samples have \(reader.frameCount) frames, and steady problems have one",
                remedy: "Set task.kind to step or operator, or name a dataset of steady problems.")
        }
        let constant = stored.filter { !$0.isTimeVarying }
        let usual = constant.filter {
            $0.order == 0 && $0.isSampleVarying && $0.uniformValue == nil
                && !Conditions.geometryFields.contains($0.name)
        }.map(\.name)
        inputs = task.inputs ?? usual
        if let unknown = inputs.first(where: { name in !constant.contains { $0.name == name && $0.order == 0 } }) {
            throw TrainingError.data(
                path: reader.path,
                problem: "task.inputs names '\(unknown)', which is no scalar field that a solution comes from",
                remedy:
                    "Such fields of it are \(constant.filter { $0.order == 0 }.map(\.name).joined(separator: ", ")).")
        }
        guard !inputs.isEmpty else {
            throw TrainingError.data(
                path: reader.path, problem: "no field but mask and sdf differs from sample to sample",
                remedy: "Name what goes in: task.inputs = [\"mask\", \"sdf\"].")
        }
        let geometry = choice.geometry ? Conditions.geometryFields : []
        if let missing = geometry.first(where: { name in !constant.contains { $0.name == name } }) {
            throw TrainingError.data(
                path: reader.path, problem: "it has no \(missing), which data.geometry asks for",
                remedy: "Set data.geometry to false.")
        }
        if let twice = inputs.first(where: geometry.contains) {
            throw TrainingError.data(
                path: reader.path, problem: "'\(twice)' goes in twice, by task.inputs and by data.geometry",
                remedy: "Leave one of them out.")
        }
        let stride = stride ?? choice.stride
        solution = try reader.select(choice.fields ?? stored.filter(\.isTimeVarying).map(\.name), stride: stride)
        given = try reader.select(inputs + geometry, stride: stride)
        sampler = try WindowSampler(
            reader, shape: Self.shape,
            mix: mixes ? choice.mix(of: reader, reader.path) : .limited(to: choice.valid, reader),
            // Validation is on the same samples in every run, so that seeds can be compared.
            seed: mixes ? seed : 0)
    }

    /// The box's symmetries, to see samples in.
    /// - Throws: `TrainingError.data` where fields have directions of their own, or the box has no symmetry.
    func symmetries(seed: UInt64) throws -> BoxSymmetries {
        func refuse(_ problem: String) -> TrainingError {
            .data(path: reader.path, problem: problem, remedy: "Set task.symmetries to false.")
        }
        let fields = reader.description.fields
        if let vector = (solution.fields + given.fields).first(where: { name in
            fields.contains { $0.name == name && $0.order > 0 }
        }) {
            throw refuse("'\(vector)' has a direction at every point, which task.symmetries would have to turn")
        }
        let symmetries = BoxSymmetries(
            of: reader.description, grid: solution.resolution, stride: solution.stride, seed: seed)
        guard symmetries.all.count > 1 else {
            throw refuse("its box and every \(solution.stride)th point of its grid have no symmetry")
        }
        return symmetries
    }

    /// Samples of an epoch that are this rank's, of as many for each.
    var sampleCount: Int { rank.share(of: sampler.windowCount) }

    /// A loader of the samples in the order of training.
    func loader(batch: Int, from start: BatchPosition, epochs: Int) -> BatchLoader {
        let (sampler, rank) = (sampler, rank)
        return BatchLoader(
            reader, solution, constants: given, shape: Self.shape,
            batchSize: max(1, min(rank.batchSize(batch), sampleCount)), from: start
        ) { epoch in
            epoch < epochs ? rank.part(of: sampler.windows(of: epoch)) : nil
        }
    }

    /// A loader of these samples once, in order; of all of the split's for nil.
    func orderedLoader(batch: Int, samples: [Int]? = nil) -> BatchLoader {
        let windows = (samples ?? sampler.samples).map { FrameWindow(sample: $0, first: 0) }
        return BatchLoader(
            reader, solution, constants: given, shape: Self.shape, batchSize: max(1, min(batch, windows.count)),
            windows: windows)
    }

    /// Bytes of the batches that a loader holds, for each sample of a batch.
    var bytesReadAhead: Double {
        Double(
            (BatchLoader.standardDepth + 1) * (solution.valuesPerFrame + given.valuesPerFrame)
                * MemoryLayout<Float>.size)
    }

    /// Fits the normalisation and takes the mean solution, [channel][space…], and its channels' root mean squares.
    func statistics(
        _ shouldStop: () -> Bool
    ) throws -> (normalization: Normalization, mean: [Float], scales: [Double]) {
        let (points, channels) = (solution.pointCount, solution.channelCount)
        var sums = [Double](repeating: 0, count: solution.valuesPerFrame)
        var (state, output) = (
            [RunningMoments](repeating: RunningMoments(), count: inputs.count),
            [RunningMoments](repeating: RunningMoments(), count: channels)
        )
        var count = 0.0
        let loader = orderedLoader(batch: 16)
        while let batch = try loader.next() {
            if shouldStop() { throw TrainingError.interrupted }
            count += Double(batch.count)
            for point in 0..<batch.count * points {
                for channel in 0..<channels {
                    let value = Double(batch.values.pointer[point * channels + channel])
                    sums[channel * points + point % points] += value
                    output[channel].add(value)
                }
                for input in inputs.indices {
                    state[input].add(Double(batch.constants!.pointer[point * given.channelCount + input]))
                }
            }
        }
        let numbers = Normalization.parameters(
            try experiment.data.parameters.map { name in
                let values = try reader.input(name)
                return sampler.samples.map { values[$0] }
            })
        let normalization = Normalization(
            stateMean: state.map(\.mean), stateDeviation: state.map(\.safeDeviation), outputMean: output.map(\.mean),
            outputDeviation: output.map(\.safeDeviation), parameterMean: numbers.mean,
            parameterDeviation: numbers.deviation, parameterIsLogarithmic: numbers.isLogarithmic)
        let scales = output.map { moments in
            let square = moments.mean * moments.mean + moments.deviation * moments.deviation
            return square > 0 ? square.squareRoot() : 1
        }
        return (normalization, sums.map { Float($0 / count) }, scales)
    }

    /// Makes tensors of this split's batches.
    /// - Throws: `TrainingError.data` where a sample has a parameter that the network cannot be told.
    func assembler<Scalar: Real>(
        _ normalization: Normalization, on backend: any Backend
    ) throws -> SteadyAssembler<Scalar> {
        let conditions = Conditions(experiment.data, normalization)
        let values = try conditions.names.map(reader.input)
        let numbers = try (0..<reader.sampleCount).map { sample in
            let known = Dictionary(uniqueKeysWithValues: zip(conditions.names, values.map { $0[sample] }))
            return try conditions.numbers(of: reader.path) { known[$0] }
        }
        return SteadyAssembler(
            grid: solution.resolution, channels: solution.channelCount, inputs: inputs.count, conditions: conditions,
            numbers: numbers, backend: backend)
    }
}

/// A batch of samples as tensors, in physical units.
struct SteadyBatch<Scalar: Real>: TrainingSamples {
    /// What goes in, [samples][grid…][inputs].
    let inputs: Tensor<Scalar>
    /// Parameters and geometry as the network sees them, [samples][grid…][conditions]; nil when there are none.
    let conditions: Tensor<Scalar>?
    /// 1 in the fluid and 0 in solids, [samples][grid…][1]; nil where the network is told of none.
    let fluid: Tensor<Scalar>?
    /// The solutions, [samples][grid…][channels].
    let solution: Tensor<Scalar>
    let count: Int
}

/// Makes tensors of what a loader has read.
struct SteadyAssembler<Scalar: Real> {
    let grid: [Int]
    let channels, inputs: Int
    let conditions: Conditions
    /// The numbers of every sample of the split by position, as the network sees them.
    let numbers: [[Double]]
    let backend: any Backend

    private var width: Int { inputs + (conditions.hasGeometry ? Conditions.geometryFields.count : 0) }

    /// - Parameter symmetries: what the samples are drawn to be seen in; nil as they are.
    func callAsFunction(_ batch: Batch, seen symmetries: BoxSymmetries? = nil) -> SteadyBatch<Scalar> {
        guard let symmetries else {
            return callAsFunction(batch, batch.constants!.pointer, batch.values.pointer)
        }
        let points = grid.product
        let given = AlignedBuffer<Float>(count: batch.count * points * width)
        let solution = AlignedBuffer<Float>(count: batch.count * points * channels)
        for (place, window) in batch.windows[..<batch.count].enumerated() {
            let symmetry = symmetries.symmetry(epoch: batch.position.epoch, sample: window.sample)
            for (from, to, width) in [
                (batch.constants!.pointer, given.pointer, width), (batch.values.pointer, solution.pointer, channels),
            ] {
                let start = place * points * width
                symmetries.turn(from + start, symmetry, width: width, into: to + start)
            }
        }
        return callAsFunction(batch, given.pointer, solution.pointer)
    }

    private func callAsFunction(
        _ batch: Batch, _ given: UnsafePointer<Float>, _ solution: UnsafePointer<Float>
    ) -> SteadyBatch<Scalar> {
        let count = batch.count
        let samples = batch.windows[..<count].map(\.sample)
        // Mask and signed distance side by side, as conditions take them.
        let geometry: [Float] =
            conditions.hasGeometry
            ? (0..<count * grid.product).flatMap { point in (inputs..<width).map { given[point * width + $0] } } : []
        return geometry.withUnsafeBufferPointer { geometry in
            let place = conditions.hasGeometry ? geometry.baseAddress : nil
            return SteadyBatch(
                inputs: tensor(given, of: count, taking: inputs, from: width),
                conditions: conditions.channels(samples.map { numbers[$0] }, place, on: grid, backend),
                fluid: conditions.fluid(place, samples: count, on: grid, backend),
                solution: tensor(solution, of: count, taking: channels, from: channels), count: count)
        }
    }

    /// The first of the channels that stand at every point.
    private func tensor(_ values: UnsafePointer<Float>, of count: Int, taking taken: Int, from width: Int) -> Tensor<
        Scalar
    > {
        Tensor(shape: [count] + grid + [taken], on: backend) { target in
            for point in 0..<count * grid.product {
                for channel in 0..<taken { target[point * taken + channel] = Scalar(values[point * width + channel]) }
            }
        }
    }
}

/// A loader's batches as tensors.
final class SteadyBatches<Scalar: Real>: BatchSource {
    private let loader: BatchLoader
    private let assembler: SteadyAssembler<Scalar>
    private let symmetries: BoxSymmetries?

    init(_ loader: BatchLoader, _ assembler: SteadyAssembler<Scalar>, seen symmetries: BoxSymmetries? = nil) {
        (self.loader, self.assembler, self.symmetries) = (loader, assembler, symmetries)
    }

    func next() throws -> SteadyBatch<Scalar>? {
        guard let batch = try loader.next() else { return nil }
        let tensors = assembler(batch, seen: symmetries)
        loader.recycle(batch)
        return tensors
    }

    var waitingSeconds: Double { loader.waitingSeconds }
}
