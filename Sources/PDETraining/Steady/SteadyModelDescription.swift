import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor

/// What is needed to make a trained solution operator again and to use it on data.
public struct SteadyModelDescription: RunDescription, Equatable {
    /// The experiment that it comes from.
    public var experiment: Experiment
    /// The numbers around the network: those of a state are the inputs', those of the output the solution's.
    public var normalization: Normalization
    /// The fields that go in.
    public var inputs: [String]
    /// The fields of the solution and the names of its channels.
    public var fields, channels: [String]
    /// The root mean square of each channel of the solution over the training split.
    public var scales: [Double]
    /// Points along each axis in training.
    public var grid: [Int]
    /// Which axes are periodic.
    public var isPeriodic: [Bool]
    /// The extent of the box along each axis.
    public var lengths: [Double]
    /// The dataset's folder and fingerprint.
    public var dataset, fingerprint: String
    /// The equation of the dataset's recipe; nil where it has none.
    public var equation: JSON?
    /// The checksum of the run's `DataRecord`.
    public var dataRecord: UInt32
    /// What a network in closed form is as large as; nil for others.
    public var closedForm: ClosedFormShape?

    /// What the network is told beside the fields.
    var conditions: Conditions { Conditions(experiment.data, normalization) }

    /// What no model can be; nil for a sound description. Asked before anything is made of it.
    public var problem: String? {
        let most = Int(Int32.max)
        guard (1...3).contains(grid.count), isPeriodic.count == grid.count, lengths.count == grid.count,
            grid.allSatisfy({ (1...most).contains($0) }), lengths.allSatisfy({ $0 > 0 && $0.isFinite })
        else { return "its model has the grid \(grid) with \(isPeriodic.count) axes of the lengths \(lengths)" }
        guard !channels.isEmpty, !fields.isEmpty, !inputs.isEmpty, scales.count == channels.count,
            grid.reduce(Double(channels.count + inputs.count), { $0 * Double($1) }) <= Double(most)
        else { return "its model has \(channels.count) channels from \(inputs.count) fields on the grid \(grid)" }
        let (normalization, parameters) = (normalization, experiment.data.parameters.count)
        guard normalization.stateMean.count == inputs.count, normalization.stateDeviation.count == inputs.count,
            normalization.outputMean.count == channels.count, normalization.outputDeviation.count == channels.count,
            normalization.parameterMean.count == parameters, normalization.parameterDeviation.count == parameters,
            normalization.parameterIsLogarithmic.count == parameters
        else {
            return
                "its normalisation is not of \(inputs.count) fields, \(channels.count) channels and \(parameters) parameters"
        }
        let deviations = normalization.stateDeviation + normalization.outputDeviation + normalization.parameterDeviation
        guard (deviations + scales).allSatisfy({ $0 > 1 / Normalization.largest && $0 < Normalization.largest }),
            (normalization.stateMean + normalization.outputMean + normalization.parameterMean)
                .allSatisfy({ abs($0) < Normalization.largest })
        else { return "its normalisation holds deviations that are not positive, or numbers beyond all measure" }
        return experiment.model.problem(closedForm)
    }

    /// What the network maps.
    /// - Throws: `TrainingError.grid` when it does not fit on the grid.
    func shape() throws(TrainingError) -> OperatorShape {
        var shape = OperatorShape(
            inputs: inputs.count + conditions.width, outputs: channels.count, isPeriodic: isPeriodic)
        (shape.grid, shape.closedForm) = (grid, closedForm)
        try shape.check(experiment.model)
        return shape
    }

    /// The model with initial values, an operator from states with as many channels as there are inputs.
    ///
    /// - Parameter admit: is told how many parameters the network will have before any is made, and throws for too many.
    /// - Throws: `TrainingError.grid` when it does not fit on the grid; what `admit` throws.
    func surrogate<Scalar: Real>(
        _ initialization: Initialization, admit: (_ parameters: Double) throws(TrainingError) -> Void
    ) throws(TrainingError) -> Surrogate<Scalar> {
        let conditions = conditions
        let shape = try shape()
        try admit(experiment.model.parameterCount(shape))
        return Surrogate(
            experiment.model.network(shape, initialization), normalization, history: 1, predictsChange: false,
            maskChannel: conditions.maskChannel, on: initialization.backend)
    }
}
