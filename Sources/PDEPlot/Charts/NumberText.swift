import Glibc

/// Numbers as short text with a true minus sign.
public enum NumberText {
    /// When to write a power of ten.
    enum Notation {
        /// From 10⁵ up and below 10⁻³.
        case automatic
        case positional
        case scientific
    }

    /// `value` with at most `digits` significant digits and no trailing zeros; from 10⁵ up and below 10⁻³ as `3.2×10⁻⁵`.
    public static func short(_ value: Double, digits: Int = 3) -> String {
        text(value, digits: digits, notation: .automatic)
    }

    /// The same with `digits` significant digits, zeros at the end too, as numbers stand below each other in a column.
    public static func aligned(_ value: Double, digits: Int = 3) -> String {
        text(value, digits: digits, notation: .automatic, keepsZeros: true)
    }

    static func text(_ value: Double, digits: Int, notation: Notation, keepsZeros: Bool = false) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
        guard value != 0 else { return "0" }
        let places = min(max(digits, 1), 15)
        var exponent = Int(log10(abs(value)).rounded(.down))
        var mantissa = scaled(abs(value), byTenTo: places - 1 - exponent).rounded()
        // log10 may err by one at powers of ten, and rounding may carry into a new digit.
        if mantissa < power(places - 1) {
            exponent -= 1
            mantissa = scaled(abs(value), byTenTo: places - 1 - exponent).rounded()
        }
        if mantissa >= power(places) {
            mantissa /= 10
            exponent += 1
        }
        var numerals = String(Int(mantissa))
        while !keepsZeros, numerals.count > 1, numerals.last == "0" { numerals.removeLast() }
        return (value < 0 ? "−" : "") + layout(numerals, exponent, notation)
    }

    /// A power of ten such as `10⁻³`.
    public static func powerOfTen(_ exponent: Int) -> String { "10" + superscript(exponent) }

    /// `numerals` with the point after the first of them, times 10 to the `exponent`.
    private static func layout(_ numerals: String, _ exponent: Int, _ notation: Notation) -> String {
        if notation == .scientific || (notation == .automatic && (exponent >= 5 || exponent < -3)) {
            let tail = numerals.dropFirst()
            let mantissa = tail.isEmpty ? String(numerals) : "\(numerals.prefix(1)).\(tail)"
            return mantissa == "1" ? powerOfTen(exponent) : mantissa + "×" + powerOfTen(exponent)
        }
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + numerals }
        let whole = exponent + 1
        if numerals.count <= whole { return numerals + String(repeating: "0", count: whole - numerals.count) }
        return "\(numerals.prefix(whole)).\(numerals.dropFirst(whole))"
    }

    private static func superscript(_ value: Int) -> String {
        let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        let body = String(String(abs(value)).map { digits[$0.wholeNumberValue!] })
        return (value < 0 ? "⁻" : "") + body
    }

    /// Exact powers for small exponents; dividing by them rounds once where multiplying by 10⁻ⁿ rounds twice.
    private static func scaled(_ value: Double, byTenTo exponent: Int) -> Double {
        if exponent >= 300 { return value * power(300) * power(exponent - 300) }
        return exponent >= 0 ? value * power(exponent) : value / power(-exponent)
    }

    private static func power(_ exponent: Int) -> Double { pow(10, Double(exponent)) }
}
