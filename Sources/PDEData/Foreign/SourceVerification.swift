/// What can be checked of samples that somebody else stored, without a manifest.
extension Verification {
    /// Reads every sample: values finite, no frame repeated, no sample twice in different splits, no periodic axis with its
    /// end stored twice, statistics that are the training split's. Axes and times were checked when the source was opened.
    /// - Parameters:
    ///   - leavesOut: Which samples are not looked at.
    ///   - progress: Told after every sample how many are done, and of how many.
    ///   - shouldStop: Asked before every sample; a look that was cut short knows of what it saw.
    package init(
        of source: any SampleSource, leavingOut leavesOut: (Int) -> Bool = { _ in false },
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }, shouldStop: () -> Bool = { false }
    ) throws(DataError) {
        self.init()
        var check = SourceCheck(source)
        for number in 0..<source.sampleCount {
            if shouldStop() { return }
            if number % source.preparedCount == 0 {
                try source.prepare(Array(number..<min(source.sampleCount, number + source.preparedCount)))
            }
            if leavesOut(number) { continue }
            let before = findings.count
            do throws(DataError) {
                try check.look(at: source.sample(number), &self)
            } catch {
                let (path, row) = source.place(of: number)
                let line = "\(error)".split(separator: "\n").first ?? ""
                find(path, "sample \(row) cannot be read: \(line)", "Get this file again.")
            }
            if findings.count > before { unsound.append(number) }
            progress(number + 1, source.sampleCount)
        }
        check.finish(&self)
    }
}

/// The state of a look at all samples.
private struct SourceCheck {
    let source: any SampleSource
    private let description: DatasetDescription
    private var beginnings: [UInt64: Int] = [:]
    private var moments: [FieldMoments]
    /// Of each periodic axis, in how many samples the last point repeats the first.
    private var closed: [Int]

    init(_ source: any SampleSource) {
        self.source = source
        description = source.description
        moments = FieldMoments.none(of: description)
        closed = description.dimensions.map { _ in 0 }
    }

    private func split(of sample: Int) -> Split? { source.splits.first { $0.value.contains(sample) }?.key }

    mutating func look(at sample: Sample, _ result: inout Verification) throws(DataError) {
        let (path, row) = source.place(of: sample.index)
        for (number, field) in description.fields.enumerated() {
            let frames = field.isTimeVarying ? description.times.count : 1
            result.check(
                sample.fields[number], of: field.name, frames, row, path, "Leave this sample out.",
                mayRepeat: description.mayRepeat)
            if split(of: sample.index) == .train { moments[number].add(sample.fields[number], frames: frames) }
        }
        for (cloud, values) in zip(description.particles, sample.particles) {
            result.check(
                values, of: cloud.name, description.times.count, row, path, "Leave this sample out.",
                mayRepeat: description.mayRepeat)
        }
        for (name, values) in sample.scalars.sorted(by: { $0.key < $1.key }) where !values.allSatisfy(\.isFinite) {
            result.find(path, "scalar '\(name)' of sample \(row) is NaN or infinite", "Leave this sample out.")
        }
        let state = source.initialState(of: sample)
        if let twin = beginnings[state], split(of: twin) != split(of: sample.index) || source.splits.isEmpty {
            let other = source.place(of: twin)
            let groups = [twin, sample.index].compactMap { split(of: $0)?.rawValue }
            result.find(
                path,
                "sample \(row) begins as sample \(other.row) of \(other.path) does"
                    + (groups.isEmpty ? "" : ": \(groups[0]) leaks into \(groups[1])"),
                "Keep one of them.")
        } else {
            beginnings[state] = sample.index
        }
        for (axis, dimension) in description.dimensions.enumerated()
        where description.boundaries.contains(where: { $0.kind == .periodic && $0.dimension == dimension.name }) {
            if zip(description.fields, sample.fields).allSatisfy({ repeatsItsEnd($0, $1, along: axis) }) {
                closed[axis] += 1
            }
        }
        result.samples += 1
    }

    /// Whether a field's first frame has the same values at both ends of an axis.
    private func repeatsItsEnd(_ field: FieldDescription, _ values: [Float], along axis: Int) -> Bool {
        let resolution = description.resolution
        guard resolution[axis] > 1 else { return false }
        let inner = resolution[(axis + 1)...].reduce(description.componentCount(of: field), *)
        let outer = resolution[..<axis].reduce(1, *)
        return (0..<outer).allSatisfy { row in
            let first = row * resolution[axis] * inner
            let last = first + (resolution[axis] - 1) * inner
            return values[first..<first + inner] == values[last..<last + inner]
        }
    }

    func finish(_ result: inout Verification) {
        for (axis, count) in closed.enumerated() where count > 0 && count == result.samples {
            result.find(
                source.path,
                "axis '\(description.dimensions[axis].name)' is periodic, and its last point repeats the first in all samples",
                "Leave the last point out.")
        }
        let stored = (source as? WellSource)?.moments ?? []
        for (stored, found) in zip(stored, moments) {
            for (a, b) in zip(stored.values, found.values) where b.count > 0 {
                let tolerance = 0.01 * max(b.standardDeviation, 1e-6 * abs(b.mean))
                guard abs(a.mean - b.mean) > tolerance || abs(a.standardDeviation - b.standardDeviation) > tolerance
                else { continue }
                result.find(
                    StatisticsFile.name,
                    "mean and deviation of '\(found.field)' are \(Float(a.mean)) and \(Float(a.standardDeviation)), "
                        + "those of the training split \(Float(b.mean)) and \(Float(b.standardDeviation))",
                    "Compute them of the training split alone.")
                break
            }
        }
    }
}
