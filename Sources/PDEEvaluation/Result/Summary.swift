import Glibc

/// A time until something happens, over several trajectories.
public struct TimeSummary: Codable, Equatable, Sendable {
    /// The threshold that ends it.
    public var threshold: Double
    /// The mean in frames; trajectories that never cross count with the length of the reference.
    public var frames: Estimate
    /// The share of trajectories that never cross: with more than 0 the mean is a lower bound.
    public var shareWithoutCrossing: Double

    init(_ crossings: [ThresholdCrossing], threshold: Double, bootstrap: Bootstrap) {
        self.threshold = threshold
        frames = bootstrap.mean(of: crossings.map(\.frames))
        shareWithoutCrossing = Double(crossings.count { $0.isLowerBound }) / Double(crossings.count)
    }
}

/// The blow-ups among several trajectories.
public struct BlowUpSummary: Codable, Equatable, Sendable {
    /// How many trajectories blew up.
    public var count: Int
    /// The earliest step and the median of those that did; nil if none did.
    public var earliest, median: Int?

    /// A summary.
    public init(count: Int, earliest: Int?, median: Int?) {
        self.count = count
        self.earliest = earliest
        self.median = median
    }

    init(_ blowUps: [BlowUp]) {
        let steps = blowUps.map(\.step).sorted()
        count = steps.count
        earliest = steps.first
        median = steps.isEmpty ? nil : steps[steps.count / 2]
    }
}

/// The marks of several rollouts taken together, with 95 % intervals over initial states.
public struct Summary: Codable, Equatable, Sendable {
    /// How many trajectories.
    public var trajectories: Int
    /// The geometric mean of the nRMSE over steps and trajectories.
    public var error: Estimate
    /// The mean over trajectories of the relative error with all scored frames as one array; nil in files from before it was measured.
    public var stackedError: Estimate?
    /// The mean VRMSE.
    public var varianceError: Estimate
    /// The geometric mean of the trajectories' teacher-forced nRMSE.
    public var oneStepError: Estimate?
    /// Valid times at nRMSE 0.2 and 0.5.
    public var validTimes: [TimeSummary]
    /// Correlation times at 0.9 and 0.8.
    public var correlationTimes: [TimeSummary]
    /// Geometric means of the nRMSE of the low, the middle and the high third of the wavenumbers.
    public var bandErrors: [Estimate?]
    /// The mean of the high third's |log10(E_prediction/E_truth)|.
    public var highBandDecades: Estimate?
    /// The geometric mean of the energy over the truth's at the last scored step.
    public var energyRatio: Estimate?
    /// The mean of the largest drift of a channel's mean, in its scale.
    public var meanDrift: Estimate
    /// The same of the truth.
    public var truthMeanDrift: Double
    /// The mean distance of the steepest descent from the truth's.
    public var frontError: Estimate?
    /// What the frames mean in their field, beside the truth's; nil where nothing was measured.
    public var marks: [MarkSummary]?
    /// The blow-ups.
    public var blowUps: BlowUpSummary

    /// Whether the truth keeps the means of its channels, as far as it reaches.
    var truthKeepsMeans: Bool { truthMeanDrift < Drift.keptMean }

    init(_ scores: [TrajectoryScore], bootstrap: Bootstrap) {
        func geometric(_ values: [Double?]) -> Estimate? {
            let logs = values.compactMap { $0 }.map { log(max($0, 1e-12)) }
            return logs.isEmpty ? nil : bootstrap.mean(of: logs).mapped { exp($0) }
        }
        func mean(_ values: [Double?]) -> Estimate? {
            let present = values.compactMap { $0 }
            return present.isEmpty ? nil : bootstrap.mean(of: present)
        }
        trajectories = scores.count
        error = geometric(scores.map(\.error))!
        stackedError = mean(scores.map(\.stackedError))
        varianceError = mean(scores.map(\.varianceError))!
        oneStepError = geometric(scores.map(\.oneStepError))
        validTimes = RolloutPlan.errorThresholds.enumerated().map { place, threshold in
            TimeSummary(scores.map { $0.validTimes[place] }, threshold: threshold, bootstrap: bootstrap)
        }
        correlationTimes = RolloutPlan.correlationThresholds.enumerated().map { place, threshold in
            TimeSummary(scores.map { $0.correlationTimes[place] }, threshold: threshold, bootstrap: bootstrap)
        }
        bandErrors = (0..<SpectralShells.bandCount).map { band in geometric(scores.map { $0.bandErrors[band] }) }
        highBandDecades = mean(scores.map(\.highBandDecades))
        energyRatio = geometric(scores.map(\.energyRatio))
        meanDrift = mean(scores.map(\.meanDrift))!
        truthMeanDrift = mean(scores.map(\.truthMeanDrift))!.value
        frontError = mean(scores.map(\.frontError))
        marks = MarkSummary.all(scores, bootstrap: bootstrap)
        blowUps = BlowUpSummary(scores.compactMap(\.blowUp))
    }
}

/// The summary of the trajectories of one cell of difficulty.
public struct CellSummary: Codable, Equatable, Sendable {
    /// The cell.
    public var cell: String
    /// Its trajectories' marks.
    public var summary: Summary
}
