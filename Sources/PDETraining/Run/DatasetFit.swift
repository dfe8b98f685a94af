import PDECore
import PDEData

/// A dataset as a trained network sees it, made only where the data are what the network expects.
///
/// Another equation, box or field, a grid or a frame interval that does not fit and numbers that are missing are errors: a
/// score would mean nothing. What may be on purpose, such as another viscosity, stands in `notes`.
public struct DatasetFit: Sendable {
    /// The fields of a state, on every `states.stride`-th point.
    public let states: FieldSelection
    /// Mask and signed distance, where the network is told them.
    public let geometry: FieldSelection?
    /// Stored frames from one frame that is used to the next.
    public let frameStride: Int
    /// Steps of the network from one frame that is used to the next.
    public let stepsPerFrame: Int
    /// The time from one frame that is used to the next.
    public let frameInterval: Double
    /// What differs from the training and may be meant so, a sentence each.
    public let notes: [String]

    /// Holds a dataset against what a run's network expects.
    ///
    /// - Parameter stride: every how many points are used; what gives the grid of the training if left out.
    /// - Throws: `TrainingError.data` for the first thing that does not fit, `DataError`.
    public init(_ run: TrainedRun, _ reader: DatasetReader, stride: Int? = nil) throws {
        let model = run.model
        let misfit = Misfit(path: reader.path)
        var notes = try misfit.equation(model.equation, reader)
        notes += misfit.remade(model.dataset, model.fingerprint, reader)
        try misfit.fields(model, reader)
        try misfit.axes(grid: model.grid, model.isPeriodic, lengths: model.lengths, reader)
        let stride = try stride ?? misfit.stride(grid: model.grid, trained: model.experiment.data.stride, reader)
        states = try reader.select(model.fields, stride: stride)
        try misfit.channels(model.channels, states.channelNames)
        geometry = model.experiment.data.geometry ? try reader.select(Conditions.geometryFields, stride: stride) : nil
        (frameStride, stepsPerFrame, frameInterval) = try misfit.frames(model, reader)
        if stepsPerFrame > 1 {
            notes.append(
                "\(reader.path): its frames are \(frameInterval) apart, \(stepsPerFrame) steps of the network from one to the next"
            )
        }
        self.notes = notes
    }
}
