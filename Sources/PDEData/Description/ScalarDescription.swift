/// A number of a sample (a parameter, a difficulty, a measure of the solver's health) or of each of its frames.
public struct ScalarDescription: Codable, Equatable, Sendable {
    /// The dataset's name in the file, such as `reynolds`.
    public var name: String
    /// One sentence for the reader.
    public var summary: String
    /// Whether every sample has its own value, or all share one.
    public var isSampleVarying: Bool
    /// Whether there is a value for every frame.
    public var isTimeVarying: Bool

    /// Describes a scalar; by default one number a sample.
    public init(name: String, summary: String, isSampleVarying: Bool = true, isTimeVarying: Bool = false) {
        self.name = name
        self.summary = summary
        self.isSampleVarying = isSampleVarying
        self.isTimeVarying = isTimeVarying
    }
}
