/// A count with its thousands apart: "1,234,567".
package func formatCount(_ count: Int) -> String {
    var digits = String(count.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
        groups.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    groups.insert(digits, at: 0)
    return (count < 0 ? "-" : "") + groups.joined(separator: ",")
}

/// A count with its noun: "1 shard", "2,000 shards", "2 trajectories".
///
/// - Parameter plural: the noun of other counts than 1; with an s unless given.
package func formatCount(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    "\(formatCount(count)) \(count == 1 ? noun : plural ?? noun + "s")"
}
