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
    /// Solid points; nil where there are none.
    private let mask: FieldSelection?
    /// Whether frames are measured as a flow's: not where networks see a part of its fields.
    private let isFlow: Bool
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
        isFlow =
            FlowMeasure.flowChannels.allSatisfy(model.channels.contains) && reader.scalarNames.contains("reynolds")
        let hasMask = stored.fields.contains { $0.name == "mask" && $0.order == 0 && !$0.isTimeVarying }
        mask = hasMask ? try reader.select(["mask"], stride: selection.stride) : nil
        var notes: [String] = []
        for note in fits.flatMap(\.notes) + scored.notes where !notes.contains(note) { notes.append(note) }
        description = ReferenceDescription(
            name: stored.name, split: choice.split.rawValue, grid: Grid(axes), channels: model.channels,
            channelScales: scales, energyChannels: energy.channels, energyName: energy.name,
            frameCount: (reader.frameCount - 1) / frameStride + 1, frameInterval: fits[0].frameInterval, notes: notes,
            channelNotes: selection.fields.flatMap { name in
                stored.fields.filter { $0.name == name }.flatMap {
                    Array(repeating: $0.summary, count: stored.componentCount(of: $0))
                }
            })
    }

    /// Every how many of a classical solver's points networks see: 1 but where theirs are no cells of a coarser grid, as every k-th cell
    /// of a finer one is none.
    var solverStride: Int { description.grid.axes.contains { $0.placement == .cells } ? selection.stride : 1 }

    /// The grid that a classical solver begins on and gives its forecasts on.
    var solverGrid: Grid {
        guard solverStride > 1 else { return description.grid }
        return Grid(
            zip(description.grid.axes, reader.description.resolution).map { axis, count in
                Grid.Axis(count: count, from: axis.lower, to: axis.upper, placement: axis.placement)
            })
    }

    /// A frame of a sample on the solver's grid, [channel][space…].
    func readSolverFrame(_ frame: Int, ofSample number: Int, into destination: UnsafeMutablePointer<Float>) throws {
        let whole = try reader.select(selection.fields)
        let values = AlignedBuffer<Float>(count: whole.valuesPerFrame)
        try reader.read(
            sample: positions[number]!, from: frame * frameStride, count: 1, step: 1, whole, into: values.pointer)
        separateChannels(
            values.pointer, frames: 1, points: whole.pointCount, channels: whole.channelCount, into: destination)
    }

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
        guard isFlow, let mask = try mask(of: trajectory), let reynolds = labels[trajectory].parameters["reynolds"]
        else {
            return nil
        }
        return FlowMeasure(
            description.channels, on: description.grid, mask: mask, reynolds: reynolds,
            interval: description.frameInterval)
    }

    func solids(of trajectory: Int) throws -> [Bool]? { try mask(of: trajectory)?.map { $0 != 0 } }

    private func mask(of trajectory: Int) throws -> [Float]? {
        guard let mask else { return nil }
        let values = AlignedBuffer<Float>(count: mask.valuesPerFrame)
        try reader.readConstants(sample: samples[trajectory], mask, into: values.pointer)
        return Array(UnsafeBufferPointer(start: values.pointer, count: values.count))
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
