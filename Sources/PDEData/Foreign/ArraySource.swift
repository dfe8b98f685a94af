import Synchronization

/// What an axis of an array is.
package enum ArrayAxis: Equatable, Sendable {
    /// One entry a sample.
    case sample
    /// One entry a frame.
    case time
    /// An axis of the grid, by its place among them.
    case space(Int)
    /// Fields or components side by side.
    case channel
    /// One entry that means nothing.
    case single
}

/// An array, and where its values go.
package struct ArrayInput: Sendable {
    /// The array.
    package var array: any StoredArray
    /// What its axes are, in the order of the file.
    package var axes: [ArrayAxis]
    /// For every channel the place of its field in the description and the component of that; one where there is no such axis.
    package var targets: [(field: Int, component: Int)]

    /// - Parameter axes: As the array's writer sees them.
    package init(_ array: any StoredArray, axes: [ArrayAxis], targets: [(field: Int, component: Int)]) {
        self.array = array
        self.axes = array.isReversed ? axes.reversed() : axes
        self.targets = targets
    }

    /// The number of entries along an axis; nil when it has none.
    package func count(of axis: ArrayAxis) -> Int? { axes.firstIndex(of: axis).map { array.extents[$0] } }
}

/// Samples in arrays: one or several, each with an axis of samples.
package final class ArraySource: SampleSource {
    package let path: String
    package let layout: String
    package let description: DatasetDescription
    package let sampleCount: Int
    package let splits: [Split: Range<Int>] = [:]
    package let remarks: [String]
    private let inputs: [ArrayInput]
    /// The values of every parameter, one a sample.
    private let parameters: [String: [Double]]
    /// Blocks of samples that were read ahead, by input and sample.
    private let prepared = Mutex<[[Int: [Float]]]>([])

    /// - Parameters:
    ///   - inputs: Arrays that bring every component of every field of the description once.
    ///   - parameters: The values of the description's parameters: one a sample.
    ///   - remarks: What was put right.
    /// - Throws: `DataError.corrupt` when an array has another number of samples, frames or points, or parameters another
    ///   number of values; `DataError.description`.
    package init(
        path: String, layout: String, description: DatasetDescription, inputs: [ArrayInput],
        parameters: [String: [Double]], remarks: [String] = []
    ) throws(DataError) {
        try description.validate()
        guard let count = inputs.first?.count(of: .sample) else {
            throw .corrupt(
                path: path, problem: "it has no axis of samples", remedy: "Name one of the axes 'sample' with --axes.")
        }
        guard count > 0 else {
            throw .corrupt(
                path: path, problem: "it has no samples; its shape is \(inputs[0].array.shape)",
                remedy: "Correct the file, or the axes.")
        }
        for input in inputs {
            for (axis, extent) in zip(input.axes, input.array.extents) {
                let (words, expected): (String, Int) =
                    switch axis {
                    case .sample: ("samples", count)
                    case .time: ("frames", description.times.count)
                    case .space(let number):
                        ("points along '\(description.dimensions[number].name)'", description.resolution[number])
                    case .channel: ("channels", input.targets.count)
                    case .single: ("entries along an axis without meaning", 1)
                    }
                guard extent == expected else {
                    throw .corrupt(
                        path: input.array.path,
                        problem: "\(input.array.name) has \(extent) \(words), expected \(expected); its shape is "
                            + "\(input.array.shape)",
                        remedy: extent + 1 == expected
                            ? "Times or coordinates are one longer than the data: leave out the end that no value belongs to."
                            : "Correct the axes, or the other arrays.")
                }
            }
        }
        for (name, values) in parameters where values.count != count {
            throw .corrupt(
                path: path, problem: "parameter '\(name)' has \(values.count) values for \(count) samples",
                remedy: "Give one value a sample.")
        }
        self.path = path
        self.layout = layout
        self.description = description
        self.inputs = inputs
        self.parameters = parameters
        self.remarks = remarks
        sampleCount = count
        prepared.withLock { $0 = inputs.map { _ in [:] } }
    }

    package func place(of sample: Int) -> (path: String, row: Int) { (inputs[0].array.path, sample) }

    package func sample(_ number: Int) throws(DataError) -> Sample {
        var sample = Sample(index: number, fields: [])
        sample.fields = description.fields.map {
            [Float](repeating: 0, count: description.shape(of: $0).reduce(1, *))
        }
        for (place, input) in inputs.enumerated() {
            if let block = prepared.withLock({ $0[place].removeValue(forKey: number) }) {
                distribute(block, of: input, into: &sample)
            } else {
                distribute(try input.array.read(input.block(of: number, 1)), of: input, into: &sample)
            }
        }
        for (name, values) in parameters { sample.scalars[name] = [values[number]] }
        return sample
    }

    /// Puts the values of one sample, in the order of the file, where they belong: [time][space…][component].
    private func distribute(_ block: [Float], of input: ArrayInput, into sample: inout Sample) {
        let strides = input.strides
        func stride(_ axis: ArrayAxis) -> Int { input.axes.firstIndex(of: axis).map { strides[$0] } ?? 0 }
        let resolution = description.resolution
        let steps = resolution.indices.map { stride(.space($0)) }
        let (points, innermost) = (resolution.last!, steps.last!)
        for (channel, target) in input.targets.enumerated() {
            let field = description.fields[target.field]
            let components = description.componentCount(of: field)
            let frames = field.isTimeVarying ? description.times.count : 1
            let rows = resolution.dropLast().reduce(1, *)
            for frame in 0..<frames {
                for row in 0..<rows {
                    var (remainder, from) = (row, frame * stride(.time) + channel * stride(.channel))
                    for axis in resolution.indices.dropLast().reversed() {
                        from += remainder % resolution[axis] * steps[axis]
                        remainder /= resolution[axis]
                    }
                    let to = (frame * rows + row) * points * components + target.component
                    for point in 0..<points {
                        sample.fields[target.field][to &+ point &* components] = block[from &+ point &* innermost]
                    }
                }
            }
        }
    }

    // MARK: Samples that do not lie side by side

    /// The most bytes of samples that are read ahead.
    private static let preparedBytes = 1 << 30

    /// Files in the order of MATLAB have the samples along their last axis: one of them is all over the file, and as many as
    /// fit in memory are read in one pass.
    package var preparedCount: Int {
        guard inputs.contains(where: { $0.axes.first != .sample }) else { return 1 }
        return max(1, min(sampleCount, Self.preparedBytes / max(1, description.bytesPerSample)))
    }

    package func prepare(_ numbers: [Int]) throws(DataError) {
        guard numbers.count > 1 else { return }
        for (place, input) in inputs.enumerated() where input.axes.first != .sample {
            let found = try input.array.samples(numbers, along: input.axes.firstIndex(of: .sample)!)
            prepared.withLock { $0[place] = found }
        }
    }
}

