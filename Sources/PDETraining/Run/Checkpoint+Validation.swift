import PDEData
import PDETensor

extension TrainingState {
    /// What no run can have come to; nil for a sound state.
    var problem: String? {
        guard
            [
                step, position.epoch, position.batch, lossCount, bestStep, impatience, peakBytes, log?.bytes ?? 0,
            ].allSatisfy({ $0 >= 0 })
        else { return "its training state has negative counts" }
        return bestStep <= step && position.epoch <= step ? nil : "its training state is ahead of its own step \(step)"
    }
}

extension ModelDescription {
    /// Numbers of a state, or of a grid's axis, beyond which nothing is looked at.
    private static let most = Int(Int32.max)

    /// What no model can be; nil for a sound description. Asked before anything is made of it.
    var problem: String? {
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
        guard deviations.allSatisfy({ $0 > 0 && $0.isFinite }),
            (normalization.stateMean + normalization.outputMean + normalization.parameterMean).allSatisfy(\.isFinite)
        else { return "its normalisation holds deviations that are not positive, or numbers that are not finite" }
        return nil
    }
}
