/// A value in a JSON line of the log.
package enum LogValue: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    /// A text.
    case string(String)
    /// A whole number.
    case int(Int)
    /// A number; written as null if it is not finite.
    case double(Double)
    /// True or false.
    case bool(Bool)

    /// A text.
    package init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    package init(integerLiteral value: Int) { self = .int(value) }
    /// A number.
    package init(floatLiteral value: Double) { self = .double(value) }
    /// True or false.
    package init(booleanLiteral value: Bool) { self = .bool(value) }

    /// The value as JSON.
    package var json: String {
        switch self {
        case .string(let value): Self.quoted(value)
        case .int(let value): "\(value)"
        case .double(let value): value.isFinite ? "\(value)" : "null"
        case .bool(let value): "\(value)"
        }
    }

    /// The fields as one JSON object, in their order.
    package static func object(_ fields: [(String, LogValue)]) -> String {
        "{" + fields.map { quoted($0.0) + ":" + $0.1.json }.joined(separator: ",") + "}"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
