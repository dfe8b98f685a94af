/// Smallest, median and largest of some numbers.
public struct Quantiles: Equatable, Sendable {
    /// The smallest.
    public let least: Double
    /// The middle one.
    public let median: Double
    /// The largest.
    public let most: Double

    /// Of at least one number; nil of none.
    public init?(_ values: some Sequence<Double>) {
        let sorted = values.sorted()
        guard let least = sorted.first, let most = sorted.last else { return nil }
        self.least = least
        median = sorted[sorted.count / 2]
        self.most = most
    }
}

extension Quantiles {
    /// Smallest, median and largest of each number that samples carry, by name, in the order of the names.
    public static func table(_ records: [[String: Double]]) -> [(name: String, quantiles: Quantiles)] {
        let names = Set(records.flatMap(\.keys)).sorted()
        return names.compactMap { name in
            Quantiles(records.compactMap { $0[name] }).map { (name, $0) }
        }
    }
}
