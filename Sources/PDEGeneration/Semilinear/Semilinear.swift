import PDEConfig
import PDECore
import PDESolvers

/// A semilinear equation in a recipe: its keys, and distributions where it has coefficients.
///
/// A program's own equation becomes a kind of recipes as `Kinds([Semilinear<MyEquation>.self])`.
public struct Semilinear<Equation: NamedEquation>: SemilinearRecipe {
    /// The equation's name.
    public static var kind: String { Equation.kind }
    /// Other names.
    public static var aliases: [String] { Equation.aliases }
    /// Other names of keys.
    public static var keyAliases: [String: String] { Equation.keyAliases }

    /// Axes of the box.
    public let dimensions: Int
    /// The equation with the least values of its coefficients.
    private let equation: Equation
    /// How the values of all coefficients are drawn.
    private let distributions: [Distribution]

    private enum Key: String, CodingKey { case dimensions }

    /// An equation in a box of so many axes, with coefficients that are drawn instead of its own: distributions by name.
    public init(_ equation: Equation, dimensions: Int? = nil, drawing drawn: [String: Distribution] = [:]) {
        let dimensions = dimensions ?? Equation.dimensions.lowerBound
        precondition(
            Equation.dimensions.contains(dimensions), "dimensions: expected \(Equation.dimensions), got \(dimensions)")
        self.dimensions = dimensions
        distributions = Equation.coefficients.map { drawn[$0.name] ?? .fixed(equation[keyPath: $0.path]) }
        self.equation = Self.equation(equation, Equation.coefficients, distributions.map(\.range.lowerBound))
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let allowed = Equation.dimensions
        var dimensions = allowed.lowerBound
        if allowed.count > 1 {
            try decoder.container(keyedBy: Key.self).decode(.dimensions, into: &dimensions, in: allowed)
        }
        let container = try decoder.container(keyedBy: CoefficientKey.self)
        var drawn: [String: Distribution] = [:]
        for name in Equation.coefficients.map(\.name) {
            drawn[name] = try container.decodeIfPresent(Distribution.self, forKey: CoefficientKey(stringValue: name))
        }
        // Both ends of a range must be values that the equation takes.
        let equation = try decoder.decode(Equation.self, replacing: drawn.mapValues(\.range.lowerBound))
        _ = try decoder.decode(Equation.self, replacing: drawn.mapValues(\.range.upperBound))
        try equation.check(dimensions: dimensions)
        self.init(equation, dimensions: dimensions, drawing: drawn)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        if Equation.dimensions.count > 1 {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(dimensions, forKey: .dimensions)
        }
        let names = Equation.coefficients.map(\.name)
        try equation.encode(
            replacing: Dictionary(uniqueKeysWithValues: zip(names, distributions)), to: encoder)
    }

    /// The equation as text.
    public var formula: String { equation.formula(dimensions: dimensions) }

    /// The fields that make up a solution.
    public var fields: [SolutionField] { equation.fields(dimensions: dimensions) }

    private var present: [Coefficient<Equation>] { Equation.coefficients.filter { $0.isPresent(equation) } }

    /// The coefficients that are drawn, in the order in which they are drawn.
    public var coefficients: [DrawnCoefficient] {
        zip(Equation.coefficients, distributions).filter { $0.0.isPresent(equation) }.map { coefficient, distribution in
            DrawnCoefficient(
                name: coefficient.name, symbol: coefficient.symbol,
                summary: "\(coefficient.symbol), \(coefficient.summary(equation))",
                distribution: distribution)
        }
    }

    /// What a coefficient may be where a file has a value that the equation does not take.
    public func allowed(_ name: String, insteadOf value: Double) -> String? {
        equation.allowed(name, insteadOf: value)
    }

    /// The equation with given coefficients.
    public func equation(_ values: [Double]) -> any NamedEquation { Self.equation(equation, present, values) }

    private static func equation(
        _ template: Equation, _ coefficients: [Coefficient<Equation>], _ values: [Double]
    ) -> Equation {
        var equation = template
        for (coefficient, value) in zip(coefficients, values) { equation[keyPath: coefficient.path] = value }
        return equation
    }
}

/// What recipes need of a semilinear equation, whichever it is.
public protocol SemilinearRecipe: RecipeEquation {
    /// Axes of the box.
    var dimensions: Int { get }
    /// The fields that make up a solution.
    var fields: [SolutionField] { get }
    /// The equation as text, for the card.
    var formula: String { get }
    /// The coefficients that are drawn, in the order in which they are drawn.
    var coefficients: [DrawnCoefficient] { get }
    /// What a coefficient may be, in words, where a file has a value that the equation does not take; nil where it takes it.
    func allowed(_ name: String, insteadOf value: Double) -> String?
    /// The equation with given coefficients.
    func equation(_ values: [Double]) -> any NamedEquation
}

extension SemilinearRecipe {
    /// Number of unknown fields, each component one.
    public var components: Int { fields.reduce(0) { $0 + $1.components } }

    /// The problem of this equation.
    public func problem(in recipe: any Decoder) throws -> Problem { Problem(try SemilinearProblem(self, from: recipe)) }

    /// The degree of the equation's nonlinear term.
    var degree: Int { extremes[0].equation.degree }

    /// The equation with the ends of the ranges of its coefficients, in all combinations: values and equation.
    var extremes: [(values: [Double], equation: any NamedEquation)] {
        coefficients.reduce([[]]) { found, coefficient in
            let range = coefficient.distribution.range
            return found.flatMap { values in
                Set([range.lowerBound, range.upperBound]).sorted().map { values + [$0] }
            }
        }.map { ($0, equation($0)) }
    }
}

/// A coefficient of an equation, and how it is drawn.
public struct DrawnCoefficient: Hashable, Sendable {
    /// Its key in recipes and its name in files.
    public let name: String
    /// Its letter.
    public let symbol: String
    /// What it is, in which units.
    public let summary: String
    /// How it is drawn.
    public let distribution: Distribution
}

/// The name of a coefficient as a key.
private struct CoefficientKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
