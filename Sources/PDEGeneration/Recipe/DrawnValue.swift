/// A number that was drawn for a sample.
struct DrawnValue {
    /// Where the recipe says how: `initial.amplitude`.
    let path: String
    /// How.
    let distribution: Distribution
    /// What came out.
    let value: Double
}
