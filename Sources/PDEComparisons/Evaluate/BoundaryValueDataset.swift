import PDECore
import PDEData
import PDEEvaluation
import PDEHybrids

/// The boundary value problems of one split, as the runs of solvers are held against them.
struct BoundaryValueDataset: SteadySolutions {
    let description: SteadyReference
    let samples: BoundaryValueSamples
    /// Positions in the split of the problems that are scored.
    let positions: [Int]
    private let labels: [TrajectoryLabel]

    /// - Parameters:
    ///   - path: the dataset's folder.
    ///   - choice: which of its samples.
    init(path: String, _ choice: SampleChoice) throws {
        samples = try BoundaryValueSamples(path: path, split: choice.split)
        let reader = samples.reader
        let positions = try Array(choice.positions(in: reader).prefix(choice.limit ?? .max))
        self.positions = positions
        let cells = try DifficultyCells(reader, positions)
        labels = positions.map { TrajectoryLabel(index: reader.sampleNumbers[$0], cell: cells.name(of: $0)) }
        var notes = [
            "the truth is what polynomials of the highest degree give, in single precision, as which all solutions are compared: below "
                + "5e-8 errors are rounding"
        ]
        if choice.split != .test {
            notes.append("the split '\(choice.split.rawValue)' is one that kernels are learned or calibrated on")
        }
        description = SteadyReference(
            name: reader.description.name, split: choice.split.rawValue, shape: samples.shape, channels: ["solution"],
            notes: notes)
    }

    var count: Int { positions.count }

    func label(of sample: Int) -> TrajectoryLabel { labels[sample] }

    func read(sample: Int, into destination: UnsafeMutablePointer<Float>) throws {
        for (place, value) in try samples.sample(positions[sample]).solution.enumerated() {
            destination[place] = Float(value)
        }
    }

    func inputs(of sample: Int) throws -> [SteadyField] {
        [SteadyField("source", try samples.sample(positions[sample]).problem.source.map { Float($0) })]
    }

    /// The coordinates of the points along each axis.
    var coordinates: [[Double]] { samples.reader.description.dimensions.map(\.coordinates) }

    /// The mean solution of a dataset's training split.
    static func meanSolution(of path: String) throws -> [Float] {
        let train = try BoundaryValueSamples(path: path, split: .train)
        let count = train.reader.sampleCount
        var sum = [Double](repeating: 0, count: train.shape.reduce(1, *))
        for position in 0..<count {
            for (place, value) in try train.sample(position).solution.enumerated() { sum[place] += value }
        }
        return sum.map { Float($0 / Double(count)) }
    }
}
