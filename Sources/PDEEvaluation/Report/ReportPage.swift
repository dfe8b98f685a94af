import PDEPlot

/// What the pages of all reports are made of.
enum ReportPage {
    /// One page that opens without a network.
    static func html(
        _ title: String, body: String, script: String = "", numbers: String = "metrics.json"
    ) -> String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
        <title>\(Markup.escaped(title))</title><style>\(ReportStyle.text)</style></head>
        <body><main>\(body)<footer>Written by PDEKit. The numbers are in \(numbers) beside this file.</footer></main>
        <script>\(script)</script></body></html>

        """
    }

    /// A number with its name.
    static func fact(_ name: String, _ value: String, _ detail: String) -> String {
        "<div><dt>\(name)</dt><dd>\(value)\(detail.isEmpty ? "" : "<small>\(detail)</small>")</dd></div>"
    }

    /// The sign of an outcome.
    static func icon(_ outcome: Verdict.Outcome) -> String {
        let path =
            switch outcome {
            case .stable: "M11 21l6 6 12-14"
            case .unproven: "M15 15c2-7 12-6 11 1c-1 4-6 4-6 8M20 29v1"
            case .noBetter: "M11 17h18M11 24h18"
            case .drifts: "M8 26c5-12 8-12 12-5s7 5 12-9"
            case .blowsUp: "M20 10v13M20 28v2"
            }
        return """
            <svg viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20" r="18" fill="none" stroke="currentColor" \
            stroke-width="2.5"/><path d="\(path)" fill="none" stroke="currentColor" stroke-width="3.5" \
            stroke-linecap="round" stroke-linejoin="round"/></svg>
            """
    }

    /// A row of a table: its name, and a cell for each further column.
    struct Row {
        let name: String
        /// Cells from `<td` on.
        let cells: [String]
        /// Whether it stands behind others.
        var recedes = false
    }

    /// A table in a card. On a narrow screen every row is a list of its own, with the columns' names.
    ///
    /// - Parameters:
    ///   - head: the columns' names as markup, the first that of the rows' names.
    ///   - rows: the rows, their names as markup.
    ///   - breaksCells: whether what is small in cells may take several lines, as where columns are many.
    static func table(
        _ name: String, caption: String, head: [String], rows: [Row], breaksCells: Bool = false
    ) -> String {
        let columns = head.map { #"<th scope="col">\#($0)</th>"# }.joined()
        let lines = rows.map { row in
            let cells = zip(head.dropFirst(), row.cells).map { title, cell in
                "<td data-label=\"\(title)\"\(cell.dropFirst(3))"
            }
            return
                "<tr\(row.recedes ? #" class="recedes""# : "")><th scope=\"row\">\(row.name)</th>\(cells.joined())</tr>"
        }
        return """
            <div class="card table"><p>\(caption)</p><div class="scroll" role="region" tabindex="0" \
            aria-label="\(Markup.escaped(name))"><table\(breaksCells || head.count > 9 ? #" class="narrow""# : "")><thead><tr>\(columns)</tr></thead>\
            <tbody>\(lines.joined())</tbody></table></div></div>
            """
    }

    /// A contestant's name with what kind of thing it is.
    static func name(_ name: String, _ kind: Contestant.Kind) -> String {
        let word =
            switch kind {
            case .surrogate: "network"
            case .solver: "classical solver"
            case .baseline: "baseline"
            }
        return "\(Markup.escaped(name))<small>\(word)</small>"
    }

    /// The signs of outcomes, where there is no room for more.
    static func pill(_ outcome: Verdict.Outcome, _ words: String) -> String {
        #"<span class="pill \#(outcome.rawValue)">\#(Markup.escaped(words))</span>"#
    }

    /// Which surrogate is best, in a sentence and a table.
    static func ranking(_ ranking: Ranking, secondsName: String) -> String {
        let hasTimes = ranking.entries.contains { $0.validTime != nil }
        let rows = ranking.entries.enumerated().map { place, entry in
            let spread = entry.spread.map { "\(ReportText.number($0.lowerBound))…\(ReportText.number($0.upperBound))" }
            return Row(
                name: "\(place + 1). \(Markup.escaped(entry.name))",
                cells: ["<td>\(pill(entry.outcome, entry.headline))</td>", estimate(entry.error, isBest: place == 0)]
                    + (hasTimes ? [entry.validTime.map { estimate($0) } ?? "<td>–</td>"] : [])
                    + [
                        "<td>\(entry.members.count)</td>", "<td>\(spread ?? "–")</td>",
                        "<td>\(ReportText.seconds(entry.seconds))</td>",
                    ])
        }
        let valid = Markup.escaped(ReportWords.valid(RolloutPlan.errorThresholds[0]))
        let head =
            ["network", ReportWords.verdict, ReportWords.error] + (hasTimes ? [valid] : [])
            + [ReportWords.seeds, ReportWords.overSeeds, secondsName]
        return #"<section class="ranking"><h2>\#(Markup.escaped(ranking.sentence))</h2>"#
            + table(
                "Ranking",
                caption:
                    "The smallest error first. In brackets: 95 % intervals; \(ReportWords.overSeeds): the best and the worst of them.",
                head: head, rows: rows) + "</section>"
    }

    /// Cards, folded away where there are many.
    static func verdicts(_ cards: [String], _ what: String = "The verdict on each") -> String {
        cards.count <= 3
            ? cards.joined()
            : "<details class=\"each\"><summary>\(what) of the \(cards.count)</summary>\(cards.joined())</details>"
    }

    /// A cell with an interval, and more below it.
    static func estimate(_ estimate: Estimate, isBest: Bool = false, more: String = "") -> String {
        let interval = ReportText.interval(estimate)
        return "<td\(isBest ? #" class="best""# : "")>\(ReportText.number(estimate.value))"
            + (interval.isEmpty ? "" : "<small>\(interval)</small>") + more + "</td>"
    }
}
