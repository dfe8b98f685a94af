/// All that the files of a dataset have in common: axes, times, fields, scalars, boundary conditions.
public struct DatasetDescription: Equatable, Sendable {
    /// The dataset's name, which its files carry: letters, digits, `_`, `-` and `.`.
    public var name: String
    /// One line for the reader.
    public var title: String
    /// The axes, slowest first, as the fields are stored.
    public var dimensions: [Dimension]
    /// The time of every frame, uniform and increasing.
    public var times: [Double]
    /// The fields, in the order in which samples bring them.
    public var fields: [FieldDescription]
    /// The coefficients of the equation: drawn or chosen for a sample before it was computed.
    public var parameters: [ScalarDescription]
    /// The other numbers that a sample had before it was computed, such as how many obstacles. They stand in the files'
    /// group `scalars` as parameters do, and loaders hand all of that group to a model.
    public var scalars: [ScalarDescription]
    /// What came of computing a sample: cost, the solver's health, difficulty measured on the solution, series of its
    /// frames. They stand in the files' group `diagnostics`, which loaders leave alone.
    ///
    /// Nil where files have no such group: those of others, and those that PDEKit wrote before there was one. All numbers
    /// are `scalars` there.
    public var diagnostics: [ScalarDescription]?
    /// The boundary conditions.
    public var boundaries: [Boundary]
    /// The clouds of particles; most datasets have none.
    public var particles: [ParticleDescription]
    /// Whether axes have names that netCDF4 and xarray know, and coordinates, times and inputs the precision of fields.
    /// Files of others and those from before have not.
    public var hasNamedAxes: Bool
    /// Whether each chunk of a field stands beside its Fletcher32 checksum. Tools that read chunks past HDF5 know no such
    /// filter; without, only the manifest's checksums of whole files tell of damage.
    public var hasChecksums: Bool
    /// Names of texts that every sample brings for `provenance`, such as its obstacles' true positions.
    public var notes: [String]
    /// Whether a frame may equal the one before, as of flows that have become steady.
    public var mayRepeat: Bool

    /// Describes a dataset.
    public init(
        name: String, title: String, dimensions: [Dimension], times: [Double], fields: [FieldDescription],
        parameters: [ScalarDescription] = [], scalars: [ScalarDescription] = [],
        diagnostics: [ScalarDescription]? = [], boundaries: [Boundary] = [], particles: [ParticleDescription] = [],
        notes: [String] = [], mayRepeat: Bool = false, hasNamedAxes: Bool = true, hasChecksums: Bool = true
    ) {
        self.name = name
        self.title = title
        self.dimensions = dimensions
        self.times = times
        self.fields = fields
        self.parameters = parameters
        self.scalars = scalars
        self.diagnostics = diagnostics
        self.boundaries = boundaries
        self.particles = particles
        self.notes = notes
        self.mayRepeat = mayRepeat
        self.hasNamedAxes = hasNamedAxes
        self.hasChecksums = hasChecksums
    }

    /// What a model may be told of a sample: the numbers in the files' group `scalars`.
    public var inputs: [ScalarDescription] { parameters + scalars }

    /// The inputs that are one number a sample; files of others seldom say which of them are parameters.
    package var constantInputs: [ScalarDescription] { inputs.filter { !$0.isTimeVarying } }

    /// All numbers of a sample: inputs, then diagnostics.
    public var numbers: [ScalarDescription] { inputs + (diagnostics ?? []) }

    /// The number of points of every axis, slowest first.
    public var resolution: [Int] { dimensions.map(\.coordinates.count) }

    /// Which axes are periodic, slowest first.
    public var isPeriodic: [Bool] {
        dimensions.map { axis in boundaries.contains { $0.kind == .periodic && $0.dimension == axis.name } }
    }

    /// The number of grid points.
    public var pointCount: Int { resolution.reduce(1, *) }

    /// The parameter, scalar or diagnostic of a name.
    package func scalar(_ name: String) -> ScalarDescription? { numbers.first { $0.name == name } }

