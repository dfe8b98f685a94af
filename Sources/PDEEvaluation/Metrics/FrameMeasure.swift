/// What the frames of a trajectory mean in their field, beside how far they are from the truth: a drag, a frequency.
///
/// One measure sees the frames of one rollout, another one those of the truth at the same times.
public protocol FrameMeasure {
    /// What the marks are called, the same for all trajectories of a dataset.
    var names: [String] { get }
    /// Takes the next frame, [channel][space…], whose values are finite.
    mutating func add(_ frame: UnsafePointer<Float>)
    /// What the frames so far come to, one number a name; nil where they do not have it.
    var marks: [Double?] { get }
}

/// A mark of a rollout beside the truth's.
public struct FrameMark: Codable, Equatable, Sendable {
    /// What it is.
    public var name: String
    /// The rollout's; nil where it has none, as a flow that stands still has no frequency, and after a state that is no number.
    public var value: Double?
    /// The truth's at the same times; nil where it has none.
    public var truth: Double?
}

/// A mark of several rollouts taken together.
public struct MarkSummary: Codable, Equatable, Sendable {
    /// What it is.
    public var name: String
    /// The mean over the trajectories whose truth has it: of the rollouts that have it, too, and of the truth.
    public var value: Estimate?, truth: Double
    /// The mean of |value − truth|/|truth| over the same rollouts; nil where a truth is zero.
    public var deviation: Estimate?
    /// How many rollouts lack what their truth has.
    public var missing: Int

    /// The marks that some truth has, in the order of the first trajectory's; nil where nothing was measured.
    static func all(_ scores: [TrajectoryScore], bootstrap: Bootstrap) -> [MarkSummary]? {
        guard let names = scores.first?.marks?.map(\.name) else { return nil }
        return names.enumerated().compactMap { place, name in
            let pairs = scores.compactMap { score -> (value: Double?, truth: Double)? in
                guard let mark = score.marks?[place], let truth = mark.truth else { return nil }
                return (mark.value, truth)
            }
            guard !pairs.isEmpty else { return nil }
            let present = pairs.compactMap { pair in pair.value.map { (value: $0, truth: pair.truth) } }
            let deviations = present.map { abs($0.value - $0.truth) / abs($0.truth) }
            func mean(_ values: [Double]) -> Estimate? {
                values.isEmpty || !values.allSatisfy(\.isFinite) ? nil : bootstrap.mean(of: values)
            }
            return MarkSummary(
                name: name, value: mean(present.map(\.value)),
                truth: pairs.reduce(0) { $0 + $1.truth } / Double(pairs.count), deviation: mean(deviations),
                missing: pairs.count - present.count)
        }
    }
}
