import PDECore

/// How far a piece of work is, and how it is said.
struct ProgressStatus {
    let title: String
    let unit: String
    /// How many were done before this run began; they do not count for the rate.
    let initial: Int
    let total: Int?
    let done: Int
    let elapsed: Double
    let extra: String

    /// Items a second in this run, or nil before the first is done.
    var rate: Double? { done > initial && elapsed > 0 ? Double(done - initial) / elapsed : nil }

    /// Seconds to the end at the rate so far.
    var left: Double? {
        guard let rate, let total else { return nil }
        return Double(max(0, total - done)) / rate
    }

    /// Such as "generate 123/1,000 samples (12%), 4.10/s, 30.0 s, 3 min 34 s left, worst CFL 0.42".
    var line: String {
        var parts: [String] = []
        if let total {
            let percent = total > 0 ? Int(Double(done) / Double(total) * 100) : 100
            parts.append("\(title) \(formatCount(done))/\(formatCount(total)) \(unit) (\(percent)%)")
        } else {
            parts.append("\(title) \(formatCount(done)) \(unit)")
        }
        if let rate {
            parts.append(rate >= 0.9995 ? perSecond(rate) : formatDuration(1 / rate) + " each")
        }
        parts.append(formatDuration(elapsed))
        if let left { parts.append(formatDuration(left) + " left") }
        if !extra.isEmpty { parts.append(extra) }
        return parts.joined(separator: ", ")
    }

    /// The last line of a piece of work.
    var summary: String {
        let count = total.map { done == $0 ? formatCount(done) : "\(formatCount(done)) of \(formatCount($0))" }
        var text = "\(title): \(count ?? formatCount(done)) \(unit) in \(formatDuration(elapsed))"
        if let rate, rate >= 0.9995 { text += ", " + perSecond(rate) }
        return extra.isEmpty ? text : text + ", " + extra
    }

    /// The fields of a JSON line.
    var fields: [(String, LogValue)] {
        var fields: [(String, LogValue)] = [("title", .string(title)), ("done", .int(done))]
        if let total { fields.append(("total", .int(total))) }
        fields += [("unit", .string(unit)), ("elapsed_s", .double(rounded(elapsed)))]
        if let rate { fields.append(("per_second", .double(rounded(rate)))) }
        if let left { fields.append(("left_s", .double(rounded(left)))) }
        if !extra.isEmpty { fields.append(("extra", .string(extra))) }
        return fields
    }

    private func perSecond(_ rate: Double) -> String {
        (rate < 1000 ? formatSignificant(rate) : formatCount(Int(rate))) + "/s"
    }

    private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
