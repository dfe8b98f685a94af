import PDECore
import PDEData
import PDEEvaluation
import PDETraining

/// The trajectories of one split of a dataset, seen as the networks of runs see them: their fields, their grid, their step.
struct DatasetTrajectories: ReferenceTrajectories {
    private(set) var description: ReferenceDescription
    let reader: DatasetReader
    private let selection: FieldSelection
    private let geometry: FieldSelection?
    /// The bodies of a flow; nil where the trajectories are no flow, or networks see a part of its fields.
    private let mask: FieldSelection?
    private let frameStride: Int
    /// Positions in the split, and what is known about them.
    private let samples: [Int]
    private let labels: [TrajectoryLabel]
    private let positions: [Int: Int]

    /// - Parameters:
    ///   - runs: runs with networks of the same fields, grid and step.
    ///   - path: the dataset's folder.
    ///   - choice: which of its samples.
    init(_ runs: [TrainedRun], path: String, _ choice: SampleChoice) throws {
        let reader = try DatasetReader(path: path, split: choice.split)
        self.reader = reader
        let fits = try runs.map { try DatasetFit($0, reader) }
        selection = fits[0].states
        geometry = fits.lazy.compactMap(\.geometry).first
        frameStride = fits[0].frameStride
        let parameters = try Self.numbers(reader)
        let scored = try ScoredSamples(
            runs.map(\.memory), reader, among: choice.positions(in: reader), limit: choice.limit ?? .max)
        let samples = scored.positions
        self.samples = samples
        let cells = try DifficultyCells(reader, samples)
        let numbers = reader.sampleNumbers
        labels = samples.map { sample in
            TrajectoryLabel(
                index: numbers[sample], cell: cells.name(of: sample), parameters: parameters.mapValues { $0[sample] })
        }
        positions = Dictionary(uniqueKeysWithValues: samples.map { (numbers[$0], $0) })
        let model = runs[0].model
        let axes = zip(reader.description.dimensions, zip(selection.resolution, model.isPeriodic)).map {
            dimension, axis in
            let first = axis.1 ? dimension.coordinates[0] : 0
            return Grid.Axis(
                count: axis.0, from: first, to: first + dimension.extent, placement: axis.1 ? .periodic : .cells)
        }
        let scales = zip(model.normalization.stateMean, model.normalization.stateDeviation).map {
            choice.inDataUnits ? 1 : ($0 * $0 + $1 * $1).squareRoot()
        }
        let stored = reader.description
        let energy = EnergyChannels(
            of: selection.fields.map { name in stored.fields.first { $0.name == name }! },
            dimensions: stored.dimensions.count)
        let isFlow =
            FlowMeasure.flowChannels.allSatisfy(model.channels.contains) && reader.scalarNames.contains("reynolds")
        mask = isFlow ? try reader.select(["mask"], stride: selection.stride) : nil
        var notes: [String] = []
        for note in fits.flatMap(\.notes) + scored.notes where !notes.contains(note) { notes.append(note) }
        description = ReferenceDescription(
            name: stored.name, split: choice.split.rawValue, grid: Grid(axes), channels: model.channels,
            channelScales: scales, energyChannels: energy.channels, energyName: energy.name,
            frameCount: (reader.frameCount - 1) / frameStride + 1, frameInterval: fits[0].frameInterval, notes: notes)
    }

    /// Whether its points lie between the centres of the cells that a coarser solver has, as every k-th cell of a finer grid does.
    var isOffCells: Bool { selection.stride > 1 && description.grid.axes.contains { $0.placement == .cells } }

    /// Adds what a reader must know.
    mutating func note(_ text: String) { description.notes = (description.notes ?? []) + [text] }

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

    /// What frames of a flow come to, where all of velocity and pressure are there to see.
    func measure(of trajectory: Int) throws -> (any FrameMeasure)? {
        guard let mask, let reynolds = labels[trajectory].parameters["reynolds"] else { return nil }
        let values = AlignedBuffer<Float>(count: mask.valuesPerFrame)
        try reader.readConstants(sample: samples[trajectory], mask, into: values.pointer)
        let solid = Array(UnsafeBufferPointer(start: values.pointer, count: values.count))
        return FlowMeasure(
            description.channels, on: description.grid, mask: solid, reynolds: reynolds,
            interval: description.frameInterval)
    }

    /// A network's state at the end of input frames.
    func state<Scalar: Real>(
        of stepper: NetworkStepper<Scalar>, from frames: InputFrames, isToldGeometry: Bool
    ) throws -> NetworkStepper<Scalar>.State {
        let geometry = isToldGeometry ? try geometry(of: frames.label.index) : nil
        defer { withExtendedLifetime(geometry) {} }
        let first = frames.count - stepper.model.description.history
        return try stepper.state(
            from: (first..<frames.count).map { frames[$0] }, on: description.grid.shape,
            parameters: frames.label.parameters, geometry: geometry.map { UnsafePointer($0.pointer) })
    }

    /// Mask and signed distance of a sample by its number, [space…][2]; nil where no network is told them.
    func geometry(of number: Int) throws -> AlignedBuffer<Float>? {
        guard let geometry else { return nil }
        let values = AlignedBuffer<Float>(count: geometry.valuesPerFrame)
        try reader.readConstants(sample: positions[number]!, geometry, into: values.pointer)
        return values
    }
}
