import PDEData

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension ImportRecipe {
    /// The samples that are to be imported, and the files that they come from.
    /// - Throws: `DataError` when a file cannot be read, `ImportError` when it is not told what is what or is told wrongly.
    package func open() throws -> (source: any SampleSource, files: [String]) {
        guard source.contains(Self.splitMark) else { return try openOne() }
        var (parts, files): ([(Split, any SampleSource)], [String]) = ([], [])
        for split in Split.allCases {
            let one = self.of(split)
            guard FileSystem.exists(one.source) else { continue }
            let (source, its) = try one.openOne()
            parts.append((split, source))
            files += its
        }
        guard !parts.isEmpty else {
            throw DataError.file(
                path: source, problem: "there is none of train, valid and test", remedy: "Correct the path.",
                code: ENOENT)
        }
        return (try JoinedSource(parts, at: source), Array(Set(files)).sorted())
    }

    /// What stands for the name of a split in paths.
    private static let splitMark = "{split}"

    /// The import of one split's files.
    private func of(_ split: Split) -> ImportRecipe {
        func path(_ text: String) -> String { text.replacing(Self.splitMark, with: split.rawValue) }
        var one = self
        one.source = path(source)
        one.arrays = arrays.mapValues(path)
        one.constants = constants.mapValues(path)
        one.parameters = parameters.mapValues(path)
        one.coordinates = coordinates.mapValues(path)
        one.times = times.map(path)
        return one
    }

    private func openOne() throws -> (source: any SampleSource, files: [String]) {
        // What the file says of itself may be wrong where it is told.
        if let dataset, !axes.isEmpty { return try arraySource(of: array("\(source):\(dataset)")) }
        switch try ForeignData.open(source) {
        case .samples(let found) where axes.isEmpty:
            let told: [(String, Bool)] = [
                ("dataset", dataset != nil), ("fields", !fields.isEmpty), ("other arrays", !arrays.isEmpty),
                ("constants", !constants.isEmpty),
                ("parameters", !parameters.isEmpty), ("lengths", !lengths.isEmpty),
                ("coordinates", !coordinates.isEmpty), ("interval", interval != nil), ("times", times != nil),
            ]
            if let key = told.first(where: \.1)?.0 {
                throw ImportError(
                    "\(source) says itself what is what, in \(found.layout), and is told \(key)",
                    "Leave that out, or name the array and its axes with --dataset and --axes.")
            }
            return (found, (found as? WellSource)?.files.map(\.path) ?? [source])
        case .samples:
            throw ImportError("\(source): which array the axes are of is not known", "Name it with --dataset NAME.")
        case .arrays(let arrays):
            if let dataset { return try arraySource(of: array("\(source):\(dataset)")) }
            guard arrays.count == 1 else { throw chooseDataset(of: arrays) }
            return try arraySource(of: arrays[0])
        }
    }

    private func chooseDataset(of arrays: [any StoredArray]) -> ImportError {
        let names = arrays.map { $0.name.dropFirst(source.count + 1) }
        return ImportError(
            "\(source) holds several arrays", "Name one with --dataset NAME: \(names.joined(separator: ", ")).")
    }

    /// The array that `FILE`, `FILE:DATASET` or `:DATASET` names.
    private func array(_ named: String) throws -> any StoredArray {
        let text = named.hasPrefix(":") ? source + named : named
        guard let colon = text.lastIndex(of: ":"), !FileSystem.exists(text) else {
            guard case .arrays(let arrays) = try ForeignData.open(text), arrays.count == 1 else {
                throw ImportError("\(text) holds several arrays", "Name one as \(text):DATASET.")
            }
            return arrays[0]
        }
        return try ForeignData.array(String(text[text.index(after: colon)...]), in: String(text[..<colon]))
    }

    private func arraySource(of array: any StoredArray) throws -> (any SampleSource, [String]) {
        guard axes.count == array.shape.count else {
            throw ImportError(
                "\(array.name) has shape \(array.shape), and "
                    + (axes.isEmpty
                        ? "its axes are not known" : "--axes names \(axes.count): \(axes.joined(separator: ","))"),
                "Name each in order with --axes, such as sample,time,x,y,channel; '-' is one of a single entry.")
        }
        let named = axes.filter { !["sample", "time", "channel", "-"].contains($0) }
        let grid = grid.isEmpty ? named : grid
        guard Set(axes.filter { $0 != "-" }).count == axes.count(where: { $0 != "-" }), Set(grid) == Set(named),
            grid.count == named.count, (1...3).contains(grid.count)
        else {
            throw ImportError(
                "axes \(axes.joined(separator: ",")) and a grid of \(grid.isEmpty ? "none" : grid.joined(separator: ",")) "
                    + "do not fit together",
                "Every axis has one name, and the grid has those of space: one to three, such as x,y.")
        }
        func role(_ axis: String) -> ArrayAxis {
            switch axis {
            case "sample": .sample
            case "time": .time
            case "channel": .channel
            case "-": .single
            default: .space(grid.firstIndex(of: axis)!)
            }
        }
        func extent(_ axis: String) -> Int { axes.firstIndex(of: axis).map { array.shape[$0] } ?? 1 }
        for name in Set(lengths.keys).union(coordinates.keys).union(boundaries.keys) where !grid.contains(name) {
            throw ImportError("there is no axis '\(name)'", "The axes of space are \(grid.joined(separator: ", ")).")
        }
        let channels = try channels(extent("channel"), on: grid)
        var inputs = [ArrayInput(array, axes: axes.map(role), targets: channels.targets)]
        var fields = channels.fields
        var files = [array.path]
        for (name, place, isTimeVarying) in arrays.sorted(by: { $0.key < $1.key }).map({ ($0.key, $0.value, true) })
            + constants.sorted(by: { $0.key < $1.key }).map({ ($0.key, $0.value, false) })
        {
            let values = try self.array(place)
            let roles = axes.filter { $0 != "channel" && $0 != "-" && (isTimeVarying || $0 != "time") }
            let components = values.shape.count > roles.count ? [grid.count, grid.count * grid.count] : []
            guard values.shape.count == roles.count + (components.isEmpty ? 0 : 1),
                let order = components.isEmpty ? 0 : components.firstIndex(of: values.shape.last!).map({ $0 + 1 })
            else {
                throw ImportError(
                    "\(values.name) has shape \(values.shape)",
                    "The axes of '\(name)' are \(roles.joined(separator: ",")); a vector has one more, of "
                        + "\(grid.count) components.")
            }
            let count = components.isEmpty ? 1 : values.shape.last!
            inputs.append(
                ArrayInput(
                    values, axes: roles.map(role) + (order > 0 ? [.channel] : []),
                    targets: (0..<count).map { (fields.count, $0) }))
            fields.append(FieldDescription(name: name, order: order, isTimeVarying: isTimeVarying, summary: ""))
            files.append(values.path)
        }
        var numbers: [String: [Double]] = [:]
        for (name, place) in parameters {
            let values = try self.array(place)
            numbers[name] = try values.numbers()
            files.append(values.path)
        }
        let description = DatasetDescription(
            name: name, title: title, dimensions: try grid.map { try dimension($0, points: extent($0), &files) },
            times: try frameTimes(axes.contains("time") ? extent("time") : 1, &files), fields: fields,
            parameters: numbers.keys.sorted().map { ScalarDescription(name: $0, summary: "as it came") })
        let source = try ArraySource(
            path: source, layout: "an array", description: description, inputs: inputs, parameters: numbers)
        return (source, Array(Set(files)).sorted())
    }

    /// The fields that channels are, and where each goes.
    private func channels(
        _ count: Int, on grid: [String]
    ) throws -> (fields: [FieldDescription], targets: [(field: Int, component: Int)]) {
        let names = fields.isEmpty ? (count == 1 ? ["u"] : (0..<count).map { "u\($0)" }) : fields
        guard names.count == count else {
            throw ImportError(
                "\(names.count) names of fields for \(count) channel\(count == 1 ? "" : "s")",
                "Name each with --fields, such as velocity_x,velocity_y,pressure.")
        }
        return DatasetDescription.fields(ofChannels: names, on: grid)
    }

    private func dimension(_ name: String, points: Int, _ files: inout [String]) throws -> Dimension {
        if let place = coordinates[name] {
            guard lengths[name] == nil else {
                throw ImportError("axis '\(name)' has coordinates and a length", "Give one of the two.")
            }
            let found = try array(place)
            files.append(found.path)
            let values = try found.numbers()
            guard values.count == points else {
                throw ImportError(
                    "\(found.name) has \(values.count) coordinates, and axis '\(name)' \(points) points",
                    values.count == points + 1
                        ? "They are one longer than the data: leave out the end that no value belongs to, or give the centres "
                            + "of cells."
                        : "Give one coordinate a point.")
            }
            return Dimension(name: name, withinRoundOff: values)
        }
        let length = lengths[name] ?? 1
        guard length > 0, length.isFinite else {
            throw ImportError("axis '\(name)' has length \(length)", "Give a positive one.")
        }
        let shift = boundaries[name] == .periodic ? 0 : 0.5
        return Dimension(
            name: name, coordinates: (0..<points).map { (Double($0) + shift) * length / Double(points) }, length: length
        )
    }

    private func frameTimes(_ count: Int, _ files: inout [String]) throws -> [Double] {
        if let times {
            let found = try array(times)
            files.append(found.path)
            let values = try found.numbers()
            guard values.count == count, let even = uniformWithinRoundOff(values) else {
                throw ImportError(
                    "\(found.name) has \(values.count) times, expected \(count) that are uniform and increasing",
                    values.count == count + 1
                        ? "They are one longer than the data: leave out the one that no frame belongs to."
                        : "Give one time a frame, or --interval.")
            }
            return even
        }
        guard count > 1 else { return [0] }
        guard let interval, interval > 0, interval.isFinite else {
            throw ImportError(
                "the time between frames is \(self.interval.map { "\($0)" } ?? "not known")",
                "Give it with --interval, or the frames' times with --times FILE.")
        }
        return (0..<count).map { Double($0) * interval }
    }
}

/// What is wrong with what an import was told.
public struct ImportError: Error, Equatable, CustomStringConvertible {
    /// What, where and why.
    public let problem: String
    /// What to do next.
    public let remedy: String

    init(_ problem: String, _ remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }

    /// Two lines: what is wrong, what to do.
    public var description: String { "\(problem)\n\(remedy)" }
}
