/// A draw that was refused before a sample was found.
public struct Rejection: Codable, Equatable, Sendable {
    /// Which draw, from 0.
    public var attempt: Int
    /// Why.
    public var reason: String

    /// A refused draw.
    public init(attempt: Int, reason: String) {
        self.attempt = attempt
        self.reason = reason
    }
}

/// What the manifest keeps of one sample.
public struct SampleRecord: Codable, Equatable, Sendable {
    /// The sample's number in its dataset.
    public var index: Int
    /// Which draw it is, from 0.
    public var attempt: Int
    /// The axes of difficulty: Reynolds number, number of obstacles, …
    public var difficulty: [String: Double]
    /// The solver's health: largest CFL number, divergence, iterations, …
    public var health: [String: Double]
    /// How many time steps it took.
    public var steps: Int
    /// How many seconds it took. Only here, so that data files are reproducible.
    public var wallTime: Double
    /// The draws that were refused before it.
    public var rejections: [Rejection]
    /// A fingerprint of what makes the sample this one, its first frame and its coefficients, by which the split guard finds
    /// the same sample under two numbers; nil if the sample failed before it had one.
    public var initialState: UInt64?
    /// Why there is no such sample in the shard; nil if there is.
    public var failure: String?

    /// A record of a sample.
    public init(
        index: Int, attempt: Int = 0, difficulty: [String: Double] = [:], health: [String: Double] = [:],
        steps: Int = 0, wallTime: Double = 0, rejections: [Rejection] = [], initialState: UInt64? = nil,
        failure: String? = nil
    ) {
        self.index = index
        self.attempt = attempt
        self.difficulty = difficulty
        self.health = health
        self.steps = steps
        self.wallTime = wallTime
        self.rejections = rejections
        self.initialState = initialState
        self.failure = failure
    }
}
