/// A table for stdout: columns as wide as their widest cell, numbers flush right, a rule under the header.
///
///     var table = TextTable(["split", "samples"])
///     table.append(["train", "1,000"])
///     StandardStream.output.write(table.rendered())
package struct TextTable {
    /// Which side of its column a cell keeps to.
    package enum Alignment: Sendable {
        /// Left, for words.
        case left
        /// Right, for numbers.
        case right
        /// Right if every cell of the column is a number, with or without a unit; else left.
        case automatic
    }

    private let header: [String]
    private let alignments: [Alignment]
    private let hasRule: Bool
    private var rows: [[String]] = []

    /// An empty table.
    ///
    /// - Parameters:
    ///   - header: One title a column; no titles at all are printed if every one is empty.
    ///   - alignments: One for each column; all automatic if not given.
    ///   - rule: Whether a line is drawn under the header.
    package init(_ header: [String], alignments: [Alignment]? = nil, rule: Bool = true) {
        self.header = header
        self.alignments = alignments ?? header.map { _ in .automatic }
        hasRule = rule
        precondition(
            self.alignments.count == header.count,
            "alignments: expected one for each of \(header.count) columns, got \(self.alignments.count)")
    }

    /// Adds a row with one cell for each column.
    package mutating func append(_ row: [String]) {
        precondition(row.count == header.count, "row: expected \(header.count) cells, got \(row.count)")
        rows.append(row)
    }

    /// The table as lines, each with its line break and no blanks at its end.
    package func rendered() -> String {
        let titled = header.contains { !$0.isEmpty }
        let widths = header.indices.map { column in
            ((titled ? [header] : []) + rows).map { displayWidth($0[column]) }.max() ?? 0
        }
        let right = header.indices.map(isRightAligned)
        func line(_ cells: [String]) -> String {
            var text = ""
            for (column, cell) in cells.enumerated() {
                text += (column == 0 ? "" : "  ") + padded(cell, to: widths[column], atStart: right[column])
            }
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }
        var text = ""
        if titled {
            text += line(header)
            if hasRule { text += line(widths.map { String(repeating: "─", count: $0) }) }
        }
        return rows.reduce(text) { $0 + line($1) }
    }

    private func isRightAligned(_ column: Int) -> Bool {
        switch alignments[column] {
        case .left: return false
        case .right: return true
        case .automatic:
            let cells = rows.map { $0[column] }.filter { !["", "-", "–"].contains($0) }
            return !cells.isEmpty && cells.allSatisfy(Self.isNumber)
        }
    }

    private static func isNumber(_ cell: String) -> Bool {
        guard var word = cell.split(separator: " ").first.map(String.init) else { return false }
        // A bound is a number, too.
        if word == "≥", let bound = cell.split(separator: " ").dropFirst().first { word = String(bound) }
        word.removeAll { $0 == "," }
        if let last = word.last, "%×".contains(last) { word.removeLast() }
        return Double(word) != nil
    }
}
