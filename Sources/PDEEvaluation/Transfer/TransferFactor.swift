import Glibc
import PDECore

/// What easier samples save: the solver seconds that hard ones alone would need for the same error, over those of a mix.
public struct TransferFactor: Codable, Equatable, Sendable {
    /// The factor, with an interval over seeds and trajectories; above 1 the mix is cheaper.
    public var value: Estimate
    /// Whether the error lies among those of the hard samples alone.
    public var position: Position

    /// Where a mix's error lies beside those of hard samples alone.
    public enum Position: String, Codable, Sendable {
        /// Between two of them.
        case within
        /// Below all: the factor is at least this.
        case atLeast
        /// Above all: the factor is at most this.
        case atMost
    }

    /// A mix against mixes of hard samples only, of the same network on the same trajectories; nil without two of these.
    ///
    /// Between them the logarithm of the error is linear in that of the seconds. A bootstrap replica draws trajectories, the same ones
    /// for all, and seeds of each mix.
    public init?(of mix: MixScore, against alone: [MixScore], bootstrap: Bootstrap = Bootstrap()) {
        let curve = alone.filter { $0.seconds > 0 }.sorted { $0.seconds < $1.seconds }
        guard curve.count > 1, mix.seconds > 0 else { return nil }
        let logs = ([mix] + curve).map { $0.runs.map { $0.marks.map { log(max($0.error, 1e-12)) } } }
        let count = logs[0][0].count
        guard count > 0, logs.allSatisfy({ $0.allSatisfy { $0.count == count } }) else { return nil }
        let costs = curve.map { log($0.seconds) }
        func factor(_ errors: [Double]) -> (value: Double, position: Position) {
            let (cost, position) = Self.cost(of: errors[0], along: costs, Array(errors.dropFirst()))
            return (exp(cost) / mix.seconds, position)
        }
        func mean(_ runs: [[Double]], _ seeds: some Sequence<Int>, _ trajectories: [Int]) -> Double {
            var (sum, number) = (0.0, 0)
            for seed in seeds {
                for trajectory in trajectories { (sum, number) = (sum + runs[seed][trajectory], number + 1) }
            }
            return sum / Double(number)
        }
        let all = Array(0..<count)
        let (value, position) = factor(logs.map { mean($0, $0.indices, all) })
        self.position = position
        var stream = RandomStream(seed: bootstrap.seed, index: 0, purpose: "bootstrap of factors")
        let replicas = (0..<bootstrap.replicas).map { _ in
            let drawn = all.map { _ in stream.integer(below: count) }
            return factor(
                logs.map { runs in mean(runs, runs.indices.map { _ in stream.integer(below: runs.count) }, drawn) }
            ).value
        }.sorted()
        self.value = Estimate(
            value: value, lower: Quantile.of(sorted: replicas, 0.025), upper: Quantile.of(sorted: replicas, 0.975))
    }

    /// The logarithm of the least seconds at which a curve comes down to an error.
    static func cost(of error: Double, along costs: [Double], _ errors: [Double]) -> (Double, Position) {
        guard error < errors[0] else { return (costs[0], error == errors[0] ? .within : .atMost) }
        for place in errors.indices.dropFirst() where errors[place] <= error {
            let (above, below) = (errors[place - 1], errors[place])
            let part = above == below ? 1 : (above - error) / (above - below)
            return (costs[place - 1] + part * (costs[place] - costs[place - 1]), .within)
        }
        return (costs[costs.count - 1], .atLeast)
    }

    /// `3.1 [2.2, 4.0]`, with the word of a bound.
    public var text: String {
        let word = [.atLeast: "at least ", .atMost: "at most "][position] ?? ""
        return "\(word)\(ReportText.number(value.value)) \(ReportText.interval(value))"
    }
}
