/// Splits that lie in sources of their own, one after the other.
package final class JoinedSource: SampleSource {
    package let path: String
    package let description: DatasetDescription
    package let splits: [Split: Range<Int>]
    private let parts: [(first: Int, source: any SampleSource)]

    /// - Throws: `DataError.corrupt` when the sources have not the same fields, axes, times and numbers.
    package init(_ sources: [(split: Split, source: any SampleSource)], at path: String) throws(DataError) {
        self.path = path
        description = sources[0].source.description
        var (parts, splits): ([(Int, any SampleSource)], [Split: Range<Int>]) = ([], [:])
        var next = 0
        for (split, source) in sources {
            let found = source.description
            let problem =
                WellFolder.difference(of: found, from: description)
                ?? (found.numbers.map(\.name) == description.numbers.map(\.name)
                    ? nil : "its parameters are not those of")
            if let problem {
                throw .corrupt(
                    path: source.path, problem: "\(problem) \(sources[0].source.path)",
                    remedy: "Splits of a dataset have fields, axes, times and parameters in common.")
            }
            parts.append((next, source))
            splits[split] = next..<next + source.sampleCount
            next += source.sampleCount
        }
        self.parts = parts
        self.splits = splits
        sampleCount = next
    }

    package let sampleCount: Int
    package var layout: String { parts[0].source.layout }
    package var remarks: [String] { parts[0].source.remarks }

    private func part(of sample: Int) -> (first: Int, source: any SampleSource) {
        parts.last { $0.first <= sample }!
    }

    package func place(of sample: Int) -> (path: String, row: Int) {
        let (first, source) = part(of: sample)
        return source.place(of: sample - first)
    }

    package func sample(_ number: Int) throws(DataError) -> Sample {
        let (first, source) = part(of: number)
        var sample = try source.sample(number - first)
        sample.index = number
        return sample
    }

    package var preparedCount: Int { parts.map(\.source.preparedCount).max() ?? 1 }

    package func prepare(_ numbers: [Int]) throws(DataError) {
        for (place, part) in parts.enumerated() {
            let end = place + 1 < parts.count ? parts[place + 1].first : sampleCount
            let its = numbers.filter { (part.first..<end).contains($0) }.map { $0 - part.first }
            if !its.isEmpty { try part.source.prepare(its) }
        }
    }
}
