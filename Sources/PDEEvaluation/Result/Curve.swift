import Glibc

/// How a quantity goes along the rollout: its median over the trajectories and the tenths from both ends.
///
/// Values are nil where no trajectory has one that is finite.
public struct Curve: Codable, Equatable, Sendable {
    /// The steps, counted from 1 after the last input frame; long rollouts are thinned out.
    public var steps: [Int]
    /// The medians.
    public var median: [Double?]
    /// A tenth of the trajectories lies below.
    public var lower: [Double?]
    /// A tenth lies above.
    public var upper: [Double?]

    /// More points than this are not seen in a chart.
    static let pointLimit = 400

    /// The curve of `values`, [trajectory][step], whose columns stand for `steps`.
    init(_ values: [[Float]], steps: [Int]) {
        let count = min(steps.count, values.map(\.count).min() ?? 0)
        let chosen =
            count <= Self.pointLimit
            ? Array(0..<count)
            : (0..<Self.pointLimit).map { $0 * (count - 1) / (Self.pointLimit - 1) }
        self.steps = chosen.map { steps[$0] }
        (median, lower, upper) = ([], [], [])
        for place in chosen {
            let sorted = values.map { Double($0[place]) }.filter(\.isFinite).sorted()
            func quantile(_ fraction: Double) -> Double? {
                sorted.isEmpty ? nil : Quantile.of(sorted: sorted, fraction).inSevenDigits
            }
            median.append(quantile(0.5))
            lower.append(quantile(0.1))
            upper.append(quantile(0.9))
        }
    }
}

/// The curves of one contestant.
public struct CurveSet: Codable, Equatable, Sendable {
    /// nRMSE, VRMSE and mean-centred correlation at the scored steps.
    public var error, varianceError, correlation: Curve
    /// nRMSE of the low, the middle and the high third of the wavenumbers.
    public var bands: [Curve]
    /// |log10(E_prediction/E_truth)| in the high third.
    public var highBandDecades: Curve
    /// Energy over that at the start, at all steps; and of the truth at the scored ones.
    public var energy, truthEnergy: Curve
    /// Drift of the channels' means since the start, in their scales, at all steps; and of the truth at the scored ones.
    public var meanDrift, truthMeanDrift: Curve
    /// Distance of the steepest descent from the truth's; nil where it is not followed.
    public var front: Curve?

    init(_ traces: [RolloutTrace], plan: RolloutPlan) {
        let all = Array(1...plan.steps)
        func relative(_ values: KeyPath<RolloutTrace, [Float]>) -> Curve {
            Curve(
                traces.map { trace in
                    trace[keyPath: values].map { $0 / Float(max(trace.initialEnergy, 1e-30)) }
                }, steps: all)
        }
        error = Curve(traces.map(\.error), steps: all)
        varianceError = Curve(traces.map(\.varianceError), steps: all)
        correlation = Curve(traces.map(\.correlation), steps: all)
        bands = (0..<SpectralShells.bandCount).map { band in
            Curve(traces.map { $0.bands[band] }, steps: plan.spectrumSteps)
        }
        highBandDecades = Curve(traces.map(\.highDecades), steps: plan.spectrumSteps)
        energy = relative(\.energy)
        truthEnergy = relative(\.truthEnergy)
        meanDrift = Curve(traces.map(\.meanDrift), steps: all)
        truthMeanDrift = Curve(traces.map(\.truthMeanDrift), steps: all)
        front = plan.tracksFront ? Curve(traces.map(\.front), steps: all) : nil
    }
}

/// Energy by wavenumber at one step, the mean over the trajectories that are finite there.
public struct SpectrumSnapshot: Codable, Equatable, Sendable {
    /// The step, counted from 1 after the last input frame.
    public var step: Int
    /// Lengths of the wavenumbers in units of 2π over the longest side, from the first above 0.
    public var wavenumbers: [Double]
    /// The truth's energies; nil past the reference.
    public var truth: [Double]?
    /// The prediction's.
    public var prediction: [Double]

    static func all(_ traces: [RolloutTrace], plan: RolloutPlan, shells: SpectralShells) -> [SpectrumSnapshot] {
        let shown = 1..<shells.resolvedCount
        return plan.snapshotSteps.enumerated().compactMap { place, step in
            let present = traces.filter { $0.snapshots.count > place }.map { $0.snapshots[place] }
            guard !present.isEmpty else { return nil }
            func mean(_ spectra: [[Double]]) -> [Double] {
                shown.map { shell in (spectra.reduce(0) { $0 + $1[shell] } / Double(spectra.count)).inSevenDigits }
            }
            let truths = present.compactMap(\.truth)
            return SpectrumSnapshot(
                step: step, wavenumbers: Array(shells.wavenumbers[shown]),
                truth: truths.isEmpty ? nil : mean(truths), prediction: mean(present.map(\.prediction)))
        }
    }
}

extension Double {
    /// The number in as many digits as single precision has: what is measured in it needs no more room in a file.
    fileprivate var inSevenDigits: Double {
        guard isFinite, abs(self) > 1e-290 else { return self }
        let exponent = 6 - Int(log10(abs(self)).rounded(.down))
        // Multiplying or dividing by a whole power of ten rounds once, so that the shortest form is short.
        let power = pow(10, Double(abs(exponent)))
        guard power.isFinite else { return self }
        return exponent >= 0 ? (self * power).rounded() / power : (self / power).rounded() * power
    }
}
