import Glibc
import PDEConfig
import PDECore

/// How a parameter of a sample is drawn.
///
/// In a recipe: `0.01`, `{"uniform": [0.5, 1]}`, `{"logUniform": [0.001, 0.01]}` or `{"choice": [1, 2, 4]}`. As a flag: `0.01`,
/// `0.001:0.01` (log-uniform for parameters that span magnitudes) or `1,2,4`.
public enum Distribution: Hashable, Sendable {
    /// Always the same.
    case fixed(Double)
    /// Uniform in a range.
    case uniform(ClosedRange<Double>)
    /// Its logarithm uniform in a range of positive numbers.
    case logUniform(ClosedRange<Double>)
    /// One of these, each as likely as the others.
    case choice([Double])

    /// Draws one value.
    public func draw(from stream: inout RandomStream) -> Double {
        switch self {
        case .fixed(let value): value
        case .uniform(let range): stream.uniform(in: range)
        case .logUniform(let range): stream.logUniform(in: range)
        case .choice(let values): stream.choice(values)
        }
    }

    /// The smallest and the largest value that can come out.
    public var range: ClosedRange<Double> {
        switch self {
        case .fixed(let value): value...value
        case .uniform(let range), .logUniform(let range): range
        case .choice(let values): values.min()!...values.max()!
        }
    }

    /// Whether values differ between samples.
    public var isVarying: Bool { range.lowerBound < range.upperBound }

    /// The chance of a value of at most `value`.
    func share(upTo value: Double) -> Double {
        func place(_ low: Double, _ high: Double, _ x: Double) -> Double {
            x >= high ? 1 : x < low ? 0 : (x - low) / (high - low)
        }
        switch self {
        case .fixed(let fixed): return value >= fixed ? 1 : 0
        case .uniform(let range): return place(range.lowerBound, range.upperBound, value)
        case .logUniform(let range):
            return value <= 0 ? 0 : place(log(range.lowerBound), log(range.upperBound), log(value))
        case .choice(let values): return Double(values.count { $0 <= value }) / Double(values.count)
        }
    }

    /// The chance of a value below `value`.
    func share(below value: Double) -> Double {
        switch self {
        case .fixed(let fixed): value > fixed ? 1 : 0
        case .uniform, .logUniform: isVarying ? share(upTo: value) : value > range.lowerBound ? 1 : 0
        case .choice(let values): Double(values.count { $0 < value }) / Double(values.count)
        }
    }

    /// The value up to which a share of all values lies.
    func quantile(_ share: Double) -> Double {
        switch self {
        case .fixed(let value): return value
        case .uniform(let range): return range.lowerBound + share * (range.upperBound - range.lowerBound)
        case .logUniform(let range):
            return range.lowerBound * pow(range.upperBound / range.lowerBound, share)
        case .choice(let values):
            let place = Int((share * Double(values.count)).rounded(.up)) - 1
            return values.sorted()[max(0, place)]
        }
    }

    /// How many values can come out; nil without end.
    var valueCount: Int? {
        switch self {
        case .fixed: 1
        case .choice(let values): Set(values).count
        case .uniform, .logUniform: isVarying ? nil : 1
        }
    }

    /// The JSON of a flag's text; nil if it has none of the forms.
    ///
    /// - Parameter isLogarithmic: whether a range `a:b` is log-uniform.
    public static func json(fromFlag text: String, isLogarithmic: Bool, origin: JSON.Origin) -> JSON? {
        func finite(_ text: Substring) -> Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
        func numbers(_ separator: Character) -> [Double]? {
            let parts = text.split(separator: separator, omittingEmptySubsequences: false).map(finite)
            return parts.contains(nil) ? nil : parts.map { $0! }
        }
        if let value = finite(text[...]) { return JSON.number(value).with(origin: origin) }
        if let ends = numbers(":"), ends.count == 2 {
            let array = JSON.array(ends.map { .number($0) })
            return JSON.object([(isLogarithmic ? "logUniform" : "uniform", array)]).with(origin: origin)
        }
        if let values = numbers(","), values.count > 1 {
            return JSON.object([("choice", .array(values.map { .number($0) }))]).with(origin: origin)
        }
        return nil
    }
}

extension Distribution: Codable {
    private enum Key: String, CodingKey { case uniform, logUniform, choice }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        if let value = try? decoder.singleValueContainer().decode(Double.self) {
            self = .fixed(value)
            return
        }
        let container = try decoder.container(keyedBy: Key.self)
        let uniform = try container.decodeIfPresent([Double].self, forKey: .uniform)
        let logUniform = try container.decodeIfPresent([Double].self, forKey: .logUniform)
        let choice = try container.decodeIfPresent([Double].self, forKey: .choice)
        switch (uniform, logUniform, choice) {
        case (let ends?, nil, nil): self = .uniform(try Self.range(ends, "uniform"))
        case (nil, let ends?, nil):
            let range = try Self.range(ends, "logUniform")
            guard range.lowerBound > 0 else {
                throw ConfigurationError.invalid(path: "logUniform", allowed: "two positive numbers [low, high]")
            }
            self = .logUniform(range)
        case (nil, nil, let values?):
            guard !values.isEmpty else {
                throw ConfigurationError.invalid(path: "choice", found: "[]", allowed: "at least one number")
            }
            self = .choice(values)
        default:
            throw ConfigurationError.invalid(
                path: "",
                allowed: "a number, {\"uniform\": [low, high]}, {\"logUniform\": [low, high]} or {\"choice\": […]}")
        }
    }

    private static func range(_ ends: [Double], _ key: String) throws -> ClosedRange<Double> {
        guard ends.count == 2, ends[0] <= ends[1], ends.allSatisfy(\.isFinite) else {
            throw ConfigurationError.invalid(
                path: key, found: "\(ends)", allowed: "two numbers [low, high], the lower one first")
        }
        return ends[0]...ends[1]
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        if case .fixed(let value) = self {
            var container = encoder.singleValueContainer()
            try container.encode(value)
            return
        }
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .fixed: break
        case .uniform(let range): try container.encode([range.lowerBound, range.upperBound], forKey: .uniform)
        case .logUniform(let range): try container.encode([range.lowerBound, range.upperBound], forKey: .logUniform)
        case .choice(let values): try container.encode(values, forKey: .choice)
        }
    }
}

extension KeyedDecodingContainer {
    /// Decodes a distribution whose values must all lie within bounds.
    public func decode(
        _ key: Key, in bounds: Bounds<Double>, default value: Distribution? = nil
    ) throws -> Distribution {
        let found = try value.map { try decode(key, default: $0) } ?? decode(Distribution.self, forKey: key)
        for end in [found.range.lowerBound, found.range.upperBound] where !bounds.contains(end) {
            throw ConfigurationError.invalid(path: key.stringValue, found: "\(end)", allowed: "\(bounds)")
        }
        return found
    }
}
