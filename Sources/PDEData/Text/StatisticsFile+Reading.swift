/// Reading `stats.yaml` as loaders of The Well's layout do.
extension StatisticsFile {
    /// The statistics that a file holds of the fields of a dataset.
    /// - Parameters:
    ///   - path: The file.
    ///   - samples: How many samples the training split has: the file holds means and deviations, not of how many values.
    /// - Throws: `DataError.corrupt` when a field is missing or has another number of components, `DataError.file`.
    static func moments(
        at path: String, of description: DatasetDescription, samples: Int
    ) throws(DataError) -> [FieldMoments] {
        let numbers = try numbers(in: String(decoding: FileSystem.read(path), as: UTF8.self), path)
        func read(_ key: String, _ field: FieldDescription) throws(DataError) -> [Double] {
            let components = description.componentCount(of: field)
            let values = numbers[key]?[field.name] ?? []
            guard values.count == components, values.allSatisfy(\.isFinite) else {
                throw .corrupt(
                    path: path,
                    problem: "'\(key)' of field '\(field.name)' is \(values), expected \(components) number(s)",
                    remedy: "Compute the statistics of the training split again, or remove the file.")
            }
            return values
        }
        var moments: [FieldMoments] = []
        for field in description.fields {
            let frames = field.isTimeVarying ? description.times.count : 1
            let count = samples * description.pointCount
            var found = FieldMoments(field: field.name, components: description.componentCount(of: field))
            if let value = field.uniformValue {
                found.values = [Moments(count: count, mean: Double(value), deviation: 0)]
                moments.append(found)
                continue
            }
            let (mean, deviation) = (try read("mean", field), try read("std", field))
            found.values = zip(mean, deviation).map { Moments(count: count * frames, mean: $0, deviation: $1) }
            // One frame has no changes.
            if frames > 1 {
                let (mean, deviation) = (try read("mean_delta", field), try read("std_delta", field))
                found.changes = zip(mean, deviation).map {
                    Moments(count: count * (frames - 1), mean: $0, deviation: $1)
                }
            }
            moments.append(found)
        }
        return moments
    }

    /// Statistic → field → numbers in order, however lists are nested: the block style that PyYAML writes, and lists in
    /// brackets.
    private static func numbers(in text: String, _ path: String) throws(DataError) -> [String: [String: [Double]]] {
        var found: [String: [String: [Double]]] = [:]
        var (statistic, field) = ("", "")
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let code = line.prefix { $0 != "#" }
            let words = code.split { " \t\r,[]{}".contains($0) }.map(String.init).filter { $0 != "-" }
            guard var first = words.first else { continue }
            var values = words[...]
            if first.hasSuffix(":") {
                first.removeLast()
                let name = first.filter { $0 != "\"" && $0 != "'" }
                if code.first == " " { field = name } else { (statistic, field) = (name, "") }
                values = values.dropFirst()
            }
            for word in values {
                // YAML writes infinities and NaN with a point.
                guard let value = Double(word.first == "." ? String(word.dropFirst()) : word) ?? Double(word) else {
                    throw .corrupt(
                        path: path, problem: "line \(number + 1) holds '\(word)', expected a number",
                        remedy: "Compute the statistics of the training split again, or remove the file.")
                }
                found[statistic, default: [:]][field, default: []].append(value)
            }
        }
        return found
    }
}
