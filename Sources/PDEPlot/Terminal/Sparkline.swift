/// A curve in one line of text.
public enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    /// `values` as at most `width` bars from the smallest value (▁) to the largest (█).
    ///
    /// More values than bars are averaged in equal runs. A run without a finite value is a space; constant values are ▄.
    public static func text(_ values: [Double], width: Int) -> String {
        guard width > 0, !values.isEmpty else { return "" }
        let count = min(width, values.count)
        let means = (0..<count).map { bar -> Double in
            let run = values[(bar * values.count / count)..<((bar + 1) * values.count / count)].filter(\.isFinite)
            guard !run.isEmpty else { return .nan }
            // Dividing first keeps the sum of huge values finite.
            return run.reduce(0) { $0 + $1 / Double(run.count) }
        }
        let finite = means.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return String(repeating: " ", count: count) }
        // Half of the span, which never overflows.
        let reach = high / 2 - low / 2
        return String(
            means.map { mean -> Character in
                guard mean.isFinite else { return " " }
                guard reach > 0 else { return bars[3] }
                let place = min(max((mean / 2 - low / 2) / reach, 0), 1)
                return bars[Int((place * 7).rounded())]
            })
    }
}
