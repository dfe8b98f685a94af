import Glibc

/// How wide the band of a contestant's rollouts is, and how often the truth lies in it.
///
/// At every point the band is the ensemble's mean ± t·√(1 + 1/m) times its standard deviation, with Student's t of m − 1 degrees of
/// freedom: where the truth is one more member, it lies inside in 95 % of all cases.
public struct UncertaintyBand: Codable, Equatable, Sendable {
    /// The contestant.
    public var contestant: String
    /// What the members are, a sentence.
    public var method: String
    /// Rollouts of each trajectory, and trajectories.
    public var members, trajectories: Int
    /// The share of cases that the band is made for.
    public var level: Double
    /// The scored steps.
    public var steps: [Int]
    /// At each of them: the share of points within the band; the root mean square of the members' standard deviation and of the distance
    /// of their mean from the truth, both in the truth's root mean square.
    public var coverage, deviation, error: [Double]
    /// What the members' spread was multiplied by at each step, from a calibration; nil where it was not.
    public var widening: [Double]?

    /// The coverage at a step; nil beyond the scored ones.
    public func coverage(at step: Int) -> Double? { steps.firstIndex(of: step).map { coverage[$0] } }

    static let level = 0.95

    /// Half of the band's width in standard deviations of the members: Student's quantile by its expansion in 1/(m − 1) (R. A. Fisher &
    /// E. A. Cornish, 1960), to a thousandth from ten members on.
    static func factor(members: Int) -> Double {
        let (z, freedom) = (1.959963984540054, Double(members - 1))
        let z3 = z * z * z
        let first = (z3 + z) / 4
        let second = (5 * z3 * z * z + 16 * z3 + 3 * z) / 96
        let third = (3 * z3 * z3 * z + 19 * z3 * z * z + 17 * z3 - 15 * z) / 384
        let t = z + first / freedom + second / (freedom * freedom) + third / (freedom * freedom * freedom)
        return t * (1 + 1 / Double(members)).squareRoot()
    }
}

/// Sums over points, each channel in its scale, of one step of one trajectory.
struct BandSums {
    var (inside, points) = (0.0, 0.0)
    var (variance, distance, truth) = (0.0, 0.0, 0.0)

    /// Adds what the members say against the truth, [channel][space…] each.
    mutating func add(
        _ members: UnsafePointer<Float>, count: Int, _ truth: UnsafePointer<Float>, scales: [Double], points: Int,
        width: Double
    ) {
        let (size, factor) = (scales.count * points, UncertaintyBand.factor(members: count))
        for place in 0..<size {
            let scale = scales[place / points]
            let (distance, spread) = Self.moments(members + place, count: count, stride: size, truth[place])
            let variance = width * width * spread
            if abs(distance) <= factor * variance.squareRoot() { inside += 1 }
            self.variance += variance / (scale * scale)
            self.distance += distance * distance / (scale * scale)
            self.truth += Double(truth[place]) * Double(truth[place]) / (scale * scale)
        }
        self.points += Double(size)
    }

    /// The truth's distance from the members' mean, and their variance.
    static func moments(
        _ members: UnsafePointer<Float>, count: Int, stride: Int, _ truth: Float
    ) -> (distance: Double, variance: Double) {
        var (mean, square) = (0.0, 0.0)
        for member in 0..<count { mean += Double(members[member &* stride]) }
        mean /= Double(count)
        for member in 0..<count {
            let difference = Double(members[member &* stride]) - mean
            square += difference * difference
        }
        return (Double(truth) - mean, square / Double(count - 1))
    }

    mutating func add(_ other: BandSums) {
        inside += other.inside
        points += other.points
        variance += other.variance
        distance += other.distance
        truth += other.truth
    }
}
