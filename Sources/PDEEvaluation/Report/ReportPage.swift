import PDEPlot

/// What the pages of all reports are made of.
enum ReportPage {
    /// One page that opens without a network.
    static func html(_ title: String, body: String, script: String = "") -> String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
        <title>\(Markup.escaped(title))</title><style>\(ReportStyle.text)</style></head>
        <body><main>\(body)<footer>Written by PDEKit. The numbers are in metrics.json beside this file.</footer></main>
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

    /// A table in a card, which scrolls by itself where it is too wide.
    static func table(_ name: String, caption: String, head: [String], rows: [String]) -> String {
        let columns = head.map { #"<th scope="col">\#($0)</th>"# }.joined()
        return """
            <div class="card table"><p>\(caption)</p><div class="scroll" role="region" tabindex="0" \
            aria-label="\(Markup.escaped(name))"><table><thead><tr>\(columns)</tr></thead>\
            <tbody>\(rows.joined())</tbody></table></div></div>
            """
    }

    /// A cell with an interval.
    static func estimate(_ estimate: Estimate, isBest: Bool = false) -> String {
        let interval = ReportText.interval(estimate)
        return "<td\(isBest ? #" class="best""# : "")>\(ReportText.number(estimate.value))"
            + (interval.isEmpty ? "" : "<small>\(interval)</small>") + "</td>"
    }
}
