/// Samples that stand in memory.
package struct MemorySource: SampleSource {
    package let path = "memory"
    package let layout = "arrays in memory"
    package let description: DatasetDescription
    package let splits: [Split: Range<Int>] = [:]
    package let remarks: [String] = []
    private let samples: [Sample]

    /// - Throws: `DataError.corrupt` for a sample that is not as the description says, `DataError.description`.
    package init(_ samples: [Sample], _ description: DatasetDescription) throws(DataError) {
        try description.validate()
        func refuse(_ problem: String, _ remedy: String) -> DataError {
            .corrupt(path: "memory", problem: problem, remedy: remedy)
        }
        guard !samples.isEmpty else { throw refuse("there are no samples", "Give one at least.") }
        for (number, sample) in samples.enumerated() {
            let shapes = description.fields.map(description.shape) + description.particles.map(description.shape)
            let arrays = sample.fields + sample.particles
            guard sample.fields.count == description.fields.count, arrays.count == shapes.count else {
                throw refuse(
                    "sample \(number) has \(sample.fields.count) fields and \(sample.particles.count) clouds, and "
                        + "\(description.fields.count) and \(description.particles.count) are described",
                    "Give them in the description's order.")
            }
            for (place, shape) in shapes.enumerated() where arrays[place].count != shape.reduce(1, *) {
                let name = (description.fields.map(\.name) + description.particles.map(\.name))[place]
                throw refuse(
                    "'\(name)' of sample \(number) has \(arrays[place].count) values, and its shape is \(shape)",
                    "Give them in row-major order: time, space, components.")
            }
            for scalar in description.numbers {
                let wanted = scalar.isTimeVarying ? description.times.count : 1
                let found = sample.scalars[scalar.name]?.count ?? 0
                guard found == wanted else {
                    throw refuse(
                        "sample \(number) has \(found) values of '\(scalar.name)', and \(wanted) are described",
                        "Give every number of the description.")
                }
            }
        }
        (self.samples, self.description) = (samples, description)
    }

    package var sampleCount: Int { samples.count }

    package func place(of sample: Int) -> (path: String, row: Int) { (path, sample) }

    package func sample(_ number: Int) -> Sample {
        var sample = samples[number]
        sample.index = number
        return sample
    }

    /// The CRC-32 of all values.
    package var checksum: UInt32 {
        var checksum = Checksum()
        for sample in samples {
            for values in sample.fields + sample.particles { values.withUnsafeBytes { checksum.update($0) } }
            for scalar in description.numbers {
                (sample.scalars[scalar.name] ?? []).withUnsafeBytes { checksum.update($0) }
            }
        }
        return checksum.value
    }
}
