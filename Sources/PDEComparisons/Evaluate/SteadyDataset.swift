import PDECore
import PDEData
import PDEEvaluation
import PDETraining

/// The samples of one split of a steady dataset, seen as the networks of runs see them.
struct SteadyDataset: SteadySolutions {
    let description: SteadyReference
    let samples: SteadySamples
    /// Positions in the split of the samples that are scored.
    let positions: [Int]
    private let labels: [TrajectoryLabel]
    /// Solid points; nil where there are none.
    private let mask: FieldSelection?

    /// - Parameters:
    ///   - runs: runs with networks of the same fields and grid.
    ///   - path: the dataset's folder.
    ///   - choice: which of its samples.
    init(_ runs: [SteadyRun], path: String, _ choice: SampleChoice) throws {
        let all = try runs.map { try $0.samples(dataset: path, split: choice.split) }
        samples = all[0]
        let reader = samples.reader
        let scored = try ScoredSamples(
            runs.map(\.memory), reader, among: choice.positions(in: reader), limit: choice.limit ?? .max)
        let positions = scored.positions
        self.positions = positions
        let hasMask = reader.description.fields.contains { $0.name == "mask" && $0.order == 0 && !$0.isTimeVarying }
        mask = hasMask ? try reader.select(["mask"], stride: samples.stride) : nil
        let cells = try DifficultyCells(reader, positions)
        labels = positions.map { TrajectoryLabel(index: reader.sampleNumbers[$0], cell: cells.name(of: $0)) }
        var notes: [String] = []
        for note in all.flatMap(\.notes) + scored.notes where !notes.contains(note) { notes.append(note) }
        let model = runs[0].model
        description = SteadyReference(
            name: reader.description.name, split: choice.split.rawValue, shape: samples.shape, channels: model.channels,
            channelScales: model.scales, notes: notes)
    }

    var count: Int { positions.count }

    func label(of sample: Int) -> TrajectoryLabel { labels[sample] }

    func read(sample: Int, into destination: UnsafeMutablePointer<Float>) throws {
        let values = AlignedBuffer<Float>(count: samples.valueCount)
        try samples.readSolution(of: positions[sample], into: values.pointer)
        separateChannels(
            values.pointer, frames: 1, points: description.pointCount, channels: description.channels.count,
            into: destination)
    }

    func inputs(of sample: Int) throws -> [SteadyField] {
        try samples.inputs(of: positions[sample]).map { SteadyField($0.name, $0.values) }
    }

    func solids(of sample: Int) throws -> [Bool]? {
        guard let mask else { return nil }
        let values = AlignedBuffer<Float>(count: mask.valuesPerFrame)
        try samples.reader.readConstants(sample: positions[sample], mask, into: values.pointer)
        return UnsafeBufferPointer(start: values.pointer, count: values.count).map { $0 != 0 }
    }

    /// The coordinates of the points along each axis.
    var coordinates: [[Double]] {
        let stored = samples.reader.description.dimensions
        return zip(stored, samples.shape).map { axis, points in
            let stride = (axis.coordinates.count + points - 1) / points
            return (0..<points).map { axis.coordinates[$0 * stride] }
        }
    }
}
