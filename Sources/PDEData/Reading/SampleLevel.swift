/// A named set of samples: those whose numbers lie within bounds, such as Reynolds numbers of 100 to 1000 without
/// obstacles.
public struct SampleLevel: Equatable, Codable, Sendable {
    /// The level's name.
    public var name: String
    /// The bounds, both included, by the name of a number as `DatasetReader.scalar` has it; all must hold.
    public var bounds: [String: ClosedRange<Double>]
    /// Only so many of them, which the seed of the order picks; nil for all.
    public var count: Int?

    /// Describes a level; without bounds it has all samples.
    public init(_ name: String, _ bounds: [String: ClosedRange<Double>] = [:], count: Int? = nil) {
        (self.name, self.bounds, self.count) = (name, bounds, count)
    }
}

/// How an epoch mixes samples of several levels. A sample that several levels have belongs to the first of them.
public enum SampleMix: Equatable, Sendable {
    /// All samples, each window once an epoch.
    case everything
    /// Windows drawn with replacement: first a level with a chance in proportion to its weight, then one of its
    /// windows. An epoch has as many draws as those levels have windows.
    case weights([(level: SampleLevel, weight: Double)])
    /// The same with weights that change with the epochs; an epoch has as many draws as the levels have windows whose weight is
    /// ever above 0.
    case curriculum([(level: SampleLevel, weight: LevelWeight)])
    /// So many samples of every level, the same ones in all epochs, each window once an epoch. The samples for a
    /// smaller number are among those for a larger one.
    case counts([(level: SampleLevel, count: Int)])

    /// Whether both mix the same levels in the same way.
    public static func == (left: SampleMix, right: SampleMix) -> Bool {
        switch (left, right) {
        case (.everything, .everything): true
        case (.weights(let a), .weights(let b)): a.elementsEqual(b, by: ==)
        case (.curriculum(let a), .curriculum(let b)): a.elementsEqual(b, by: ==)
        case (.counts(let a), .counts(let b)): a.elementsEqual(b, by: ==)
        default: false
        }
    }
}
