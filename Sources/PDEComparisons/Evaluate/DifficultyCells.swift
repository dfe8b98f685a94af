import PDECore
import PDEData
import PDEHybrids

/// Cells that a report cuts its tables by: three ranges of the number that varies most, with as many samples each, and for flows
/// the number of obstacles, for boundary value problems the equation.
struct DifficultyCells {
    private let names: [Int: String]

    init(_ reader: DatasetReader, _ samples: [Int]) throws {
        var names = Dictionary(uniqueKeysWithValues: samples.map { ($0, "all") })
        let equations = reader.description.scalar("equation").map { EquationNames($0) }
        let candidates =
            ["reynolds", "viscosity"] + (equations == nil ? [] : ["wavenumber"])
            + reader.description.parameters.map(\.name)
        for name in candidates where reader.scalarNames.contains(name) {
            let values = try reader.scalar(name)
            guard values.count > 1 else { continue }
            let sorted = samples.map { values[$0] }.sorted()
            guard sorted.count >= 3, sorted[0] < sorted[sorted.count - 1] else { continue }
            let ends = [0, sorted.count / 3, 2 * sorted.count / 3, sorted.count - 1].map { sorted[$0] }
            for sample in samples {
                let cell = values[sample] < ends[1] ? 0 : values[sample] < ends[2] ? 1 : 2
                let range = [ends[cell], ends[cell + 1]].map { formatSignificant($0, digits: 2) }
                names[sample] = "\(name) \(range[0] == range[1] ? range[0] : range.joined(separator: "…"))"
            }
            break
        }
        if reader.scalarNames.contains("obstacles") {
            let obstacles = try reader.scalar("obstacles")
            if obstacles.count > 1, Set(samples.map { obstacles[$0] }).count > 1 {
                for sample in samples {
                    let count = Int(obstacles[sample])
                    let text = count == 0 ? "no obstacle" : count == 1 ? "1 obstacle" : "2 or more obstacles"
                    names[sample] = "\(names[sample]!), \(text)"
                }
            }
        }
        if let equations {
            let numbers = try reader.scalar("equation")
            for sample in samples where numbers.indices.contains(sample) {
                names[sample] = "\(equations.name(of: numbers[sample]) ?? "unknown"), \(names[sample]!)"
            }
        }
        self.names = names
    }

    func name(of sample: Int) -> String { names[sample] ?? "all" }
}
