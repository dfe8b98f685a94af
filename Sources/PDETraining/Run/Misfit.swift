import PDEConfig
import PDECore
import PDEData

/// What of a dataset does not fit, each check with its words.
struct Misfit {
    let path: String

    private func error(_ problem: String, _ remedy: String) -> TrainingError {
        .data(path: path, problem: problem, remedy: remedy)
    }

    /// - Returns: a note where the same equation has another number.
    func equation(_ trained: JSON?, _ reader: DatasetReader) throws(TrainingError) -> [String] {
        guard let trained, let found = reader.recipe["equation"] else { return [] }
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

    /// - Returns: a note where the training's dataset is another one now.
    func remade(_ dataset: String, _ fingerprint: String, _ reader: DatasetReader) -> [String] {
        let isSamePlace = DatasetFolder(path: dataset, name: "").path == reader.path
        guard isSamePlace, reader.fingerprintText != fingerprint else { return [] }
        return ["\(path) has been made anew since the training: it is not the dataset that the run began with"]
    }

    func channels(_ trained: [String], _ names: [String]) throws(TrainingError) {
        guard names != trained else { return }
        throw error(
            "its channels are \(names.joined(separator: ", ")), and the network's \(trained.joined(separator: ", "))",
            "Name a dataset with the fields that it was trained on.")
    }

    func axes(
        grid: [Int], _ isPeriodic: [Bool], lengths: [Double]?, _ reader: DatasetReader
    ) throws(TrainingError) {
        let description = reader.description
        let remedy = "Name a dataset of the same kind."
        guard description.dimensions.count == grid.count else {
            throw error(
                "\(description.dimensions.count) axes, and the network was trained on \(grid.count)", remedy)
        }
        for (axis, dimension) in description.dimensions.enumerated() {
            guard description.isPeriodic[axis] == isPeriodic[axis] else {
                throw error(
                    "axis \(dimension.name) is \(description.isPeriodic[axis] ? "" : "not ")periodic, and in training it "
                        + "was\(isPeriodic[axis] ? "" : " not")", remedy)
            }
            guard let length = lengths?[axis], abs(dimension.extent - length) > 1e-6 * length else { continue }
            throw error(
                "its box is \(dimension.extent) long along \(dimension.name), and that of the training \(length): "
                    + "the points lie otherwise, and the network cannot know it", "Name a dataset of the same box.")
        }
    }

    /// Every how many points make the grid of the training.
    func stride(grid: [Int], trained: Int, _ reader: DatasetReader) throws(TrainingError) -> Int {
        let points = reader.description.resolution
        let stride = points[0] / grid[0]
        for candidate in [trained, stride] where candidate >= 1 {
            if points.map({ ($0 + candidate - 1) / candidate }) == grid { return candidate }
        }
        func text(_ grid: [Int]) -> String { grid.map(String.init).joined(separator: " x ") }
        throw error(
            "a grid of \(text(points)) points, and the network was trained on \(text(grid))",
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
