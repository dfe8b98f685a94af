import Glibc

/// A time as a person says it: "830 µs", "12.3 s", "4 min 05 s", "3 h 12 min", "2 d 4 h".
package func formatDuration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "–" }
    if seconds == 0 { return "0 s" }
    if seconds < 0.9995e-3 { return formatSignificant(seconds * 1e6) + " µs" }
    if seconds < 0.9995 { return formatSignificant(seconds * 1e3) + " ms" }
    if seconds < 59.95 { return formatSignificant(seconds) + " s" }
    if seconds < 3599.5 {
        let whole = Int(seconds.rounded())
        return "\(whole / 60) min \(twoDigits(whole % 60)) s"
    }
    if seconds < 86400 - 30 {
        let minutes = Int((seconds / 60).rounded())
        return "\(minutes / 60) h \(twoDigits(minutes % 60)) min"
    }
    let hours = (seconds / 3600).rounded()
    guard hours < 24 * 10000 else { return formatSignificant(seconds / 86400) + " d" }
    return "\(Int(hours) / 24) d \(Int(hours) % 24) h"
}

/// A size in decimal units, as disks are sold: "999 B", "1.23 GB".
package func formatBytes(_ bytes: Int) -> String {
    if abs(bytes) < 1000 { return "\(bytes) B" }
    var value = Double(bytes)
    for unit in ["kB", "MB", "GB", "TB", "PB"] {
        value /= 1000
        if abs(value) < 999.5 || unit == "PB" { return "\(formatSignificant(value)) \(unit)" }
    }
    preconditionFailure("the last unit takes every size")
}

/// A number with the given count of significant digits: "0.420", "12.3", "1.20e-7".
///
/// Numbers from 0.0001 to a million are written out with all digits before the point, such as "1235".
package func formatSignificant(_ value: Double, digits: Int = 3) -> String {
    precondition(digits >= 1, "digits must be at least 1, got \(digits)")
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    if value == 0 { return "0" }
    let scientific = printed(value, "%.*e", digits - 1)
    guard let mark = scientific.firstIndex(of: "e"),
        let exponent = Int(scientific[scientific.index(after: mark)...])
    else { return scientific }
    if exponent < -4 || exponent >= 6 { return "\(scientific[..<mark])e\(exponent)" }
    return printed(value, "%.*f", max(0, digits - 1 - exponent))
}

private func printed(_ value: Double, _ format: String, _ digits: Int) -> String {
    var buffer = [CChar](repeating: 0, count: 512)
    let count = withVaList([Int32(digits), value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
