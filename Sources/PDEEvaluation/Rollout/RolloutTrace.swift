/// What is kept of one rollout: a few numbers a step, whatever the size of the frames.
package struct RolloutTrace: Sendable {
    /// One value for each scored step.
    var error, varianceError, correlation, front: [Float]
    /// One value for each scored step at which spectra are taken; NaN where the truth has no energy in the band.
    var bands: [[Float]]
    var highDecades: [Float]
    /// The truth's values at scored steps.
    var truthEnergy, truthMeanDrift, truthHighShare: [Float]
    /// One value for each step, NaN after a state that is no number.
    var norm, energy, meanDrift: [Float]
    /// The share of the high third in the energy, at each step at which spectra are taken.
    var highShare: [Float]
    /// The spectra at the snapshots' steps: those of the truth where there is one, and of the prediction.
    var snapshots: [(truth: [Double]?, prediction: [Double])]
    /// Energies at the start.
    var initialEnergy = 0.0
    /// The largest norm of the reference.
    var referenceNorm = 0.0
    /// Sums of the squared norms of error and truth over the scored steps.
    var squaredError = 0.0, squaredTruth = 0.0
    /// The first step whose state is no number.
    var firstNotFinite: Int?
    var oneStepError: Double?
    /// What was measured besides; nil for nothing.
    var marks: [FrameMark]?
    var forecastSeconds = 0.0, scoringSeconds = 0.0
    var forecastFrames = 0

    init(_ plan: RolloutPlan) {
        let scored = plan.scoredSteps
        (error, varianceError, correlation, front) = ([], [], [], [])
        error.reserveCapacity(scored)
        varianceError.reserveCapacity(scored)
        correlation.reserveCapacity(scored)
        bands = Array(repeating: [], count: SpectralShells.bandCount)
        (highDecades, truthEnergy, truthMeanDrift, truthHighShare) = ([], [], [], [])
        (norm, energy, meanDrift, highShare, snapshots) = ([], [], [], [], [])
        norm.reserveCapacity(plan.steps)
        energy.reserveCapacity(plan.steps)
        meanDrift.reserveCapacity(plan.steps)
    }

    /// ‖P − T‖/‖T‖ over all scored steps; at its worst where one of these is no number.
    var stackedError: Double {
        guard firstNotFinite ?? .max > error.count else { return RolloutPlan.saturation }
        return squaredError == 0 ? 0 : min((squaredError / squaredTruth).squareRoot(), RolloutPlan.saturation)
    }

    /// The first step at which the state is no number or its norm exceeds ten times the reference's largest.
    var blowUp: BlowUp? {
        let limit = Float(RolloutPlan.blowUpFactor * referenceNorm)
        let tooLarge = norm.firstIndex { $0 > limit }.map { $0 + 1 }
        if let tooLarge, tooLarge < firstNotFinite ?? Int.max { return BlowUp(step: tooLarge, isFinite: true) }
        return firstNotFinite.map { BlowUp(step: $0, isFinite: false) }
    }
}

/// When and how a rollout left all bounds.
public struct BlowUp: Codable, Equatable, Sendable {
    /// The first such step, counted from 1 after the last input frame.
    public var step: Int
    /// False: the state is no number there. True: its norm exceeds ten times the reference's largest.
    public var isFinite: Bool

    /// A blow-up.
    public init(step: Int, isFinite: Bool) {
        self.step = step
        self.isFinite = isFinite
    }
}
