/// `stats.yaml`: what loaders normalise with, of the training split only.
///
/// Clouds of particles follow the fields, a number for each component; The Well's loader looks up fields alone.
///
/// Without a training sample it has the six keys and no field. The Well's loader reads the file only when it is asked to
/// normalise, and then stops at the first field that is missing; numbers of another split would go unnoticed.
enum StatisticsFile {
    static let name = "stats.yaml"

    static func text(of manifest: Manifest) -> String {
        let description = manifest.description
        let moments = manifest.moments(of: .train)
        let statistics: [(key: String, isOfChanges: Bool, value: (Moments) -> Double)] = [
            ("mean", false, { $0.mean }), ("mean_delta", true, { $0.mean }),
            ("rms", false, { $0.rootMeanSquare }), ("rms_delta", true, { $0.rootMeanSquare }),
            ("std", false, { $0.standardDeviation }), ("std_delta", true, { $0.standardDeviation }),
        ]
        let isEmpty = moments.allSatisfy { field in field.values.allSatisfy { $0.count == 0 } }
        var text = isEmpty ? "# There is no training sample: normalise with the statistics of the training data.\n" : ""
        for statistic in statistics {
            let fields = description.loaderOrder.filter {
                // One frame has no changes, and a deviation of 0 would be divided by.
                !isEmpty
                    && (!statistic.isOfChanges || description.fields[$0].isTimeVarying && description.times.count > 1)
            }
            text += fields.isEmpty ? "\(statistic.key): {}\n" : "\(statistic.key):\n"
            for position in fields {
                let field = description.fields[position]
                let source = statistic.isOfChanges ? moments[position].changes : moments[position].values
                text += entry(
                    field, source.map { YAML.number(statistic.value($0)) }, rank: description.dimensions.count)
            }
            for (cloud, found) in zip(description.particles, moments.dropFirst(description.fields.count)) where !isEmpty
            {
                let source = statistic.isOfChanges ? found.changes : found.values
                text += "  \(YAML.name(cloud.name)):\n"
                text += source.map { "  - \(YAML.number(statistic.value($0)))\n" }.joined()
            }
        }
        return text
    }

    private static func entry(_ field: FieldDescription, _ values: [String], rank: Int) -> String {
        let key = "  \(YAML.name(field.name)):"
        switch field.order {
        case 0: return "\(key) \(values[0])\n"
        case 1: return "\(key)\n" + values.map { "  - \($0)\n" }.joined()
        default:
            let rows = stride(from: 0, to: values.count, by: rank).map { start in
                values[start..<(start + rank)].enumerated()
                    .map { "  \($0.offset == 0 ? "- -" : "  -") \($0.element)\n" }.joined()
            }
            return "\(key)\n" + rows.joined()
        }
    }
}
