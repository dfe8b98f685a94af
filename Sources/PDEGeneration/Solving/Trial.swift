import PDEData

/// Computes samples from draws, on one thread.
public protocol TrialMaker: AnyObject {
    /// What comes of one draw: a function of the recipe, the sample's number and the number of the draw.
    /// - Throws: `SampleStopped` when `watch` says that it is not wanted any more.
    func trial(index: Int, attempt: Int, _ watch: SampleWatch) throws(SampleStopped) -> Trial
}

/// What came of one draw.
public enum Trial: Sendable {
    /// A sample that passed its health check.
    case sound(SolvedSample)
    /// A draw that was refused, why, and what is left to look at.
    case refused(String, LastState?)

    /// A draw that was refused for the reason in the first line of an error's text.
    static func refused(by error: any Error) -> Trial {
        .refused("\(error)".split(separator: "\n").first.map(String.init) ?? "it cannot be drawn", nil)
    }
}

/// A sample before it has a number: what its file stores of it, and what the manifest keeps.
public struct SolvedSample: Sendable {
    /// The values of every field in the description's order, [frame][point][component], without frames where it is constant in time.
    public var fields: [[Float]]
    /// The values of every cloud of particles, [frame][particle][component].
    public var particles: [[Float]] = []
    /// The axes of difficulty and the numbers of the solver's health, which files store too.
    public var difficulty, health: [String: Double]
    /// How many steps it took.
    public var steps: Int
    /// The other numbers that files store, one of each or one a frame.
    public var scalars: [String: [Double]]
    /// The texts that files store.
    public var notes: [String: String]
    /// What makes the sample this one, whatever its number: by it a sample is found that is in two splits.
    public var identity: [Float]

    /// A sample. Two are the same where all their fields are, unless another `identity` is given.
    public init(
        fields: [[Float]], difficulty: [String: Double] = [:], health: [String: Double] = [:], steps: Int = 0,
        scalars: [String: [Double]] = [:], notes: [String: String] = [:], identity: [Float]? = nil
    ) {
        self.fields = fields
        (self.difficulty, self.health, self.steps) = (difficulty, health, steps)
        (self.scalars, self.notes) = (scalars, notes)
        self.identity = identity ?? Array(fields.joined())
    }

    /// What its file stores.
    func sample(index: Int, attempt: Int) -> Sample {
        let numbers = difficulty.merging(health) { $1 }.mapValues { [$0] }
        return Sample(
            index: index, attempt: attempt, fields: fields, particles: particles,
            scalars: numbers.merging(scalars) { $1 }, notes: notes)
    }

    /// What the manifest keeps, wall time and refused draws apart.
    func record(index: Int, attempt: Int) -> SampleRecord {
        SampleRecord(
            index: index, attempt: attempt, difficulty: difficulty, health: health, steps: steps,
            initialState: fingerprint(of: identity))
    }
}

/// The last sound state of a trajectory that broke.
public struct LastState: Sendable {
    /// Its time.
    public var time: Double
    /// A sample of this one frame, whose numbers are the parameters alone.
    public var sample: SolvedSample

    /// A state.
    public init(time: Double, _ sample: SolvedSample) { (self.time, self.sample) = (time, sample) }
}