extension ArrayInput {
    /// The block of some samples.
    fileprivate func block(of sample: Int, _ count: Int) -> (start: [Int], count: [Int]) {
        let isSample = axes.map { $0 == .sample }
        return (isSample.map { $0 ? sample : 0 }, zip(isSample, array.extents).map { $0 ? count : $1 })
    }

    /// How many values of one sample's block it is from an entry to the next along each axis; 0 along samples.
    fileprivate var strides: [Int] {
        var strides = axes.map { _ in 0 }
        var stride = 1
        for axis in axes.indices.reversed() where axes[axis] != .sample {
            strides[axis] = stride
            stride *= array.extents[axis]
        }
        return strides
    }
}

extension StoredArray {
    fileprivate func read(_ block: (start: [Int], count: [Int])) throws(DataError) -> [Float] {
        try read(start: block.start, count: block.count)
    }

    /// The values of some samples, each in the order of the file, from one pass over the file.
    fileprivate func samples(_ numbers: [Int], along axis: Int) throws(DataError) -> [Int: [Float]] {
        var found = Dictionary(uniqueKeysWithValues: numbers.map { ($0, [Float]()) })
        let width = extents[axis]
        let inner = extents[(axis + 1)...].reduce(1, *)
        // Whole slabs along the first axis, of 16 MiB where they are smaller.
        let slab = extents.dropFirst().reduce(1, *)
        let step = max(1, (1 << 22) / max(1, slab))
        for first in stride(from: 0, to: extents[0], by: step) {
            let number = min(step, extents[0] - first)
            var (start, count) = (extents.map { _ in 0 }, extents)
            (start[0], count[0]) = (first, number)
            let values = try read(start: start, count: count)
            for outer in stride(from: 0, to: values.count, by: width * inner) {
                for sample in numbers {
                    let from = outer + sample * inner
                    found[sample]!.append(contentsOf: values[from..<from + inner])
                }
            }
        }
        return found
    }
}
