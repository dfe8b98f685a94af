import PDECore
import PDEData
import PDEEvaluation
import PDETraining

/// The trajectories of one split of a dataset, seen as a model sees them: its fields, its stride, its step.
struct DatasetTrajectories: ReferenceTrajectories {
    let description: ReferenceDescription
    let reader: DatasetReader
    private let selection: FieldSelection
    private let geometry: FieldSelection?
    private let frameStride: Int
    /// Positions in the split, and what is known about them.
    private let samples: [Int]
    private let labels: [TrajectoryLabel]
    private let positions: [Int: Int]

    /// - Parameters:
    ///   - bounds: only samples whose numbers lie within these.
    ///   - limit: only the first so many of them.
    init(
        _ model: ModelDescription, path: String, split: Split, bounds: [String: ClosedRange<Double>],
        limit: Int?
    ) throws {
        reader = try DatasetReader(path: path, split: split)
        let names = Set(reader.description.fields.map(\.name))
        guard model.fields.allSatisfy(names.contains) else {
            throw CommandError(
                "\(path): no field \(model.fields.first { !names.contains($0) }!), which the network needs",
                advice: ["its fields are \(names.sorted().joined(separator: ", "))"], exitCode: .badData)
        }
        let stride = model.experiment.data.stride
        selection = try reader.select(model.fields, stride: stride)
        guard selection.resolution.count == model.grid.count else {
            throw CommandError(
                "\(path): \(selection.resolution.count) axes, and the network was trained on \(model.grid.count)",
                advice: ["name a dataset of the same kind with --data"], exitCode: .badData)
        }
        guard selection.resolution == model.grid else {
            func text(_ grid: [Int]) -> String { grid.map(String.init).joined(separator: " x ") }
            throw CommandError(
                "\(path): a grid of \(text(selection.resolution)) points, and the network was trained on \(text(model.grid))",
                advice: ["name a dataset of the same grid with --data"], exitCode: .badData)
        }
        geometry = model.experiment.data.geometry ? try reader.select(["mask", "sdf"], stride: stride) : nil
        frameStride = model.frameStride
        let times = reader.description.times
        let frameCount = (times.count - 1) / frameStride + 1
        guard frameCount >= 2 else {
            throw CommandError(
                "\(path): \(times.count) frames, and a step of the network is \(frameStride) of them",
                advice: ["name a dataset with more frames with --data"], exitCode: .badData)
        }
        let parameters = try Self.numbers(reader)
        var samples = Array(0..<reader.sampleCount)
        for (name, range) in bounds {
            guard reader.scalarNames.contains(name) else {
                throw CommandError(
                    "\(path): its samples have no number '\(name)'",
                    advice: ["they have \(reader.scalarNames.joined(separator: ", "))"])
            }
            let values = try reader.scalar(name)
            samples = samples.filter { range.contains(values[$0]) }
        }
        samples = Array(samples.prefix(limit ?? .max))
        guard !samples.isEmpty else {
            throw CommandError(
                "\(path): no sample of the split \(split.rawValue) is within --level", exitCode: .badData)
        }
        self.samples = samples
        let cells = try DifficultyCells(reader, samples)
        let numbers = reader.sampleNumbers
        labels = samples.map { sample in
            TrajectoryLabel(
                index: numbers[sample], cell: cells.name(of: sample), parameters: parameters.mapValues { $0[sample] })
        }
        positions = Dictionary(uniqueKeysWithValues: samples.map { (numbers[$0], $0) })
        let axes = zip(reader.description.dimensions, zip(selection.resolution, model.isPeriodic)).map {
            dimension, axis in
            let first = dimension.coordinates[0]
            let length = dimension.length ?? (dimension.coordinates.last! - first)
            return Grid.Axis(
                count: axis.0, from: axis.1 ? first : 0, to: (axis.1 ? first : 0) + length,
                placement: axis.1 ? .periodic : .cells)
        }
        let scales = zip(model.normalization.stateMean, model.normalization.stateDeviation).map {
            ($0 * $0 + $1 * $1).squareRoot()
        }
        let stored = reader.description
        let energy = EnergyChannels(
            of: selection.fields.map { name in stored.fields.first { $0.name == name }! },
            dimensions: stored.dimensions.count)
        description = ReferenceDescription(
            name: reader.description.name, split: split.rawValue, grid: Grid(axes), channels: model.channels,
            channelScales: scales, energyChannels: energy.channels, energyName: energy.name, frameCount: frameCount,
            frameInterval: times[frameStride] - times[0])
    }

    /// The numbers that were chosen for the samples, by name.
    private static func numbers(_ reader: DatasetReader) throws -> [String: [Double]] {
        var found: [String: [Double]] = [:]
        for name in reader.scalarNames { found[name] = try reader.scalar(name) }
        return found.mapValues { $0.count == 1 ? Array(repeating: $0[0], count: reader.sampleCount) : $0 }
    }

    var count: Int { samples.count }

    func label(of trajectory: Int) -> TrajectoryLabel { labels[trajectory] }

    func read(trajectory: Int, frames: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
        let values = AlignedBuffer<Float>(count: frames.count * selection.valuesPerFrame)
        try reader.read(
            sample: samples[trajectory], from: frames.lowerBound * frameStride, count: frames.count, step: frameStride,
            selection, into: values.pointer)
        separateChannels(
            values.pointer, frames: frames.count, points: selection.pointCount, channels: selection.channelCount,
            into: destination)
    }

    /// Mask and signed distance of a sample by its number, [space…][2], where the network is told.
    func geometry(of number: Int) throws -> AlignedBuffer<Float>? {
        guard let geometry else { return nil }
        let values = AlignedBuffer<Float>(count: geometry.valuesPerFrame)
        try reader.readConstants(sample: positions[number]!, geometry, into: values.pointer)
        return values
    }

    /// The mean frame of the training split, [channel][space…], over at most 128 samples and 16 frames of each.
    static func trainingMean(_ model: ModelDescription, path: String) throws -> [Float] {
        let reader = try DatasetReader(path: path, split: .train)
        let selection = try reader.select(model.fields, stride: model.experiment.data.stride)
        let size = selection.valuesPerFrame
        var sums = [Double](repeating: 0, count: size)
        let frame = AlignedBuffer<Float>(count: size)
        let samples = min(128, reader.sampleCount)
        let frames = min(16, reader.frameCount)
        for index in 0..<samples {
            for number in 0..<frames {
                try reader.read(
                    sample: index * reader.sampleCount / samples,
                    from: number * (reader.frameCount - 1) / max(1, frames - 1), count: 1, selection,
                    into: frame.pointer)
                for place in 0..<size { sums[place] += Double(frame.pointer[place]) }
            }
        }
        var mean = [Float](repeating: 0, count: size)
        let points = selection.pointCount
        for place in 0..<size {
            let (point, channel) = (place / selection.channelCount, place % selection.channelCount)
            mean[channel * points + point] = Float(sums[place] / Double(samples * frames))
        }
        return mean
    }
}
