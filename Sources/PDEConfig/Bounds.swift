/// What a value may be, with open and closed ends, and in words: `more than 0 and at most 1`.
public struct Bounds<Value: Comparable>: CustomStringConvertible {
    /// One end of the range.
    public enum End {
        /// The value itself is allowed.
        case closed(Value)
        /// The value itself is not allowed.
        case open(Value)
    }

    /// The lower end; nil if there is none.
    public let lower: End?
    /// The upper end; nil if there is none.
    public let upper: End?

    /// Bounds from their ends.
    public init(lower: End?, upper: End?) {
        self.lower = lower
        self.upper = upper
    }

    /// `value` and more.
    public static func atLeast(_ value: Value) -> Bounds { Bounds(lower: .closed(value), upper: nil) }
    /// `value` and less.
    public static func atMost(_ value: Value) -> Bounds { Bounds(lower: nil, upper: .closed(value)) }
    /// More than `value`.
    public static func moreThan(_ value: Value) -> Bounds { Bounds(lower: .open(value), upper: nil) }
    /// Less than `value`.
    public static func lessThan(_ value: Value) -> Bounds { Bounds(lower: nil, upper: .open(value)) }
    /// From `lower` to `upper`, both allowed.
    public static func between(_ lower: Value, _ upper: Value) -> Bounds {
        Bounds(lower: .closed(lower), upper: .closed(upper))
    }
    /// More than `lower` and at most `upper`.
    public static func moreThan(_ lower: Value, atMost upper: Value) -> Bounds {
        Bounds(lower: .open(lower), upper: .closed(upper))
    }
    /// More than `lower` and less than `upper`.
    public static func moreThan(_ lower: Value, lessThan upper: Value) -> Bounds {
        Bounds(lower: .open(lower), upper: .open(upper))
    }

    /// Whether the value is allowed.
    public func contains(_ value: Value) -> Bool {
        let isHighEnough =
            switch lower {
            case .closed(let end): value >= end
            case .open(let end): value > end
            case nil: true
            }
        let isLowEnough =
            switch upper {
            case .closed(let end): value <= end
            case .open(let end): value < end
            case nil: true
            }
        return isHighEnough && isLowEnough
    }

    /// The bounds in words: `at least 8`, `more than 0`, `between 0 and 1`.
    public var description: String {
        if case .closed(let low) = lower, case .closed(let high) = upper {
            return low == high ? "exactly \(plain(low))" : "between \(plain(low)) and \(plain(high))"
        }
        let low =
            switch lower {
            case .closed(let end): "at least \(plain(end))"
            case .open(let end): "more than \(plain(end))"
            case nil: nil as String?
            }
        let high =
            switch upper {
            case .closed(let end): "at most \(plain(end))"
            case .open(let end): "less than \(plain(end))"
            case nil: nil as String?
            }
        return [low, high].compactMap(\.self).joined(separator: " and ")
    }
}

extension Bounds: Sendable where Value: Sendable {}
extension Bounds.End: Sendable where Value: Sendable {}

extension Bounds where Value: ExpressibleByIntegerLiteral {
    /// More than 0.
    public static var positive: Bounds { .moreThan(0) }
    /// 0 and more.
    public static var nonNegative: Bounds { .atLeast(0) }
}

extension Bounds<Double> {
    /// The size of a length, a time, a viscosity and the like: what lies beyond overflows or vanishes in products of a few.
    public static var magnitude: Bounds { .between(1e-12, 1e12) }
    /// Such a size, or 0.
    public static var magnitudeOrZero: Bounds { .between(0, 1e12) }
    /// Such a size, of either sign.
    public static var signedMagnitude: Bounds { .between(-1e6, 1e6) }
}

extension Bounds {
    /// The bounds that one of the standard library's ranges means; nil for a range type of someone else.
    init?(_ range: some RangeExpression<Value>) {
        switch range {
        case let range as ClosedRange<Value>: self = .between(range.lowerBound, range.upperBound)
        case let range as Range<Value>: self.init(lower: .closed(range.lowerBound), upper: .open(range.upperBound))
        case let range as PartialRangeFrom<Value>: self = .atLeast(range.lowerBound)
        case let range as PartialRangeThrough<Value>: self = .atMost(range.upperBound)
        case let range as PartialRangeUpTo<Value>: self = .lessThan(range.upperBound)
        default: return nil
        }
    }
}

/// A value as a person writes it: `1`, `1e-6` and `1e12`, where Swift prints `1.0`, `1e-06` and `1000000000000.0`.
func plain(_ value: some Any) -> String {
    guard value is any BinaryFloatingPoint else { return "\(value)" }
    var text = "\(value)".replacing("e+", with: "e").replacing("e-0", with: "e-")
    if text.hasSuffix(".0") { text.removeLast(2) }
    let zeros = text.reversed().prefix { $0 == "0" }.count
    if zeros > 6 { text = "\(text.dropLast(zeros))e\(zeros)" }
    return text
}
