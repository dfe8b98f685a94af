/// Files as PDEBench publishes them (M. Takamoto et al., "PDEBench: An Extensive Benchmark for Scientific Machine Learning",
/// 2022): four layouts without a common description.
///
/// | what is there | what it is |
/// |---|---|
/// | `tensor` [sample][time][x] with `x-coordinate`, `t-coordinate` | one scalar on a line |
/// | `density`, `pressure`, `Vx`, `Vy`, `Vz` [sample][time][x][y][z] | compressible flow in 1 to 3 dimensions |
/// | `0000/data` [time][x][y][channel] with `0000/grid/{x,y,t}` | a group a sample: diffusion and reaction, shallow water |
/// | `tensor` [sample][1][x][y] with `nu` [sample][x][y] | Darcy flow: the solution and its coefficient |
///
/// `t-coordinate` has one entry more than there are frames in the published files; the last is left out.
package struct PDEBenchFile {
    private let root: HDF5Object
    private let path: String
    private var remarks: [String] = []

    /// The samples of a file.
    /// - Returns: nil when the file has none of these layouts.
    /// - Throws: `DataError.corrupt` when it has one and something is wrong with it, `DataError.hdf5`.
    package static func source(in root: HDF5Object) throws(DataError) -> ArraySource? {
        var file = PDEBenchFile(root: root, path: root.place.path)
        if try root.contains("tensor") { return try file.tensor() }
        if try root.contains("density"), try root.contains("Vx") { return try file.flow() }
        let names = try root.members(atMost: Self.mostSamples)
        guard let first = names.first, try root.kind(of: first) == .group,
            try root.open(first, as: .group).kind(of: "data") == .dataset
        else { return nil }
        return try file.groups(names)
    }

    private init(root: HDF5Object, path: String) {
        self.root = root
        self.path = path
    }

    /// The names of axes, slowest first.
    static let letters = ["x", "y", "z"]
    /// The most samples of files with a group for each; those that are published have 1000 to 10,000.
    private static let mostSamples = 1_000_000

    private mutating func tensor() throws(DataError) -> ArraySource {
        let values = try array("tensor")
        let extents = values.extents
        guard try root.contains("nu") else {
            let rank = extents.count - 2
            let axes = try axes(rank, of: extents.dropFirst(2), in: values)
            let times = try times(extents[1])
            return try source(
                "one array `tensor`", axes, times: times, fields: [field(names(1)?[0] ?? "u", 0)],
                [ArrayInput(values, axes: [.sample, .time] + spaces(rank), targets: [(0, 0)])],
                parameters: parameters(extents[0]))
        }
        guard extents.count == 4, extents[1] == 1 else {
            throw corrupt("'tensor' has shape \(extents), and beside 'nu' it should be [sample, 1, x, y]")
        }
        let names = names(2) ?? ["u", "nu"]
        return try source(
            "a coefficient `nu` and a solution `tensor`", axes(2, of: extents.dropFirst(2), in: values), times: [0],
            fields: [field(names[0], 0), field(names[1], 0, isTimeVarying: false)],
            [
                ArrayInput(values, axes: [.sample, .single] + spaces(2), targets: [(0, 0)]),
                ArrayInput(try array("nu"), axes: [.sample] + spaces(2), targets: [(1, 0)]),
            ], parameters: parameters(extents[0]))
    }

    private mutating func flow() throws(DataError) -> ArraySource {
        let density = try array("density")
        let extents = density.extents
        let rank = extents.count - 2
        let axes = try axes(rank, of: extents.dropFirst(2), in: density)
        let roles = [.sample, .time] + spaces(rank)
        var inputs = [ArrayInput(density, axes: roles, targets: [(0, 0)])]
        inputs.append(ArrayInput(try array("pressure"), axes: roles, targets: [(1, 0)]))
        for component in 0..<rank {
            inputs.append(
                ArrayInput(try array("V\(Self.letters[component])"), axes: roles, targets: [(2, component)]))
        }
        let times = try times(extents[1])
        return try source(
            "an array a variable", axes, times: times,
            fields: [field("density", 0), field("pressure", 0), field("velocity", 1)], inputs,
            parameters: parameters(extents[0]))
    }

    private mutating func groups(_ names: [String]) throws(DataError) -> ArraySource {
        let stack = try StackedArray(names.map { "\($0)/data" }, in: root)
        let extents = stack.extents
        let rank = extents.count - 3
        guard (1...3).contains(rank) else {
            throw corrupt("'\(names[0])/data' has shape \(extents.dropFirst()), expected [time, x, y, channel]")
        }
        let first = try root.open(names[0], as: .group)
        guard try first.contains("grid") else { throw corrupt("it has no '\(names[0])/grid'") }
        let grid = try first.open("grid", as: .group)
        var dimensions: [Dimension] = []
        for axis in 0..<rank {
            let letter = Self.letters[axis]
            dimensions.append(
                try dimension(
                    letter, try numbers(letter, in: grid), points: extents[axis + 2],
                    "grid/\(letter)"))
        }
        let channels = extents.last!
        let (fields, targets) = DatasetDescription.fields(
            ofChannels: self.names(channels) ?? (channels == 1 ? ["u"] : (0..<channels).map { "u\($0)" }),
            on: dimensions.map(\.name))
        let times = try trimmed(numbers("t", in: grid), frames: extents[1], "grid/t")
        return try source(
            "a group a sample", dimensions, times: times, fields: fields,
            [ArrayInput(stack, axes: [.sample, .time] + spaces(rank) + [.channel], targets: targets)],
            parameters: groupParameters(names))
    }

    // MARK: Parts

    private func source(
        _ kind: String, _ dimensions: [Dimension], times: [Double], fields: [FieldDescription], _ inputs: [ArrayInput],
        parameters: [String: [Double]]
    ) throws(DataError) -> ArraySource {
        return try ArraySource(
            path: path, layout: "PDEBench's layout: \(kind)",
            description: DatasetDescription(
                name: "pdebench", title: "", dimensions: dimensions, times: times, fields: fields,
                parameters: parameters.keys.sorted().map {
                    ScalarDescription(name: $0, summary: "as PDEBench has it")
                }), inputs: inputs, parameters: parameters, remarks: remarks)
    }

    /// The names of so many fields or channels, where the file has them; PDEBench's own have none.
    private func names(_ count: Int) -> [String]? {
        guard let names = try? root.texts("field_names"), names.count == count else { return nil }
        return names
    }

    private func field(_ name: String, _ order: Int, isTimeVarying: Bool = true) -> FieldDescription {
        FieldDescription(name: name, order: order, isTimeVarying: isTimeVarying, summary: "")
    }

    private func spaces(_ rank: Int) -> [ArrayAxis] { (0..<rank).map { .space($0) } }

    private func numbers(_ name: String, in group: HDF5Object) throws(DataError) -> [Double] {
        guard try group.contains(name) else {
            throw corrupt("it has no '\(group.place.appending(name).object.dropFirst())'")
        }
        return try group.open(name, as: .dataset).readNumbers()
    }

    private func array(_ name: String) throws(DataError) -> HDF5Array {
        guard try root.contains(name) else { throw corrupt("it has no '\(name)'") }
        return try HDF5Array(try root.open(name, as: .dataset))
    }

    private mutating func axes(
        _ rank: Int, of points: ArraySlice<Int>, in array: HDF5Array
    ) throws(DataError) -> [Dimension] {
        guard (1...3).contains(rank) else {
            throw corrupt(
                "\(array.name) has shape \(array.extents), expected [sample, time, x, …] of 1 to 3 axes of space")
        }
        var dimensions: [Dimension] = []
        for (letter, points) in zip(Self.letters, points) {
            let name = "\(letter)-coordinate"
            dimensions.append(
                try dimension(letter, try numbers(name, in: root), points: points, name))
        }
        return dimensions
    }

    private mutating func dimension(
        _ name: String, _ coordinates: [Double], points: Int, _ place: String
    ) throws(DataError) -> Dimension {
        guard coordinates.count == points else {
            throw corrupt("'\(place)' has \(coordinates.count) entries, and the data \(points) points along it")
        }
        return Dimension(name: name, withinRoundOff: coordinates)
    }

    private mutating func times(_ frames: Int) throws(DataError) -> [Double] {
        try trimmed(numbers("t-coordinate", in: root), frames: frames, "t-coordinate")
    }

    /// The times of the frames; see the type on their number.
    private mutating func trimmed(_ times: [Double], frames: Int, _ place: String) throws(DataError) -> [Double] {
        if times.count == frames + 1 {
            remarks.append("'\(place)' has one entry more than there are frames; the last is left out")
        } else if times.count != frames {
            throw corrupt("'\(place)' has \(times.count) entries, and the data \(frames) frames")
        }
        guard let even = uniformWithinRoundOff(Array(times.prefix(frames))) else {
            throw corrupt("the times in '\(place)' are not uniform and increasing")
        }
        return even
    }

    /// The file's attributes that are one number, and those of groups that are one in each.
    private func groupParameters(_ groups: [String]) throws(DataError) -> [String: [Double]] {
        var parameters: [String: [Double]] = [:]
        for group in groups {
            let object = try root.open(group, as: .group)
            let names = group == groups[0] ? try object.attributeNames() : Array(parameters.keys)
            for name in names {
                let value = (try? object.numbers(name)) ?? []
                if value.count == 1 { parameters[name, default: []] += value } else { parameters[name] = nil }
            }
            // Published files have none, and opening thousands of groups takes time.
            if parameters.isEmpty { break }
        }
        return try attributes(groups.count).merging(parameters) { $1 }
    }

    /// The attributes that are one number, and the datasets that have one number a sample.
    private func parameters(_ samples: Int) throws(DataError) -> [String: [Double]] {
        var parameters = try attributes(samples)
        for name in try root.members()
        where !PDEBenchWriter.reserved.contains(name) && !name.hasSuffix("-coordinate") {
            guard try root.kind(of: name) == .dataset else { continue }
            let object = try root.open(name, as: .dataset)
            guard try object.numberType() != nil, try object.extents() == [samples] else { continue }
            parameters[name] = try object.readNumbers()
        }
        return parameters
    }

    private func attributes(_ samples: Int) throws(DataError) -> [String: [Double]] {
        var attributes: [String: [Double]] = [:]
        for name in try root.attributeNames() {
            guard let value = try? root.numbers(name), value.count == 1 else { continue }
            attributes[name] = Array(repeating: value[0], count: samples)
        }
        return attributes
    }

    private func corrupt(_ problem: String) -> DataError {
        .corrupt(
            path: path, problem: problem,
            remedy: "The file is not as PDEBench writes it: import its arrays with --dataset NAME --axes ….")
    }
}
