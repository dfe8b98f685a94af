/// A number that was drawn for a sample.
public struct DrawnValue: Sendable {
    /// Where the recipe says how: `initial.amplitude`.
    public let path: String
    /// How.
    public let distribution: Distribution
    /// What came out.
    public let value: Double

    /// A value of a distribution.
    public init(path: String, distribution: Distribution, value: Double) {
        (self.path, self.distribution, self.value) = (path, distribution, value)
    }
}
