import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor

/// One split of the dataset, as the experiment wants to see it.
package struct TrainingData<Scalar: Real> {
    package let reader: DatasetReader
    package let selection: FieldSelection
    package let geometry: FieldSelection?
    package let shape: WindowShape
    package let sampler: WindowSampler
    /// Parameters by sample, as they are.
    package let parameters: [[Double]]
    private let choice: DataChoice
    /// Which axes are periodic.
    let isPeriodic: [Bool]
    private let rank: Rank

    /// - Parameter mixes: whether the experiment's levels and limits for training hold here.
    package init(
        _ experiment: Experiment, path: String, split: Split, seed: UInt64, mixes: Bool, rank: Rank = Rank()
    ) throws {
        let reader = try mixes ? experiment.data.trainingReader(path) : DatasetReader(path: path, split: split)
        try self.init(experiment, reader, seed: seed, mixes: mixes, rank: rank)
    }

    /// - Parameter frameStride: stored frames of one step, where it is not as the experiment says.
    init(
        _ experiment: Experiment, _ reader: DatasetReader, seed: UInt64, mixes: Bool, frameStride: Int? = nil,
        rank: Rank = Rank()
    ) throws {
        self.rank = rank
        choice = experiment.data
        let path = reader.path
        self.reader = reader
        let fields = choice.fields ?? reader.description.fields.filter(\.isTimeVarying).map(\.name)
        selection = try reader.select(fields, stride: choice.stride)
        if choice.geometry {
            let names = Set(reader.description.fields.map(\.name))
            guard names.isSuperset(of: Conditions.geometryFields) else {
                throw TrainingError.data(
                    path: path, problem: "it has no mask and sdf, which data.geometry asks for",
                    remedy: "Set data.geometry to false; its fields are \(names.sorted().joined(separator: ", ")).")
            }
            geometry = try reader.select(Conditions.geometryFields, stride: choice.stride)
        } else {
            geometry = nil
        }
        shape = try Self.windowShape(experiment.evolution, frameStride, reader)
        parameters = try choice.parameters.map(reader.input)
        isPeriodic = reader.description.isPeriodic
        for (axis, points) in reader.description.resolution.enumerated() where isPeriodic[axis] {
            guard points % choice.stride == 0 else {
                throw TrainingError.grid(
                    key: "data.stride",
                    problem: "a stride of \(choice.stride) does not divide the \(points) points along axis \(axis), "
                        + "and across the end of a periodic axis the points would lie closer",
                    remedy: "Use a divisor of \(points).")
            }
        }
        sampler = try WindowSampler(
            reader, shape: shape,
            // An operator begins from the first frame, however many there are.
            frames: experiment.evolution.spansTrajectory ? 0..<shape.span : nil,
            mix: mixes ? choice.mix(of: reader, path) : .limited(to: choice.valid, reader),
            // Validation is on the same samples in every run, so that seeds can be compared.
            seed: mixes ? seed : 0)
    }

    private static func windowShape(
        _ task: any EvolutionTask, _ frameStride: Int?, _ reader: DatasetReader
    ) throws(TrainingError) -> WindowShape {
        if task.spansTrajectory {
            guard reader.frameCount > 1 else {
                throw .data(
                    path: reader.path,
                    problem:
                        "its samples have one frame, and an operator learns to go from the first frame to the last",
                    remedy: "Name a dataset whose samples change in time.")
            }
            return .firstAndLast(of: (frameStride ?? reader.frameCount - 1) + 1)
        }
        let (step, task) = (frameStride ?? task.step.frameStride, task.step)
        let shape = WindowShape(frames: task.history + task.targets, step: step)
        guard shape.span <= reader.frameCount else {
            throw .data(
                path: reader.path,
                problem: "its samples have \(reader.frameCount) frames, and the task needs \(shape.span) "
                    + "(history \(task.history), \(task.targets) targets, \(step) apart)",
                remedy: "Lower task.steps, task.history or task.frameStride, or make the dataset with more frames.")
        }
        return shape
    }

    /// Windows of an epoch that are this rank's, of as many for each.
    var windowCount: Int { rank.share(of: sampler.windowCount) }

    /// Batches of an epoch, of which each rank has its part.
    func batchCount(size: Int) -> Int { rank.batchCount(of: sampler.windowCount, size: size) }

    /// A loader of the windows in order; its batches have room for no more windows than there are.
    package func loader(batch: Int, from start: BatchPosition = BatchPosition(), epochs: Int) -> BatchLoader {
        let (sampler, rank) = (sampler, rank)
        return BatchLoader(
            reader, selection, constants: geometry, shape: shape,
            batchSize: max(1, min(rank.batchSize(batch), windowCount)), from: start
        ) { epoch in
            epoch < epochs ? rank.part(of: sampler.windows(of: epoch)) : nil
        }
    }

    /// A loader of every window once, in the order of the files; of `limit` windows where there are more.
    /// - Parameter samples: of these samples only; nil for all.
    package func orderedLoader(batch: Int, limit: Int = .max, samples: [Int]? = nil) -> BatchLoader {
        var windows = (samples ?? sampler.groups.flatMap(\.samples)).flatMap { sample in
            sampler.starts.map { FrameWindow(sample: sample, first: $0) }
        }
        if windows.count > limit {
            // Spread over the whole, so that late frames count as much as early ones.
            windows = (0..<limit).map { windows[$0 * windows.count / limit] }
        }
        return BatchLoader(
            reader, selection, constants: geometry, shape: shape, batchSize: max(1, min(batch, windows.count)),
            windows: windows)
    }

    /// Makes tensors of this split's batches.
    /// - Throws: `TrainingError.data` where a sample has a parameter that the network cannot be told.
    package func assembler(_ normalization: Normalization, on backend: any Backend) throws(TrainingError)
        -> BatchAssembler<Scalar>
    {
        let conditions = Conditions(choice, normalization)
        var numbers: [[Double]] = []
        for sample in 0..<reader.sampleCount {
            let values = Dictionary(uniqueKeysWithValues: zip(choice.parameters, parameters.map { $0[sample] }))
            numbers.append(try conditions.numbers(of: reader.path) { values[$0] })
        }
        return BatchAssembler(
            grid: selection.resolution, channels: selection.channelCount, frameCount: shape.frames,
            conditions: conditions, numbers: numbers, backend: backend)
    }

    /// Fits the normalisation and takes the mean frame, [channel][space…], of the windows' last input and first target: one pass
    /// over at most 2048 windows, spread over the whole split.
    package func statistics(
        _ task: StepTask, _ shouldStop: () -> Bool = { false }
    ) throws -> (normalization: Normalization, meanFrame: [Float]) {
        let channels = selection.channelCount
        var sums = [Double](repeating: 0, count: selection.valuesPerFrame)
        var count = 0.0
        var state = [RunningMoments](repeating: RunningMoments(), count: channels)
        var output = state
        let loader = orderedLoader(batch: 16, limit: 2048)
        let points = selection.pointCount
        while let batch = try loader.next() {
            if shouldStop() { throw TrainingError.interrupted }
            count += Double(batch.count)
            for window in 0..<batch.count {
                let frames = batch.values.pointer + window * shape.frames * points * channels
                let base = frames + (task.history - 1) * points * channels
                for point in 0..<points {
                    for channel in 0..<channels {
                        let place = point * channels + channel
                        let value = Double(base[place])
                        let next = Double(base[points * channels + place])
                        sums[channel * points + point] += value + next
                        state[channel].add(value)
                        output[channel].add(task.predictsChange ? next - value : next)
                    }
                }
            }
        }
        let used = sampler.groups.flatMap(\.samples)
        let numbers = Normalization.parameters(parameters.map { values in used.map { values[$0] } })
        let normalization = Normalization(
            stateMean: state.map(\.mean), stateDeviation: state.map(\.safeDeviation), outputMean: output.map(\.mean),
            outputDeviation: output.map(\.safeDeviation), parameterMean: numbers.mean,
            parameterDeviation: numbers.deviation, parameterIsLogarithmic: numbers.isLogarithmic)
        return (normalization, sums.map { Float($0 / (2 * count)) })
    }
}

extension TrainingData {
    /// Bytes of the batches that a loader of this data holds, for each window of a batch.
    var bytesReadAhead: Double {
        let values = shape.frames * selection.valuesPerFrame + (geometry?.valuesPerFrame ?? 0)
        return Double((BatchLoader.standardDepth + 1) * values * MemoryLayout<Float>.size)
    }
}
