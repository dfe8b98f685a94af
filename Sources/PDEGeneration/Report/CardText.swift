import PDEPlot

/// What a problem adds to a dataset's card.
public struct CardText: Sendable {
    /// The equation, the domain and what is drawn, as Markdown.
    public let statement: String
    /// How samples begin and how they are solved: one item of a list each.
    public let making: [String]

    /// A card's parts.
    public init(statement: String, making: [String]) { (self.statement, self.making) = (statement, making) }

    /// A number as the card has it.
    public static func number(_ value: Double) -> String { NumberText.short(value, digits: 4) }

    /// A distribution in words.
    public static func words(_ distribution: Distribution) -> String {
        switch distribution {
        case .fixed(let value): number(value)
        case .uniform(let range): "uniform in \(number(range.lowerBound))…\(number(range.upperBound))"
        case .logUniform(let range): "log-uniform in \(number(range.lowerBound))…\(number(range.upperBound))"
        case .choice(let values): "one of \(values.map(number).joined(separator: ", "))"
        }
    }
}
