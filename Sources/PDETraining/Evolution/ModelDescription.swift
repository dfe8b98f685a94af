import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor

/// What is needed to make a trained surrogate again and to use it on data.
public struct ModelDescription: RunDescription, Equatable {
    /// The experiment that it comes from.
    public var experiment: Experiment
    /// The numbers around the network.
    public var normalization: Normalization
    /// Fields that make up a state and the names of its channels.
    public var fields, channels: [String]
    /// Points along each axis in training.
    public var grid: [Int]
    /// Which axes are periodic.
    public var isPeriodic: [Bool]
    /// Stored frames from one step to the next.
    public var frameStride: Int
    /// Time from one step to the next.
    public var timeStep: Double
    /// The dataset's folder and fingerprint.
    public var dataset, fingerprint: String
    /// The extent of the box along each axis; nil in runs that did not keep it.
    public var lengths: [Double]?
    /// The equation of the dataset's recipe; nil in runs that did not keep it.
    public var equation: JSON?
    /// The checksum of the run's `DataRecord`; nil in runs that have none.
    public var dataRecord: UInt32?
    /// What a network in closed form is as large as; nil for others.
    public var closedForm: ClosedFormShape?

    /// States that go in.
    public var history: Int { experiment.evolution.step.history }
    /// What the network is told beside the states.
    var conditions: Conditions { Conditions(experiment.data, normalization) }

    /// The description with the box and the equation of a dataset.
    func expecting(_ reader: DatasetReader) -> ModelDescription {
        var description = self
        description.lengths = reader.description.dimensions.map(\.extent)
        description.equation = reader.recipe["equation"]
        return description
    }
}

extension ModelDescription {
    /// Numbers of a state, or of a grid's axis, beyond which nothing is looked at.
    private static let most = Int(Int32.max)

    /// What no model can be; nil for a sound description. Asked before anything is made of it.
    public var problem: String? {
        let (normalization, parameters) = (normalization, experiment.data.parameters.count)
        guard (1...3).contains(grid.count), isPeriodic.count == grid.count,
            grid.allSatisfy({ (1...Self.most).contains($0) })
        else { return "its model has the grid \(grid) with \(isPeriodic.count) axes" }
        guard !channels.isEmpty, !fields.isEmpty,
            grid.reduce(Double(channels.count), { $0 * Double($1) }) <= Double(Self.most)
        else { return "its model has \(channels.count) channels of \(fields.count) fields on the grid \(grid)" }
        guard (1...Self.most).contains(frameStride), timeStep > 0, timeStep.isFinite else {
            return "its model steps by \(frameStride) frames and \(timeStep) in time"
        }
        guard lengths?.count ?? grid.count == grid.count, (lengths ?? []).allSatisfy({ $0 > 0 && $0.isFinite }) else {
            return "its model is of a box with the sides \(lengths ?? [])"
        }
        let perChannel = [
            normalization.stateMean, normalization.stateDeviation, normalization.outputMean,
            normalization.outputDeviation,
        ]
        guard perChannel.allSatisfy({ $0.count == channels.count }),
            normalization.parameterMean.count == parameters, normalization.parameterDeviation.count == parameters,
            normalization.parameterIsLogarithmic.count == parameters
        else { return "its normalisation is not of \(channels.count) channels and \(parameters) parameters" }
        let deviations = normalization.stateDeviation + normalization.outputDeviation + normalization.parameterDeviation
        guard deviations.allSatisfy({ $0 > 1 / Normalization.largest && $0 < Normalization.largest }),
            (normalization.stateMean + normalization.outputMean + normalization.parameterMean)
                .allSatisfy({ abs($0) < Normalization.largest })
        else { return "its normalisation holds deviations that are not positive, or numbers beyond all measure" }
        return experiment.model.problem(closedForm)
    }
}

extension ModelDescription {
    /// Whether the network, or the one whose errors it learns, says the next state in the units of the last.
    var carriesState: Bool { (closedForm?.mean?.wrappedValue ?? experiment.model).carriesState }

    /// What the network maps.
    /// - Throws: `TrainingError.grid` when it does not fit on the grid.
    func shape() throws(TrainingError) -> OperatorShape {
        let states = experiment.evolution.step.history * channels.count
        var shape = OperatorShape(
            inputs: states + conditions.width, outputs: channels.count, isPeriodic: isPeriodic,
            state: states - channels.count..<states)
        (shape.grid, shape.closedForm) = (grid, closedForm)
        try shape.check(experiment.model)
        return shape
    }

    /// The surrogate with initial values.
    ///
    /// - Parameter admit: is told how many parameters the network will have before any is made, and throws for too many.
    /// - Throws: `TrainingError.grid` when it does not fit on the grid; what `admit` throws.
    func surrogate<Scalar: Real>(
        _ initialization: Initialization, admit: (_ parameters: Double) throws(TrainingError) -> Void
    ) throws(TrainingError) -> Surrogate<Scalar> {
        let (task, conditions, shape) = (experiment.evolution.step, conditions, try shape())
        try admit(experiment.model.parameterCount(shape))
        return Surrogate(
            experiment.model.network(shape, initialization), normalization, history: task.history,
            predictsChange: task.predictsChange && !carriesState, maskChannel: conditions.maskChannel,
            on: initialization.backend)
    }
}