    /// The number of values that `field` has at a point: 1, D or D².
    public func componentCount(of field: FieldDescription) -> Int {
        (0..<field.order).reduce(1) { count, _ in count * dimensions.count }
    }

    /// The shape of one sample of `field`: [T][spatial…][components…], without T when it is constant in time.
    public func shape(of field: FieldDescription) -> [Int] {
        (field.isTimeVarying ? [times.count] : []) + resolution
            + Array(repeating: dimensions.count, count: field.order)
    }

    /// The loader's names of a field's channels: `velocity_x`, `velocity_y`; `stress_xx`, `stress_xy`, ….
    public func componentNames(of field: FieldDescription) -> [String] {
        Self.componentNames(of: field.name, order: field.order, on: dimensions.map(\.name))
    }

    static func componentNames(of name: String, order: Int, on axes: [String]) -> [String] {
        var suffixes = [""]
        for _ in 0..<order { suffixes = suffixes.flatMap { suffix in axes.map { suffix + $0 } } }
        return suffixes.map { $0.isEmpty ? name : "\(name)_\($0)" }
    }

    /// The fields that channels of these names are, and where each channel goes: names in a row that are those of a vector's
    /// or a matrix' components make one field.
    package static func fields(
        ofChannels names: [String], on axes: [String]
    ) -> (fields: [FieldDescription], targets: [(field: Int, component: Int)]) {
        var fields: [FieldDescription] = []
        var targets: [(field: Int, component: Int)] = []
        while targets.count < names.count {
            let rest = names[targets.count...]
            let stems = [2, 1].map { order in
                let suffix = componentNames(of: "", order: order, on: axes)[0]
                return (order, rest.first!.hasSuffix(suffix) ? String(rest.first!.dropLast(suffix.count)) : "")
            }
            let found = stems.first { order, stem in
                !stem.isEmpty && rest.starts(with: componentNames(of: stem, order: order, on: axes))
            }
            let (order, name) = found ?? (0, rest.first!)
            let components = (0..<order).reduce(1) { count, _ in count * axes.count }
            targets += (0..<components).map { (fields.count, $0) }
            fields.append(FieldDescription(name: name, order: order, summary: ""))
        }
        return (fields, targets)
    }

    /// The shape of one sample of a cloud: [T][particle][component].
    public func shape(of cloud: ParticleDescription) -> [Int] { [times.count, cloud.count, cloud.components.count] }

    /// The bytes of one sample's fields and particles as they are stored.
    public var bytesPerSample: Int {
        fields.reduce(0) { $0 + shape(of: $1).reduce(4, *) } + particles.reduce(0) { $0 + shape(of: $1).reduce(4, *) }
    }

    /// The indices of `fields` in the order in which files have them: those that loaders see, scalars, vectors and
    /// matrices; then those that are one number.
    package var loaderOrder: [Int] {
        let rank = { (field: FieldDescription) in field.uniformValue == nil ? field.order : 3 }
        return fields.indices.sorted { (rank(fields[$0]), $0) < (rank(fields[$1]), $1) }
    }

    /// The fields whose values stand in files, in the loaders' order.
    package var storedFields: [FieldDescription] {
        loaderOrder.map { fields[$0] }.filter { $0.uniformValue == nil }
    }

