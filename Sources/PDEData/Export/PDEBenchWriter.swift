import CHDF5

/// Which of PDEBench's layouts holds a dataset; `PDEBenchFile` says what they are and reads them.
enum PDEBenchKind: Equatable {
    /// `tensor`: one scalar on a line.
    case tensor
    /// `density`, `pressure`, `Vx`, …: the variables of compressible flow.
    case flow
    /// `tensor` and `nu`: a steady solution and its coefficient on a plane.
    case coefficient
    /// `0000/data`: a group a sample, channels side by side.
    case groups

    /// - Returns: The layout, and the places of the fields that it holds, in its order.
    static func fitting(_ description: DatasetDescription) -> (kind: PDEBenchKind, fields: [Int]) {
        let fields = description.fields
        let moving = fields.indices.filter { fields[$0].isTimeVarying }
        let names = ["density", "pressure", "velocity"]
        let flow = names.compactMap { name in moving.first { fields[$0].name == name } }
        if moving.count == 3, flow.map({ fields[$0].order }) == [0, 0, 1] { return (.flow, flow) }
        guard moving.count == 1, fields[moving[0]].order == 0 else { return (.groups, moving) }
        if description.dimensions.count == 1 { return (.tensor, moving) }
        let steady = fields.indices.filter { !fields[$0].isTimeVarying && fields[$0].order == 0 }
        let coefficient =
            steady.count == 1 ? steady[0] : steady.first { ["permeability", "nu"].contains(fields[$0].name) }
        guard description.dimensions.count == 2, description.times.count == 1, let coefficient else {
            return (.groups, moving)
        }
        return (.coefficient, moving + [coefficient])
    }

    /// The file's name without the split: PDEBench's loaders look for these.
    var fileExtension: String { self == .groups ? "h5" : "hdf5" }

    /// The names of what it holds; axes have its own letters.
    func names(of fields: [Int], in description: DatasetDescription) -> [String] {
        let axes = Array(PDEBenchFile.letters.prefix(description.dimensions.count))
        return fields.flatMap { place in
            let field = description.fields[place]
            return self == .groups
                ? DatasetDescription.componentNames(of: field.name, order: field.order, on: axes) : [field.name]
        }
    }

    /// The layout in words, with the names of what goes where.
    func summary(of description: DatasetDescription, _ fields: [Int]) -> String {
        let names = names(of: fields, in: description)
        let axes = description.dimensions.map(\.name)
        let letters = PDEBenchFile.letters.prefix(axes.count)
        let content =
            switch self {
            case .tensor: "tensor is \(names[0])"
            case .flow: "density, pressure, V\(letters.joined(separator: ", V"))"
            case .coefficient: "tensor is \(names[0]), nu is \(names[1])"
            case .groups: "a group a sample, channels \(names.joined(separator: ", "))"
            }
        return content
            + (axes == Array(letters)
                ? "" : "; axes \(axes.joined(separator: ", ")) are \(letters.joined(separator: ", "))")
    }
}

/// Writes the samples of a split as a file of PDEBench's.
///
/// Names of fields stand in an attribute `field_names`, parameters in datasets of one number a sample (in groups' attributes
/// where there is a group a sample); PDEBench's own loaders pass over both.
final class PDEBenchWriter: SampleSink {
    private let description: DatasetDescription
    private let kind: PDEBenchKind
    private let fields: [Int]
    private let path: String
    private var file: HDF5Object?
    private let count: Int
    /// Writers of one component of a field each, [sample][…].
    private var columns: [(field: Int, component: Int, writer: HDF5ChunkWriter)] = []
    private var parameters: [String: [Double]] = [:]
    private var position = 0

    /// Names of datasets that a layout gives a meaning: no parameter can have them.
    static let reserved = ["tensor", "nu", "density", "pressure", "Vx", "Vy", "Vz"]

