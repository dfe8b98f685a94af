/// When a curve first leaves the good side of a threshold.
public struct ThresholdCrossing: Codable, Equatable, Sendable {
    /// The time in frames after the last input frame: the crossing between two frames by a straight line, or the last frame
    /// that the truth reaches if there is none.
    public var frames: Double
    /// Whether the curve stayed on the good side to the end, so that the time is a lower bound.
    public var isLowerBound: Bool

    /// A time.
    public init(frames: Double, isLowerBound: Bool) {
        self.frames = frames
        self.isLowerBound = isLowerBound
    }

    /// The first time at which the error exceeds `threshold`; the error at frame 0 is 0.
    static func rise(of errors: [Float], above threshold: Double) -> ThresholdCrossing {
        crossing(errors, from: 0) { $0 - threshold }
    }

    /// The first time at which the correlation is below `threshold`; the correlation at frame 0 is 1.
    static func fall(of correlations: [Float], below threshold: Double) -> ThresholdCrossing {
        crossing(correlations, from: 1) { threshold - $0 }
    }

    private static func crossing(_ curve: [Float], from start: Double, excess: (Double) -> Double) -> ThresholdCrossing
    {
        var before = excess(start)
        for (frame, value) in curve.enumerated() {
            let now = excess(Double(value))
            if !(now <= 0) {
                // A value that is no number, or saturated, crosses right after the frame before.
                let isMeasured = Double(value) < RolloutPlan.saturation
                let part = isMeasured ? min(1, max(0, -before / (now - before))) : 0
                return ThresholdCrossing(frames: Double(frame) + part, isLowerBound: false)
            }
            before = now
        }
        return ThresholdCrossing(frames: Double(curve.count), isLowerBound: true)
    }
}
