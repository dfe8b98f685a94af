/// The part of a dataset that a sample belongs to.
public enum Split: String, Codable, Sendable, CaseIterable, Comparable, CodingKeyRepresentable {
    /// Seen by the optimiser; the only split whose statistics are stored.
    case train
    /// Seen when choosing a model.
    case valid
    /// Seen once, at the end.
    case test

    /// The order in which The Well names them: train, valid, test.
    public static func < (left: Split, right: Split) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .train: 0
        case .valid: 1
        case .test: 2
        }
    }
}
