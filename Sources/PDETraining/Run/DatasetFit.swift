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
        var notes = try misfit.equation(model, reader) + Self.remade(model, reader)
        try misfit.fields(model, reader)
        try misfit.axes(model, reader)
        let stride = try stride ?? misfit.stride(model, reader)
        states = try reader.select(model.fields, stride: stride)
        try misfit.channels(model, states.channelNames)
        geometry = model.experiment.data.geometry ? try reader.select(Conditions.geometryFields, stride: stride) : nil
        (frameStride, stepsPerFrame, frameInterval) = try misfit.frames(model, reader)
        if stepsPerFrame > 1 {
            notes.append(
                "\(reader.path): its frames are \(frameInterval) apart, \(stepsPerFrame) steps of the network from one to the next"
            )
        }
        self.notes = notes
    }

    private static func remade(_ model: ModelDescription, _ reader: DatasetReader) -> [String] {
        let isSamePlace = DatasetFolder(path: model.dataset, name: "").path == reader.path
        guard isSamePlace, reader.fingerprintText != model.fingerprint else { return [] }
        return ["\(reader.path) has been made anew since the training: it is not the dataset that the run began with"]
    }
}

/// What of a dataset does not fit, each check with its words.
private struct Misfit {
    let path: String

    private func error(_ problem: String, _ remedy: String) -> TrainingError {
        .data(path: path, problem: problem, remedy: remedy)
    }

    /// - Returns: a note where the same equation has another number.
    func equation(_ model: ModelDescription, _ reader: DatasetReader) throws(TrainingError) -> [String] {
        guard let trained = model.equation, let found = reader.recipe["equation"] else { return [] }
        guard trained["name"] == found["name"] else {
            throw error(
                "its equation is \(brief(found["name"])), and the network was trained on \(brief(trained["name"]))",
                "Name a dataset of the same equation.")
        }
        guard let (key, before, here) = firstDifference(trained, found, at: "equation") else { return [] }
        return ["\(path): \(key) is \(brief(here)), and the network was trained with \(brief(before))"]
    }

    func fields(_ model: ModelDescription, _ reader: DatasetReader) throws {
        let description = reader.description
        let names = description.fields.filter(\.isTimeVarying).map(\.name)
        if let missing = model.fields.first(where: { !names.contains($0) }) {
            throw error(
                "no field \(missing) that varies in time, which the network needs",
                "Such fields of it are \(names.sorted().joined(separator: ", ")).")
        }
        let geometry = description.fields.filter { !$0.isTimeVarying }.map(\.name)
        guard !model.experiment.data.geometry || Set(geometry).isSuperset(of: Conditions.geometryFields) else {
            throw error("no mask and sdf, which the network is told", "Name a dataset with obstacles' geometry.")
        }
        for name in model.experiment.data.parameters { _ = try reader.input(name) }
    }

    func channels(_ model: ModelDescription, _ names: [String]) throws(TrainingError) {
        guard names != model.channels else { return }
        throw error(
            "its channels are \(names.joined(separator: ", ")), and the network's \(model.channels.joined(separator: ", "))",
            "Name a dataset with the fields that it was trained on.")
    }

    func axes(_ model: ModelDescription, _ reader: DatasetReader) throws(TrainingError) {
        let description = reader.description
        let remedy = "Name a dataset of the same kind."
        guard description.dimensions.count == model.grid.count else {
            throw error(
                "\(description.dimensions.count) axes, and the network was trained on \(model.grid.count)", remedy)
        }
        for (axis, dimension) in description.dimensions.enumerated() {
            guard description.isPeriodic[axis] == model.isPeriodic[axis] else {
                throw error(
                    "axis \(dimension.name) is \(description.isPeriodic[axis] ? "" : "not ")periodic, and in training it "
                        + "was\(model.isPeriodic[axis] ? "" : " not")", remedy)
            }
            guard let length = model.lengths?[axis], abs(dimension.extent - length) > 1e-6 * length else { continue }
            throw error(
                "its box is \(dimension.extent) long along \(dimension.name), and that of the training \(length): "
                    + "the points lie otherwise, and the network cannot know it", "Name a dataset of the same box.")
        }
    }

    /// Every how many points make the grid of the training.
    func stride(_ model: ModelDescription, _ reader: DatasetReader) throws(TrainingError) -> Int {
        let points = reader.description.resolution
        let stride = points[0] / model.grid[0]
        for candidate in [model.experiment.data.stride, stride] where candidate >= 1 {
            if points.map({ ($0 + candidate - 1) / candidate }) == model.grid { return candidate }
        }
        func text(_ grid: [Int]) -> String { grid.map(String.init).joined(separator: " x ") }
        throw error(
            "a grid of \(text(points)) points, and the network was trained on \(text(model.grid))",
            "Name a dataset of that grid or of a multiple; `pdetrain test --stride` scores on other grids.")
    }

    /// The one rule of frames: every n-th where the network's step is n of the data's frames, n steps where a frame is n of them.
    func frames(
        _ model: ModelDescription, _ reader: DatasetReader
    ) throws(TrainingError) -> (stride: Int, steps: Int, interval: Double) {
        let times = reader.description.times
        guard times.count > 1 else {
            throw error("its samples have one frame", "Name a dataset whose samples change in time.")
        }
        let interval = (times[times.count - 1] - times[0]) / Double(times.count - 1)
        if let stride = wholeSteps(of: interval, in: model.timeStep) {
            guard stride < times.count else {
                throw error(
                    "\(times.count) frames, and a step of the network is \(stride) of them",
                    "Name a dataset with more frames.")
            }
            return (stride, 1, times[stride] - times[0])
        }
        guard let steps = wholeSteps(of: model.timeStep, in: interval) else {
            throw error(
                "its frames are \(interval) apart, and a step of the network is \(model.timeStep): neither is a whole number "
                    + "of the other", "Name a dataset whose frames fit the step.")
        }
        guard model.experiment.evolution.step.history == 1 else {
            throw error(
                "its frames are \(interval) apart, and the network begins from \(model.experiment.evolution.step.history) that are "
                    + "\(model.timeStep) apart", "Name a dataset with frames that close.")
        }
        return (1, steps, interval)
    }
}
