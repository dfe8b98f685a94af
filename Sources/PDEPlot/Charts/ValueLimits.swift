/// Which values take the two end colours of a map.
public enum ValueLimits: Hashable, Sendable {
    /// These two.
    case fixed(Double, Double)
    /// The smallest and the largest finite value.
    case extent
    /// The largest magnitude, with either sign, so that zero takes the middle colour.
    case symmetric
    /// The values below and above which `percent` percent of the finite values lie, so that a few outliers do not wash out
    /// the rest.
    case percentile(Double)
    /// The magnitude above which `percent` percent lie, with either sign.
    case symmetricPercentile(Double)

    /// The two values for given data, lower first; never equal.
    public func resolved(for values: [Float]) -> ClosedRange<Double> {
        switch self {
        case .fixed(let low, let high): return ValueLimits.separated(low, high)
        case .extent:
            let (low, high) = ValueLimits.extent(values)
            return ValueLimits.separated(low, high)
        case .symmetric:
            let (low, high) = ValueLimits.extent(values)
            let most = max(abs(low), abs(high))
            return ValueLimits.separated(-most, most)
        case .percentile(let percent):
            let sorted = values.filter(\.isFinite).sorted()
            return ValueLimits.separated(
                ValueLimits.quantile(sorted, percent / 100), ValueLimits.quantile(sorted, 1 - percent / 100))
        case .symmetricPercentile(let percent):
            let sorted = values.filter(\.isFinite).map(abs).sorted()
            let most = ValueLimits.quantile(sorted, 1 - percent / 100)
            return ValueLimits.separated(-most, most)
        }
    }

    /// The limits of several fields taken together, to be shown with one colour bar.
    public func resolved(forAll fields: [[Float]]) -> ClosedRange<Double> { resolved(for: Array(fields.joined())) }

    private static func extent(_ values: [Float]) -> (Double, Double) {
        var low = Float.infinity
        var high = -Float.infinity
        for value in values where value.isFinite {
            low = min(low, value)
            high = max(high, value)
        }
        return low <= high ? (Double(low), Double(high)) : (0, 1)
    }

    private static func quantile(_ sorted: [Float], _ fraction: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        return Double(sorted[Int(min(max(fraction, 0), 1) * Double(sorted.count - 1) + 0.5)])
    }

    private static func separated(_ low: Double, _ high: Double) -> ClosedRange<Double> {
        precondition(low.isFinite && high.isFinite, "ValueLimits: expected finite limits, got \(low) and \(high)")
        let (low, high) = low <= high ? (low, high) : (high, low)
        if high > low { return low...high }
        let room = low == 0 ? 1 : 0.5 * abs(low)
        return (low - room)...(high + room)
    }
}
