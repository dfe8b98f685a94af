import Glibc
import PDECore

/// A number with the interval in which 95 % of its bootstrap replicas lie.
public struct Estimate: Codable, Equatable, Sendable {
    /// The number.
    public var value: Double
    /// The lower end; nil where one single value says nothing about spread.
    public var lower: Double?
    /// The upper end.
    public var upper: Double?

    /// An estimate.
    public init(value: Double, lower: Double? = nil, upper: Double? = nil) {
        self.value = value
        self.lower = lower
        self.upper = upper
    }

    /// The estimate with all its numbers passed through an increasing function.
    func mapped(_ transform: (Double) -> Double) -> Estimate {
        Estimate(value: transform(value), lower: lower.map(transform), upper: upper.map(transform))
    }
}

/// Percentile bootstrap (B. Efron, "Bootstrap methods: another look at the jackknife", Ann. Statist. 7, 1979).
///
/// The numbers drawn depend on the seed only, so an interval is the same in every run.
public struct Bootstrap: Sendable {
    /// The seed of the draws.
    public var seed: UInt64
    /// How many replicas are made.
    public var replicas: Int

    /// A bootstrap.
    public init(seed: UInt64 = 0, replicas: Int = 1000) {
        precondition(replicas >= 40, "replicas: expected at least 40, got \(replicas)")
        self.seed = seed
        self.replicas = replicas
    }

    /// The mean over initial states.
    public func mean(of values: [Double]) -> Estimate {
        precondition(!values.isEmpty, "values: expected at least one")
        let value = values.reduce(0, +) / Double(values.count)
        guard values.count > 1 else { return Estimate(value: value) }
        var stream = RandomStream(seed: seed, index: 0, purpose: "bootstrap")
        return estimate(value) {
            var sum = 0.0
            for _ in values.indices { sum += values[stream.integer(below: values.count)] }
            return sum / Double(values.count)
        }
    }

    /// The mean over seeds and initial states; a replica draws seeds, then the same initial states for all of them.
    ///
    /// - Parameter values: [seed][initial state], two or more seeds of equally many states.
    public func mean(ofSeeds values: [[Double]]) -> Estimate {
        precondition(values.count > 1, "values: expected at least two seeds, got \(values.count)")
        let states = values[0].count
        precondition(
            states > 0 && values.allSatisfy { $0.count == states }, "values: expected equally many states a seed")
        let total = Double(values.count * states)
        var stream = RandomStream(seed: seed, index: 0, purpose: "bootstrap of seeds")
        var drawn = [Int](repeating: 0, count: states)
        return estimate(values.reduce(0) { $0 + $1.reduce(0, +) } / total) {
            for place in drawn.indices { drawn[place] = stream.integer(below: states) }
            var sum = 0.0
            for _ in values.indices {
                let run = values[stream.integer(below: values.count)]
                for state in drawn { sum += run[state] }
            }
            return sum / total
        }
    }

    private func estimate(_ value: Double, _ replica: () -> Double) -> Estimate {
        let sorted = (0..<replicas).map { _ in replica() }.sorted()
        return Estimate(
            value: value, lower: Quantile.of(sorted: sorted, 0.025), upper: Quantile.of(sorted: sorted, 0.975))
    }
}

/// Quantiles of sorted values, linear between them.
enum Quantile {
    static func of(sorted values: [Double], _ fraction: Double) -> Double {
        let place = fraction * Double(values.count - 1)
        let below = min(Int(place), values.count - 1)
        let above = min(below + 1, values.count - 1)
        let part = place - Double(below)
        return part == 0 ? values[below] : values[below] + part * (values[above] - values[below])
    }
}
