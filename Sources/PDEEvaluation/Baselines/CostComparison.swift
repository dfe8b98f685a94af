import Glibc

/// What a contestant costs and how wrong it is.
public struct CostPoint: Codable, Equatable, Sendable {
    /// The contestant.
    public var name: String
    /// Seconds of wall clock a frame.
    public var secondsPerFrame: Double
    /// The geometric mean of the nRMSE.
    public var error: Double
    /// How many frames were timed; nil where that is not known.
    public var frames: Int?

    /// A point of the plot of error against cost.
    public init(name: String, secondsPerFrame: Double, error: Double, frames: Int? = nil) {
        self.name = name
        self.secondsPerFrame = secondsPerFrame
        self.error = error
        self.frames = frames
    }

    /// Whether so little was timed that a first call or a neighbour's work decides the number: few frames, and a short time in all.
    var isTooShort: Bool { frames.map { $0 < 20 && Double($0) * secondsPerFrame < 0.1 } ?? false }
}

/// A surrogate against the classical solver at equal error.
///
/// Of all solvers tried, those count that no cheaper one beats: the tuned solver. Between two of them cost and error are
/// joined by a straight line in logarithms, which is exact for an error ∝ cost^−q.
public struct CostComparison: Codable, Equatable, Sendable {
    /// How the surrogate's error lies to those of the solvers.
    public enum Position: String, Codable, Sendable, CaseIterable {
        /// Between two of them: the ratio is an interpolation.
        case within
        /// Below all: the ratio is a lower bound, no solver tried is as accurate.
        case moreAccurate
        /// Above all of these: the ratio is an upper bound, the cheapest solver tried is more accurate. A dearer one may be less so.
        case lessAccurate
    }

    /// The surrogate.
    public var surrogate: CostPoint
    /// The solvers that no cheaper one beats, from cheap to dear.
    public var solvers: [CostPoint]
    /// How the surrogate's error lies to theirs.
    public var position: Position
    /// Seconds a frame of the tuned solver at the surrogate's error, or of the nearest one.
    public var solverSecondsPerFrame: Double
    /// The solver's seconds over the surrogate's: above 1 the surrogate is faster.
    public var speedup: Double

    /// Whether what was timed is too short to say who is faster.
    public var isTooShort: Bool { surrogate.isTooShort || solvers.contains(where: \.isTooShort) }

    /// Compares; nil without a solver.
    public init?(_ surrogate: CostPoint, with tried: [CostPoint]) {
        var front: [CostPoint] = []
        for point in tried.sorted(by: { ($0.secondsPerFrame, $0.error) < ($1.secondsPerFrame, $1.error) })
        where point.error < front.last?.error ?? .infinity {
            front.append(point)
        }
        guard let cheapest = front.first, let best = front.last else { return nil }
        self.surrogate = surrogate
        solvers = front
        if surrogate.error > cheapest.error {
            position = .lessAccurate
            solverSecondsPerFrame = cheapest.secondsPerFrame
        } else if surrogate.error < best.error {
            position = .moreAccurate
            solverSecondsPerFrame = best.secondsPerFrame
        } else {
            position = .within
            solverSecondsPerFrame = Self.cost(at: surrogate.error, along: front)
        }
        speedup = solverSecondsPerFrame / surrogate.secondsPerFrame
    }

    private static func cost(at error: Double, along front: [CostPoint]) -> Double {
        guard let upper = front.lastIndex(where: { $0.error >= error }), upper + 1 < front.count else {
            return front.last!.secondsPerFrame
        }
        let (a, b) = (front[upper], front[upper + 1])
        guard b.error > 0 else { return b.secondsPerFrame }
        let part = log(error / a.error) / log(b.error / a.error)
        return a.secondsPerFrame * pow(b.secondsPerFrame / a.secondsPerFrame, part)
    }
}
