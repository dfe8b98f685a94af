/// What there is to know of a problem, whatever its recipe's grid and frames.
public struct ProblemProfile: Sendable {
    /// The equation as text.
    public var formula: String
    /// The title of a recipe that names none; nil for the recipe's name.
    public var title: String?
    /// Points or cells along an axis where a recipe names none; nil if it must.
    public var resolution: Int?
    /// How many frames there may be, and how many where a recipe names none.
    public var frames = FrameStandard.given
    /// Whether frames may be solved that are not stored, before those that are.
    public var skipsFrames = false
    /// What one of a sample's steps is.
    public var stepName = "time step"
    /// Whether a CFL number sets the time step.
    public var isCourantControlled = false
    /// Whether the solver heeds `Recipe.refinement`, so that `Recipe.accuracy` can choose a grid for each sample.
    public var isRefinable = false
    /// Whether the last bits depend on OpenBLAS.
    public var usesBLAS = false
    /// How often a sample is drawn before it is given up.
    public var attempts = 5
    /// The numbers of health that a summary tells.
    public var headlines: [HealthHeadline] = []
    /// What to change when no sample passes, in lines.
    public var advice = "change what the reason names"
    /// How many samples the picture shows.
    public var shownSamples = 4

    /// The profile of a problem that changes in time, by time steps of its own; what differs is to be set.
    public init(formula: String) { self.formula = formula }
}

/// How many frames a problem's samples have.
public enum FrameStandard: Hashable, Sendable {
    /// Two at least; the recipe says how many and how far apart.
    case given
    /// Two at least; these where the recipe names none.
    case standard(count: Int, interval: Double)
    /// One: nothing changes in time.
    case steady
}

/// A number of health in a summary: the worst of all samples.
public struct HealthHeadline: Hashable, Sendable {
    /// The name that the number has in the records of samples.
    public let name: String
    /// What stands before it.
    public let label: String
    /// Whether large is bad.
    public let isWorstAtMost: Bool

    /// A headline.
    public init(_ name: String, _ label: String, isWorstAtMost: Bool = true) {
        self.name = name
        self.label = label
        self.isWorstAtMost = isWorstAtMost
    }
}