    /// Starts the file at a path.
    /// - Throws: `DataError.hdf5`.
    init(
        path: String, _ kind: PDEBenchKind, _ fields: [Int], of description: DatasetDescription, samples count: Int
    ) throws(DataError) {
        self.description = description
        self.kind = kind
        self.fields = fields
        self.count = count
        self.path = path
        let root = try HDF5Object.create(path: path)
        file = root
        try root.attach(kind.names(of: fields, in: description), as: "field_names")
        guard kind != .groups else { return }
        let space = description.resolution
        let frames = [description.times.count] + space
        switch kind {
        case .tensor: try addColumn("tensor", frames, of: fields[0])
        case .coefficient:
            try addColumn("tensor", frames, of: fields[0])
            try addColumn("nu", space, of: fields[1])
        case .flow:
            try addColumn("density", frames, of: fields[0])
            try addColumn("pressure", frames, of: fields[1])
            for axis in space.indices { try addColumn("V\(PDEBenchFile.letters[axis])", frames, of: fields[2], axis) }
        case .groups: break
        }
        for (letter, axis) in zip(PDEBenchFile.letters, description.dimensions) {
            try write(axis.coordinates, to: "\(letter)-coordinate", in: root)
        }
        // As in the published files: one entry more than there are frames.
        let times = description.times
        let end = times.count > 1 ? [times[times.count - 1] + (times[1] - times[0])] : []
        try write(times + end, to: "t-coordinate", in: root)
    }

    private var root: HDF5Object {
        guard let file else { preconditionFailure("PDEBenchWriter: the file is finished") }
        return file
    }

    private func addColumn(_ name: String, _ row: [Int], of field: Int, _ component: Int = 0) throws(DataError) {
        let chunk = ShardLayout.chunk(frames: row)
        let dataset = try root.createDataset(name, .float, [0] + row, chunk: chunk)
        columns.append((field, component, HDF5ChunkWriter(dataset, row: row, chunk: chunk)))
    }

    private func write(_ values: [Double], to name: String, in group: HDF5Object) throws(DataError) {
        try group.createDataset(name, .float, [values.count]).write(values, .double)
    }

    func append(_ sample: Sample) throws(DataError) {
        try onDisk { () throws(DataError) in try add(sample) }
    }

    /// What HDF5 says of a disk as the operating system says it: full, or faulty.
    private func onDisk(_ body: () throws(DataError) -> Void) throws(DataError) {
        do throws(DataError) { try body() } catch {
            guard case .hdf5(let path, _, _, let message) = error, let mark = message.firstRange(of: "errno = "),
                let code = Int32(message[mark.upperBound...].prefix { $0.isNumber })
            else { throw error }
            throw FileSystem.error(path, doing: "cannot be written", code: code)
        }
    }

    private func add(_ sample: Sample) throws(DataError) {
        if kind == .groups {
            try appendGroup(sample)
        } else {
            for (field, component, writer) in columns {
                let components = description.componentCount(of: description.fields[field])
                let values = sample.fields[field]
                try writer.append(
                    components == 1
                        ? values : stride(from: component, to: values.count, by: components).map { values[$0] },
                    at: position)
            }
            for parameter in description.constantInputs {
                parameters[parameter.name, default: []] += sample.scalars[parameter.name] ?? []
            }
        }
        position += 1
    }

    private func appendGroup(_ sample: Sample) throws(DataError) {
        let digits = "\(position)"
        let width = max(4, "\(count - 1)".count)
        let group = try root.createGroup(String(repeating: "0", count: width - digits.count) + digits)
        let sizes = fields.map { description.componentCount(of: description.fields[$0]) }
        let channels = sizes.reduce(0, +)
        let shape = [description.times.count] + description.resolution
        var values = [Float](repeating: 0, count: shape.reduce(channels, *))
        var first = 0
        for (field, size) in zip(fields, sizes) {
            for (point, value) in sample.fields[field].enumerated() {
                values[point / size * channels + first + point % size] = value
            }
            first += size
        }
        try group.createDataset("data", .float, shape + [channels]).write(values, .float)
        let grid = try group.createGroup("grid")
        for (letter, axis) in zip(PDEBenchFile.letters, description.dimensions) {
            try write(axis.coordinates, to: letter, in: grid)
        }
        try write(description.times, to: "t", in: grid)
        for parameter in description.constantInputs {
            if let value = sample.scalars[parameter.name]?.first { try group.attach(value, as: parameter.name) }
        }
    }

    func finish() throws(DataError) -> Int {
        try onDisk { () throws(DataError) in try writeParameters() }
        // Its length is right when it is closed.
        columns = []
        file = nil
        return try FileSystem.synchronizeFile(path)
    }

    private func writeParameters() throws(DataError) {
        for (name, values) in parameters.sorted(by: { $0.key < $1.key }) where !Self.reserved.contains(name) {
            try root.createDataset(name, .double, [values.count]).write(values, .double)
        }
        try HDF5.call("H5Fflush", root.place) { H5Fflush(root.id, H5F_SCOPE_GLOBAL) }
    }
}
