import PDEConfig

/// A semilinear equation that recipes name: a Codable struct that *is* its configuration, with coefficients that differ from sample to
/// sample.
///
/// One file holds all of it: documentation, keys with their ranges, symbol and nonlinear term. `Semilinear<MyEquation>` of
/// `PDEGeneration` is the kind for recipes.
public protocol NamedEquation: SemilinearEquation, Codable, Hashable, KeyAliases {
    /// Its name in recipes.
    static var kind: String { get }
    /// What else it is called in the field: messages know it, files do not say it.
    static var aliases: [String] { get }
    /// The numbers of axes of the boxes on which it is posed.
    static var dimensions: ClosedRange<Int> { get }
    /// Its coefficients, in the order in which samples' are drawn.
    static var coefficients: [Coefficient<Self>] { get }

    /// The equation as text.
    func formula(dimensions: Int) -> String
    /// The fields that make up a solution, in the order of its components.
    func fields(dimensions: Int) -> [SolutionField]
    /// What grids must carry beside the initial state.
    var demands: ResolutionDemands { get }
    /// Refuses keys that mean nothing in a box of so many axes.
    func check(dimensions: Int) throws(ConfigurationError)
}

extension NamedEquation {
    /// No other names.
    public static var aliases: [String] { [] }
    /// No other names of keys.
    public static var keyAliases: [String: String] { [:] }
    /// One field, u.
    public func fields(dimensions: Int) -> [SolutionField] { [SolutionField("u")] }
    /// Nothing.
    public var demands: ResolutionDemands { ResolutionDemands() }
    /// All mean something.
    public func check(dimensions: Int) throws(ConfigurationError) {}
}

/// A coefficient of an equation, one of its keys.
public struct Coefficient<Equation: Sendable>: Sendable {
    /// Its key, and the name under which samples keep it.
    public let name: String
    /// Its letter in formulas.
    public let symbol: String
    /// What it is in an equation with these other keys, in which units.
    public let summary: @Sendable (Equation) -> String
    /// Where the equation holds it.
    public let path: any WritableKeyPath<Equation, Double> & Sendable
    /// Whether an equation with these other keys has it.
    public let isPresent: @Sendable (Equation) -> Bool

    /// A coefficient.
    public init(
        _ name: String, _ symbol: String, _ summary: String, at path: any WritableKeyPath<Equation, Double> & Sendable,
        where isPresent: @escaping @Sendable (Equation) -> Bool = { _ in true }
    ) {
        self.init(name, symbol, at: path, where: isPresent) { _ in summary }
    }

    /// A coefficient that is one thing or another.
    public init(
        _ name: String, _ symbol: String, at path: any WritableKeyPath<Equation, Double> & Sendable,
        where isPresent: @escaping @Sendable (Equation) -> Bool, summary: @escaping @Sendable (Equation) -> String
    ) {
        (self.name, self.symbol, self.summary, self.path, self.isPresent) = (name, symbol, summary, path, isPresent)
    }
}

/// A field of a solution.
public struct SolutionField: Hashable, Sendable {
    /// Its name in files.
    public let name: String
    /// Its letter in pictures.
    public let symbol: String
    /// Components.
    public let components: Int

    /// A field; its name is its letter where none is given.
    public init(_ name: String, symbol: String? = nil, components: Int = 1) {
        (self.name, self.symbol, self.components) = (name, symbol ?? name, components)
    }
}

/// What an equation asks of its grids.
public struct ResolutionDemands: Sendable {
    /// The thinnest layer that a solution forms whose values differ by `jump` at the beginning; nil where it forms none. Where
    /// nothing bounds the values, `jump` is nil.
    public var layer: @Sendable (_ jump: Double?) -> ThinLayer? = { _ in nil }
    /// The wavenumber, in radians per unit of length, that a grid must keep; 0 for any.
    public var wavenumber = 0.0
    /// A time step that resolves what no speed bounds, as reactions; nil where the CFL number says it all.
    public var longestStep: Double?
    /// The least speed at which a state is carried whose largest magnitude is `least`; 0 where nothing says so.
    public var speed: @Sendable (_ least: Double) -> Double = { _ in 0 }
    /// The rate at which round-off grows where the solution has not come yet, with the coefficient that says so; nil where it does not,
    /// or nothing comes of it.
    public var growth: (rate: Double, key: String)?
    /// Of which states a solution blows up however short the steps are, and what to do; nil where there are none.
    public var blowUpRemedy: String?
    /// The most waves that are forced along each axis, with the key that says so.
    public var forced: (waves: [Int], key: String)?

    /// No demands.
    public init() {}
}

/// A layer that a grid must resolve.
public struct ThinLayer: Sendable {
    /// What it is, in the plural: `fronts`.
    public let name: String
    /// Its thickness.
    public let thickness: Double
    /// Grid spacings that must fit into it.
    public let spacings: Double
    /// The coefficient that makes it thicker, and to which power the thickness goes like it.
    public let coefficient: (name: String, power: Double)

    /// A layer.
    public init(_ name: String, thickness: Double, spacings: Double, by coefficient: (name: String, power: Double)) {
        (self.name, self.thickness, self.spacings, self.coefficient) = (name, thickness, spacings, coefficient)
    }
}
