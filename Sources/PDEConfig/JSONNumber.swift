extension JSON {
    /// A number kept as its text. Equality is exact equality of the decimal values.
    public struct Number: Sendable, Equatable, CustomStringConvertible {
        /// The number as written, always valid JSON.
        public let text: String

        /// A number from its JSON text; nil if the text is not a number by RFC 8259.
        public init?(_ text: String) {
            guard Self.isValid(Array(text.utf8)[...]) else { return nil }
            self.text = text
        }

        /// An integer.
        public init(_ value: some BinaryInteger) { text = String(value) }

        /// A floating point number in Swift's shortest form that reads back as the same value; nil if it is not finite.
        public init?(_ value: some BinaryFloatingPoint & CustomStringConvertible) {
            guard value.isFinite else { return nil }
            text = value.description
        }

        /// The number as written.
        public var description: String { text }

        /// The number as an integer of this type; nil if it has a fractional part or does not fit. `2.0` and `1e3` are integers.
        public func integer<T: FixedWidthInteger>(as type: T.Type = T.self) -> T? {
            if let plain = T(text) { return plain }
            let decimal = Decimal(text)
            guard decimal.exponent >= 0, decimal.digits.count + decimal.exponent <= 40 else { return nil }
            var result: T = 0
            let zeros = repeatElement(UInt8(0), count: decimal.exponent)
            for digit in Array(decimal.digits) + zeros {
                let (product, overflowed) = result.multipliedReportingOverflow(by: 10)
                let digit = T(digit)
                let (sum, carried) =
                    decimal.isNegative
                    ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
                guard !overflowed, !carried else { return nil }
                result = sum
            }
            return result
        }

        /// Whether the number has no fractional part, whatever its size.
        public var isInteger: Bool { Decimal(text).exponent >= 0 }

        /// The nearest double; nil if the number is too large for one, or not zero and so small that it would become zero.
        public var double: Double? { floating() }

        func floating<T: BinaryFloatingPoint & LosslessStringConvertible>(as type: T.Type = T.self) -> T? {
            guard let value = T(text), value.isFinite, value != 0 || Decimal(text).digits.isEmpty else { return nil }
            return value
        }

        /// Whether both are the same decimal number, however it is spelled.
        public static func == (left: Number, right: Number) -> Bool {
            left.text == right.text || Decimal(left.text) == Decimal(right.text)
        }

        /// Whether the bytes are a number by the grammar of RFC 8259, section 6.
        static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
            var rest = bytes
            func digits() -> Int {
                let run = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                rest = rest.dropFirst(run.count)
                return run.count
            }
            if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            let startsWithZero = rest.first == UInt8(ascii: "0")
            let wholeDigits = digits()
            guard wholeDigits == 1 || wholeDigits > 1 && !startsWithZero else { return false }
            if rest.first == UInt8(ascii: ".") {
                rest = rest.dropFirst()
                guard digits() > 0 else { return false }
            }
            if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
                rest = rest.dropFirst()
                if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
                guard digits() > 0 else { return false }
            }
            return rest.isEmpty
        }
    }

    /// A decimal number in normal form: ±digits × 10^exponent, with neither leading nor trailing zeros among the digits.
    private struct Decimal: Equatable {
        var digits: ArraySlice<UInt8> = []
        var exponent = 0
        var isNegative = false

        /// Beyond this the exponent saturates; no type can hold such a number anyway.
        private static let largestExponent = 1_000_000_000

        /// - Precondition: the text is a valid JSON number.
        init(_ text: String) {
            let parts = text.utf8.split(maxSplits: 1) { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
            if parts.count == 2 {
                let written = Int(Substring(parts[1])) ?? (parts[1].first == UInt8(ascii: "-") ? .min : .max)
                exponent = min(max(written, -Self.largestExponent), Self.largestExponent)
            }
            var all: [UInt8] = []
            var isAfterPoint = false
            for byte in parts[0] {
                switch byte {
                case UInt8(ascii: "-"): isNegative = true
                case UInt8(ascii: "."): isAfterPoint = true
                default:
                    all.append(byte - UInt8(ascii: "0"))
                    if isAfterPoint { exponent -= 1 }
                }
            }
            digits = all.drop { $0 == 0 }
            while digits.last == 0 {
                digits.removeLast()
                exponent += 1
            }
            if digits.isEmpty { (exponent, isNegative) = (0, false) }
        }
    }
}