    /// Checks that a file can follow this description.
    /// - Throws: `DataError.description` that names the first thing that is wrong.
    public func validate() throws(DataError) {
        func refuse(_ problem: String) -> DataError { .description(name: name, problem: problem) }
        let allowed = { (text: String) in
            !text.isEmpty && !text.hasPrefix(".")
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                        UInt8(ascii: "."):
                        true
                    default: false
                    }
                }
        }
        let scalarNames = numbers.map(\.name) + DatasetDescription.reservedScalars
        let dimensionNames =
            dimensions.map(\.name) + ["time"] + (hasNamedAxes ? ["sample", "component", "row", "column"] : [])
        let groups = [
            ("field", fields.map(\.name)), ("cloud", particles.map(\.name)), ("scalar", scalarNames),
            ("dimension", dimensionNames), ("note", notes),
        ]
        guard allowed(name) else { throw refuse("the name may hold letters, digits, '_', '-' and '.' only") }
        for (kind, names) in groups {
            var known: Set<String> = []
            for name in names {
                guard allowed(name) else { throw refuse("\(kind) '\(name)': names hold letters, digits, _ - . only") }
                guard known.insert(name).inserted else { throw refuse("\(kind) '\(name)' is there twice") }
            }
        }
        for (group, datasets) in axisNames {
            let axes = Set(datasets.flatMap(\.axes))
            if let name = datasets.map(\.name).first(where: axes.contains) {
                throw refuse("'\(name)' of \(group) has the name of an axis")
            }
        }
        for parameter in parameters where DatasetDescription.reservedAttributes.contains(parameter.name) {
            throw refuse("parameter '\(parameter.name)' has the name of a root attribute of the layout")
        }
        for parameter in parameters where parameter.isTimeVarying {
            throw refuse("parameter '\(parameter.name)' varies in time; make it a scalar")
        }
        guard (1...3).contains(dimensions.count) else {
            throw refuse("\(dimensions.count) axes; 1, 2 or 3 are possible")
        }
        for dimension in dimensions {
            guard dimension.coordinates.count > 0 else { throw refuse("axis '\(dimension.name)' has no points") }
            guard isIncreasing(dimension.coordinates), isIncreasing(stored(dimension.coordinates)) else {
                throw refuse("the coordinates of axis '\(dimension.name)' do not increase")
            }
            if let length = dimension.length, !(length > 0 && length.isFinite) {
                throw refuse("axis '\(dimension.name)' has the length \(length)")
            }
        }
        guard !times.isEmpty, isIncreasing(times), isIncreasing(stored(times)) else {
            throw refuse("the times do not increase")
        }
        guard isUniform(times) else { throw refuse("the times are not uniform") }
        for field in fields {
            guard let value = field.uniformValue else { continue }
            guard value.isFinite, field.order == 0, !field.isTimeVarying, !field.isSampleVarying else {
                throw refuse("field '\(field.name)' is \(value) everywhere; a scalar that all samples share can be")
            }
        }
        guard fields.contains(where: \.isTimeVarying) else { throw refuse("no field varies in time") }
        for field in fields where !(0...2).contains(field.order) {
            throw refuse("field '\(field.name)' has order \(field.order); 0, 1 and 2 are possible")
        }
        for field in fields where field.isTimeVarying && !field.isSampleVarying {
            throw refuse("field '\(field.name)' varies in time and not with the sample: all samples would be one")
        }
        for cloud in particles {
            guard cloud.count > 0, !cloud.components.isEmpty else {
                throw refuse("cloud '\(cloud.name)' has \(cloud.count) particles of \(cloud.components.count) numbers")
            }
            guard !fields.contains(where: { $0.name == cloud.name }) else {
                throw refuse("cloud '\(cloud.name)' has the name of a field")
            }
        }
        guard leastBytes(ofSamples: 1) != nil, product(of: resolution) != nil else {
            throw refuse("a sample has more values than can be addressed")
        }
        for boundary in boundaries where !dimensions.contains(where: { $0.name == boundary.dimension }) {
            throw refuse("a boundary condition names the axis '\(boundary.dimension)', which does not exist")
        }
    }

    /// Numbers that every file has besides the described ones: diagnostics, where files have those.
    package static let reservedScalars = ["index", "attempt"]
    private static let reservedAttributes = [
        "dataset_name", "grid_type", "n_spatial_dims", "n_trajectories", "simulation_parameters", "title",
    ]
}

/// Whether every value is finite and larger than the one before.
package func isIncreasing(_ values: [Double]) -> Bool {
    values.allSatisfy(\.isFinite) && zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
}

/// Whether all steps are equal to within round-off of the largest value.
package func isUniform(_ values: [Double]) -> Bool {
    guard values.count > 2, let first = values.first, let last = values.last else { return true }
    let step = (last - first) / Double(values.count - 1)
    let tolerance = 1e-9 * max(abs(step), max(abs(first), abs(last)) * 1e-3)
    return values.indices.allSatisfy { abs(values[$0] - (first + Double($0) * step)) <= tolerance }
}
