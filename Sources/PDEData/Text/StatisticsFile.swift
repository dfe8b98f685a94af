/// `stats.yaml`: what loaders normalise with, of the training split only.
///
/// Clouds of particles follow the fields, a number for each component; The Well's loader looks up fields alone.
///
/// Without a training sample it has the six keys and no field. The Well's loader reads the file only when it is asked to
/// normalise, and then stops at the first field that is missing; numbers of another split would go unnoticed.
enum StatisticsFile {
    static let name = "stats.yaml"

    static func text(of manifest: Manifest) -> String {
        text(of: manifest.description, manifest.moments(of: .train))
    }

    /// - Parameter moments: Of the training split, in the order of the description's fields and clouds.
    static func text(of description: DatasetDescription, _ moments: [FieldMoments]) -> String {
        let statistics: [(key: String, isOfChanges: Bool, value: (Moments) -> Double)] = [
            ("mean", false, { $0.mean }), ("mean_delta", true, { $0.mean }),
            ("rms", false, { $0.rootMeanSquare }), ("rms_delta", true, { $0.rootMeanSquare }),
            ("std", false, { $0.standardDeviation }), ("std_delta", true, { $0.standardDeviation }),
        ]
        let isEmpty = moments.allSatisfy { field in field.values.allSatisfy { $0.count == 0 } }
        // One frame has no changes: they are normalised by 0 and 1, for loaders look for all fields of a block.
        let isSteady = description.times.count == 1 && description.hasNamedAxes
        let fields = description.loaderOrder.filter { !isEmpty && description.fields[$0].uniformValue == nil }
        var text = isEmpty ? "# There is no training sample: normalise with the statistics of the training data.\n" : ""
        for statistic in statistics {
            let known = fields.filter { position in
                !statistic.isOfChanges || isSteady
                    || description.fields[position].isTimeVarying && description.times.count > 1
            }
            func values(_ moments: FieldMoments) -> [String] {
                guard statistic.isOfChanges else { return moments.values.map { YAML.number(statistic.value($0)) } }
                let neutral: Double? = isSteady ? (statistic.key == "mean_delta" ? 0 : 1) : nil
                return moments.changes.map { YAML.number(neutral ?? statistic.value($0)) }
            }
            text += known.isEmpty ? "\(statistic.key): {}\n" : "\(statistic.key):\n"
            for position in known {
                let field = description.fields[position]
                text += entry(field, values(moments[position]), rank: description.dimensions.count)
            }
            for (cloud, found) in zip(description.particles, moments.dropFirst(description.fields.count)) where !isEmpty
            {
                text += "  \(YAML.name(cloud.name)):\n" + values(found).map { "  - \($0)\n" }.joined()
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
