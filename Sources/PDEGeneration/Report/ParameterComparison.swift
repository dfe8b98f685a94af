import PDEData
import PDEPlot

/// How a parameter was asked for, beside how it is stored: where draws are refused for its sake, the two differ.
public struct ParameterComparison: Sendable {
    /// The parameter's path in the recipe.
    public let path: String
    /// How it was asked for.
    public let asked: Distribution
    /// The values of the samples that are stored, ascending.
    public let stored: [Double]
    /// The values of the draws that were refused, ascending.
    public let refused: [Double]

    /// What Kolmogorov's statistic, times the root of the number of values, exceeds by chance in one case of a hundred.
    private static let critical = 1.63

    /// The comparisons of all parameters of a dataset that vary, by their paths.
    public static func all(in manifest: Manifest, of recipe: Recipe) -> [ParameterComparison] {
        let definition = recipe.problem.definition
        var found: [String: (asked: Distribution, stored: [Double], refused: [Double])] = [:]
        func add(_ index: Int, _ attempt: Int, isStored: Bool) {
            for drawn in definition.drawnValues(index: index, attempt: attempt, in: recipe)
            where drawn.distribution.isVarying {
                var values = found[drawn.path] ?? (drawn.distribution, [], [])
                if isStored { values.stored.append(drawn.value) } else { values.refused.append(drawn.value) }
                found[drawn.path] = values
            }
        }
        for record in manifest.shards.flatMap(\.samples) {
            for rejection in record.rejections { add(record.index, rejection.attempt, isStored: false) }
            if record.failure == nil { add(record.index, record.attempt, isStored: true) }
        }
        return found.sorted { $0.key < $1.key }.map {
            ParameterComparison(
                path: $0, asked: $1.asked, stored: $1.stored.sorted(), refused: $1.refused.sorted())
        }
    }

    /// Whether the refused draws lie where chance would not have put them (A. N. Kolmogorov's test of them against what was
    /// asked), so that what is stored is not what was asked.
    public var isShifted: Bool {
        let count = Double(refused.count)
        return largestGap(of: refused).gap * count.squareRoot() > Self.critical
    }

    /// What to tell where the two differ; nil where they do not, but for chance.
    public var complaint: String? {
        guard isShifted else { return nil }
        let draws = "\(path) is not stored as it was asked: \(refused.count) draws were refused, not evenly"
        guard !stored.isEmpty else { return draws }
        let place = largestGap(of: stored).value
        let (wanted, found) = (asked.share(upTo: place), Self.share(of: stored, upTo: place))
        return draws + "; up to \(Self.number(place)) lie \(Self.percent(found)) of the samples, asked were "
            + Self.percent(wanted)
    }

    /// The parameter as a row of a table: asked, its quartiles, those stored, and the refused draws.
    var row: String {
        let shares = [0, 0.25, 0.5, 0.75, 1]
        let quartiles = shares.map { Self.number(asked.quantile($0)) }.joined(separator: ", ")
        let found = shares.map { share in
            stored[min(stored.count - 1, Int(share * Double(stored.count)))]
        }
        return
            "| `\(path)` | \(CardText.words(asked)) | \(quartiles) | \(found.map(Self.number).joined(separator: ", ")) "
            + "| \(refused.count) |"
    }

    /// The largest difference between the shares of values up to a place and those asked, and the place.
    private func largestGap(of values: [Double]) -> (gap: Double, value: Double) {
        var largest = (gap: 0.0, value: 0.0)
        for (place, value) in values.enumerated() {
            let (before, upTo) = (Double(place), Double(place + 1))
            let count = Double(values.count)
            // Of equal values the first one ends what lies below, the last one what lies up to them.
            let isFirst = place == 0 || values[place - 1] < value
            let isLast = place + 1 == values.count || values[place + 1] > value
            if isFirst, abs(before / count - asked.share(below: value)) > largest.gap {
                largest = (abs(before / count - asked.share(below: value)), value)
            }
            if isLast, abs(upTo / count - asked.share(upTo: value)) > largest.gap {
                largest = (abs(upTo / count - asked.share(upTo: value)), value)
            }
        }
        return largest
    }

    private static func share(of values: [Double], upTo value: Double) -> Double {
        Double(values.count { $0 <= value }) / Double(values.count)
    }

    private static func percent(_ share: Double) -> String { NumberText.short(100 * share, digits: 2) + " %" }

    private static func number(_ value: Double) -> String { CardText.number(value) }
}
