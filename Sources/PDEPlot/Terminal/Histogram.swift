/// How often values occur, as lines of text.
public enum Histogram {
    private static let eighths = Array("▏▎▍▌▋▊▉█")

    /// One line a bin: where it begins and ends, a bar of at most `width` characters, the count.
    ///
    /// Bins divide the extent of the finite values evenly; the last one holds its upper end. Values that are not finite are
    /// counted in a line of their own. Without values the text is empty.
    public static func text(_ values: [Double], bins: Int, width: Int) -> String {
        let finite = values.filter(\.isFinite)
        var lines: [String] = []
        if let low = finite.min(), let high = finite.max(), bins > 0, width > 0 {
            let count = high > low ? bins : 1
            var counts = [Int](repeating: 0, count: count)
            for value in finite {
                let place = high > low ? (value - low) / (high - low) * Double(count) : 0
                counts[min(Int(place), count - 1)] += 1
            }
            let edges = (0...count).map { NumberText.short(low + (high - low) * Double($0) / Double(count)) }
            let edgeWidth = edges.map(\.count).max()!
            let most = counts.max()!
            for (bin, number) in counts.enumerated() {
                let range = "\(padded(edges[bin], edgeWidth)) … \(padded(edges[bin + 1], edgeWidth))"
                lines.append("\(range)  \(bar(number, of: most, width: width)) \(number)")
            }
        }
        if finite.count < values.count { lines.append("not finite  \(values.count - finite.count)") }
        return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: width - text.count) + text
    }

    /// A bar in steps of an eighth of a character; anything above zero shows.
    private static func bar(_ count: Int, of most: Int, width: Int) -> String {
        guard count > 0 else { return "" }
        let parts = max(1, Int((Double(count) / Double(most) * Double(8 * width)).rounded()))
        let rest = parts % 8
        return String(repeating: "█", count: parts / 8) + (rest > 0 ? String(eighths[rest - 1]) : "")
    }
}
