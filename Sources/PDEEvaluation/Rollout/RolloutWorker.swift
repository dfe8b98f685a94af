import Glibc
import PDECore

/// Rolls one contestant out along trajectories, one at a time, and scores every frame as it comes.
///
/// One worker serves one thread. Memory: a block of the reference, one predicted frame, the spectra, the trace.
package final class RolloutWorker {
    private let reference: ReferenceDescription
    private let source: any ReferenceTrajectories
    private let plan: RolloutPlan
    private let inputCount: Int
    private let forecast: any Forecast
    private let window: ReferenceWindow
    private let spectrum: FieldSpectrum
    private let inputs, frame: AlignedBuffer<Float>
    private let scales, energyWeights: [Double]
    private var shifts: [Float]
    private var means, truthMeans, startMeans, truthStartMeans: [Double]

    package init(_ contestant: Contestant, source: any ReferenceTrajectories, plan: RolloutPlan) throws {
        let reference = source.description
        self.reference = reference
        self.source = source
        self.plan = plan
        inputCount = contestant.inputFrames
        forecast = try contestant.makeForecast()
        window = ReferenceWindow(source)
        spectrum = FieldSpectrum(on: reference.grid)
        inputs = AlignedBuffer(count: inputCount * reference.frameSize)
        frame = AlignedBuffer(count: reference.frameSize)
        scales = reference.channelScales
        energyWeights = reference.channels.indices.map { reference.energyChannels.contains($0) ? 1 : 0 }
        shifts = [Float](repeating: 0, count: scales.count)
        means = [Double](repeating: 0, count: scales.count)
        (truthMeans, startMeans, truthStartMeans) = (means, means, means)
    }

    /// The rollout of a trajectory and its single steps.
    /// - Throws: `EvaluationError.interrupted` after `shouldStop`, which is asked before every step.
    package func trace(of trajectory: Int, shouldStop: () -> Bool = { false }) throws -> RolloutTrace {
        var trace = RolloutTrace(plan)
        try begin(trajectory, before: plan.inputFrames)
        try start(trajectory, &trace)
        var measure = try source.measure(of: trajectory)
        var truthMeasure = try source.measure(of: trajectory)
        var (nextSpectrum, nextSnapshot) = (0, 0)
        var clock = Self.now()
        for step in 1...plan.steps {
            if shouldStop() { throw EvaluationError.interrupted }
            forecast.advance(into: frame.pointer)
            let advanced = Self.now()
            trace.forecastSeconds += advanced - clock
            trace.forecastFrames = step
            let truth =
                step <= plan.scoredSteps
                ? try window.frame(plan.inputFrames + step - 1, of: trajectory) : nil
            let read = Self.now()
            let isFinite = score(truth, &trace)
            guard isFinite else {
                trace.firstNotFinite = step
                break
            }
            if let truth {
                measure?.add(frame.pointer)
                truthMeasure?.add(truth)
            }
            let takesCurve = nextSpectrum < plan.spectrumSteps.count && plan.spectrumSteps[nextSpectrum] == step
            let takesSnapshot = nextSnapshot < plan.snapshotSteps.count && plan.snapshotSteps[nextSnapshot] == step
            if takesCurve || takesSnapshot {
                spectrum.analyse(truth: truth, prediction: frame.pointer, scales: scales, channels: scales.count)
                if takesCurve { scoreSpectrum(hasTruth: truth != nil, &trace) }
                if takesSnapshot {
                    trace.snapshots.append((truth == nil ? nil : spectrum.truth, spectrum.prediction))
                }
                nextSpectrum += takesCurve ? 1 : 0
                nextSnapshot += takesSnapshot ? 1 : 0
            }
            clock = Self.now()
            trace.scoringSeconds += clock - read
        }
        if var truthMeasure, let measure {
            // The truth's frames count to the end, however far the rollout came.
            let reached = trace.error.count
            for step in reached..<plan.scoredSteps {
                truthMeasure.add(try window.frame(plan.inputFrames + step, of: trajectory))
            }
            let isWhole = reached == plan.scoredSteps
            trace.marks = zip(measure.names, zip(measure.marks, truthMeasure.marks)).map { name, marks in
                FrameMark(name: name, value: isWhole ? marks.0 : nil, truth: marks.1)
            }
        }
        fill(&trace)
        trace.oneStepError = try oneStepError(trajectory)
        return trace
    }

    /// Goes along a rollout and shows it at the given steps.
    ///
    /// - Parameter show: gets the step, the truth's and the predicted frame, [channel][space…], and the nRMSE.
    func frames(
        of trajectory: Int, at steps: [Int], shouldStop: () -> Bool,
        show: (Int, UnsafePointer<Float>?, UnsafePointer<Float>, Double) -> Void
    ) throws {
        try begin(trajectory, before: plan.inputFrames)
        for channel in shifts.indices { shifts[channel] = 0 }
        var next = 0
        for step in 1...(steps.last ?? 1) where next < steps.count {
            if shouldStop() { throw EvaluationError.interrupted }
            forecast.advance(into: frame.pointer)
            guard steps[next] == step else { continue }
            next += 1
            let truth =
                step <= plan.scoredSteps
                ? try window.frame(plan.inputFrames + step - 1, of: trajectory) : nil
            let error = moments(truth, frame.pointer).error
            show(
                step, truth, frame.pointer, error.isFinite ? min(error, RolloutPlan.saturation) : RolloutPlan.saturation
            )
        }
    }

    /// Gives the forecast the truth's frames before frame `start`.
    private func begin(_ trajectory: Int, before start: Int) throws {
        for place in 0..<inputCount {
            let values = try window.frame(start - inputCount + place, of: trajectory)
            (inputs.pointer + place * reference.frameSize).update(from: values, count: reference.frameSize)
        }
        try forecast.begin(
            InputFrames(
                reference, label: source.label(of: trajectory), count: inputCount, before: start, first: inputs.pointer)
        )
    }

    /// Energy, means and norm of the last input frame, from which drifts are counted.
    private func start(_ trajectory: Int, _ trace: inout RolloutTrace) throws {
        for channel in shifts.indices { shifts[channel] = 0 }
        let first = try window.frame(plan.inputFrames - 1, of: trajectory)
        let moments = moments(first, first)
        startMeans = means
        for channel in shifts.indices { shifts[channel] = Float(means[channel]) }
        trace.initialEnergy = moments.energy
        trace.referenceNorm = moments.truthNorm
    }

    private func moments(_ truth: UnsafePointer<Float>?, _ prediction: UnsafePointer<Float>) -> FrameMoments {
        means.withUnsafeMutableBufferPointer { means in
            truthMeans.withUnsafeMutableBufferPointer { truthMeans in
                FrameMoments(
                    truth: truth, prediction: prediction, points: reference.grid.count, scales: scales,
                    shifts: shifts, energyWeights: energyWeights, channels: scales.count, means: means.baseAddress!,
                    truthMeans: truthMeans.baseAddress!)
            }
        }
    }

    /// Notes what the frame's moments say; false if the frame is not finite.
    private func score(_ truth: UnsafePointer<Float>?, _ trace: inout RolloutTrace) -> Bool {
        let moments = moments(truth, frame.pointer)
        guard moments.predictionNorm.isFinite else { return false }
        trace.norm.append(Float(moments.predictionNorm))
        trace.energy.append(Float(moments.energy))
        trace.meanDrift.append(Float(drift(means)))
        guard truth != nil else { return true }
        trace.error.append(Float(min(moments.error, RolloutPlan.saturation)))
        trace.varianceError.append(Float(min(moments.varianceError, RolloutPlan.saturation)))
        trace.correlation.append(Float(moments.correlation))
        trace.truthEnergy.append(Float(moments.truthEnergy))
        trace.truthMeanDrift.append(Float(drift(truthMeans)))
        trace.referenceNorm = max(trace.referenceNorm, moments.truthNorm)
        trace.squaredError += moments.errorNorm * moments.errorNorm
        trace.squaredTruth += moments.truthNorm * moments.truthNorm
        if plan.tracksFront, let truth { trace.front.append(Float(frontError(truth))) }
        return true
    }

    /// The largest change of a channel's mean since the start, in the channel's scale.
    private func drift(_ means: [Double]) -> Double {
        means.indices.reduce(0) { max($0, abs(means[$1] - startMeans[$1]) / scales[$1]) }
    }

    private func frontError(_ truth: UnsafePointer<Float>) -> Double {
        let axis = reference.grid.axes[0]
        let isPeriodic = axis.placement == .periodic
        let a = FrontPosition.steepestDescent(truth, count: axis.count, isPeriodic: isPeriodic)
        let b = FrontPosition.steepestDescent(frame.pointer, count: axis.count, isPeriodic: isPeriodic)
        return axis.spacing * FrontPosition.distance(a, b, period: isPeriodic ? Double(axis.count) : nil)
    }

    private func scoreSpectrum(hasTruth: Bool, _ trace: inout RolloutTrace) {
        trace.highShare.append(Float(share(spectrum.prediction)))
        guard hasTruth else { return }
        trace.truthHighShare.append(Float(share(spectrum.truth)))
        let errors = BandErrors(spectrum)
        for (band, error) in errors.relative.enumerated() {
            trace.bands[band].append(error.map { Float(min($0, RolloutPlan.saturation)) } ?? .nan)
        }
        trace.highDecades.append(errors.highDecades.map { Float($0) } ?? .nan)
    }

    /// The share of the high third in the energy without the mean.
    private func share(_ spectrum: [Double]) -> Double {
        let all = spectrum.dropFirst().reduce(0, +)
        return all > 0 ? spectrum[self.spectrum.shells.bands[2]].reduce(0, +) / all : 0
    }

    /// Gives the steps after a state that is no number the worst marks.
    private func fill(_ trace: inout RolloutTrace) {
        let worst = Float(RolloutPlan.saturation)
        let scored = plan.scoredSteps
        let scoredSpectra = plan.spectrumSteps.prefix { $0 <= scored }.count
        func pad(_ values: inout [Float], to count: Int, _ value: Float) {
            if values.count < count { values += Array(repeating: value, count: count - values.count) }
        }
        pad(&trace.error, to: scored, worst)
        pad(&trace.varianceError, to: scored, worst)
        pad(&trace.correlation, to: scored, 0)
        for band in trace.bands.indices {
            // A band that the truth leaves empty stays without a mark.
            let mark = trace.bands[band].last?.isNaN == true ? Float.nan : worst
            pad(&trace.bands[band], to: scoredSpectra, mark)
        }
        pad(&trace.highDecades, to: scoredSpectra, .nan)
        pad(&trace.truthHighShare, to: scoredSpectra, .nan)
        pad(&trace.truthEnergy, to: scored, .nan)
        pad(&trace.truthMeanDrift, to: scored, .nan)
        if plan.tracksFront { pad(&trace.front, to: scored, .nan) }
        pad(&trace.norm, to: plan.steps, .nan)
        pad(&trace.energy, to: plan.steps, .nan)
        pad(&trace.meanDrift, to: plan.steps, .nan)
        pad(&trace.highShare, to: plan.spectrumSteps.count, .nan)
    }

    /// The mean nRMSE of single steps from the truth's own frames.
    private func oneStepError(_ trajectory: Int) throws -> Double? {
        guard !plan.oneStepFrames.isEmpty else { return nil }
        var sum = 0.0
        for target in plan.oneStepFrames {
            try begin(trajectory, before: target)
            forecast.advance(into: frame.pointer)
            let error = moments(try window.frame(target, of: trajectory), frame.pointer).error
            sum += error.isFinite ? min(error, RolloutPlan.saturation) : RolloutPlan.saturation
        }
        return sum / Double(plan.oneStepFrames.count)
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
