import Glibc

/// The marks of one rollout.
public struct TrajectoryScore: Codable, Equatable, Sendable {
    /// The trajectory.
    public var label: TrajectoryLabel
    /// The geometric mean of the nRMSE over the scored steps.
    public var error: Double
    /// ‖P − T‖/‖T‖ with all scored frames as one array, as operator benchmarks score trajectories (Li et al. 2021); nil in files from
    /// before it was measured.
    public var stackedError: Double?
    /// The mean of the VRMSE over the scored steps.
    public var varianceError: Double
    /// The mean nRMSE of single steps from the truth (teacher-forced); nil if none was asked for.
    public var oneStepError: Double?
    /// When the nRMSE first exceeds 0.2 and 0.5.
    public var validTimes: [ThresholdCrossing]
    /// When the correlation first falls below 0.9 and 0.8.
    public var correlationTimes: [ThresholdCrossing]
    /// The geometric mean over the scored steps of the nRMSE of the low, the middle and the high third of the wavenumbers;
    /// nil where the truth has no energy there.
    public var bandErrors: [Double?]
    /// The mean over the scored steps of the high third's |log10(E_prediction/E_truth)|.
    public var highBandDecades: Double?
    /// Energy over that of the truth at the last scored step; nil after a blow-up into what is no number.
    public var energyRatio: Double?
    /// The largest difference of a channel's mean from that at the start, in the channel's scale, over all steps that are
    /// finite.
    public var meanDrift: Double
    /// The same of the truth over the scored steps.
    public var truthMeanDrift: Double
    /// The mean distance of the steepest descent from the truth's, in units of length; nil where it is not followed.
    public var frontError: Double?
    /// What its frames mean in their field, beside the truth's; nil where nothing was measured.
    public var marks: [FrameMark]?
    /// When it blew up; nil if it did not.
    public var blowUp: BlowUp?
    /// In what it left the truth's statistics; what blew up is not judged by them.
    public var drifts: [Drift]

    init(_ trace: RolloutTrace, label: TrajectoryLabel) {
        self.label = label
        error = Self.geometricMean(trace.error)!
        stackedError = trace.stackedError
        varianceError = Self.mean(trace.varianceError)!
        oneStepError = trace.oneStepError
        validTimes = RolloutPlan.errorThresholds.map { .rise(of: trace.error, above: $0) }
        correlationTimes = RolloutPlan.correlationThresholds.map { .fall(of: trace.correlation, below: $0) }
        bandErrors = trace.bands.map(Self.geometricMean)
        highBandDecades = Self.mean(trace.highDecades)
        let last = trace.error.count - 1
        let ratio = Double(trace.energy[last]) / Double(trace.truthEnergy[last])
        energyRatio = ratio.isFinite ? ratio : nil
        meanDrift = Self.largest(trace.meanDrift)
        truthMeanDrift = Self.largest(trace.truthMeanDrift)
        frontError = Self.mean(trace.front)
        marks = trace.marks
        blowUp = trace.blowUp
        drifts = trace.blowUp == nil ? Drift.all(in: trace) : []
    }

    /// The geometric mean of the values that are numbers, none below 1e-12; nil if there are none.
    static func geometricMean(_ values: [Float]) -> Double? {
        mean(values) { log(max($0, 1e-12)) }.map { exp($0) }
    }

    static func mean(_ values: [Float], _ transform: (Double) -> Double = { $0 }) -> Double? {
        var (sum, count) = (0.0, 0)
        for value in values where !value.isNaN {
            sum += transform(Double(value))
            count += 1
        }
        return count > 0 ? sum / Double(count) : nil
    }

    private static func largest(_ values: [Float]) -> Double {
        Double(values.reduce(Float(0)) { $1.isNaN ? $0 : max($0, $1) })
    }
}
