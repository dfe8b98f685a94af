/// Where a sample stands: its split and its place in it, written `train/6`.
public struct SampleAddress: Hashable, Sendable, CustomStringConvertible {
    /// The split.
    public var split: Split
    /// The place in the split, from 0.
    public var position: Int

    /// A place in a split.
    public init(_ split: Split, _ position: Int) {
        self.split = split
        self.position = position
    }

    /// Reads `train/6`; nil for any other form.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let split = Split(rawValue: String(parts[0])), let position = Int(parts[1]),
            position >= 0
        else { return nil }
        self.init(split, position)
    }

    /// Such as `train/6`.
    public var description: String { "\(split.rawValue)/\(position)" }
}

extension Split {
    /// The size of a split's number space.
    public static let numberSpace = 1_000_000_000

    /// The number of the split's first sample: 0 in test, 10⁹ in valid, 2·10⁹ in train.
    ///
    /// A sample's number keys its random numbers, which take 32 bits. With a space of its own no split ever changes the
    /// samples of another, however large it is. Older datasets number their splits one after the other, from test to train.
    public var firstNumber: Int {
        switch self {
        case .test: 0
        case .valid: Self.numberSpace
        case .train: 2 * Self.numberSpace
        }
    }
}

extension Manifest {
    /// Where the sample of a number stands; nil if it is in no split.
    public func address(of number: Int) -> SampleAddress? {
        SampleAddress(of: number, in: splits)
    }
}

extension SampleAddress {
    /// What to call a sample of which only the number is known: `train/6` where the number tells the split, else the number.
    package static func name(of number: Int) -> String {
        let splits = Split.allCases.filter { $0.firstNumber > 0 && $0.firstNumber <= number }
        guard let split = splits.max(by: { $0.firstNumber < $1.firstNumber }) else { return "\(number)" }
        return SampleAddress(split, number - split.firstNumber).description
    }

    /// Where the sample of a number stands; nil if it is in no split.
    package init?(of number: Int, in splits: [Split: Range<Int>]) {
        guard let (split, numbers) = splits.first(where: { $0.value.contains(number) }) else { return nil }
        // Numbers of an older dataset do not reach those of valid and train.
        self.init(split, number - (number >= split.firstNumber ? split.firstNumber : numbers.lowerBound))
    }
}
