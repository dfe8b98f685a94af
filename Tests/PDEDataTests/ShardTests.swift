import PDEData
import Testing

@Suite struct ShardTests {
    /// What came of solving stands apart from what a loader hands to a model.
    @Test func diagnosticsStandInAGroupOfTheirOwn() throws {
        let folder = try TemporaryFolder()
        for (name, description, scalars, diagnostics) in [
            ("now", Datasets.line, ["viscosity", "amplitude", "waves"], ["steps", "energy", "index", "attempt"]),
            (
                "before", Datasets.line.inFirstLayout,
                ["viscosity", "amplitude", "waves", "steps", "energy", "index", "attempt"], nil as [String]?
            ),
        ] {
            try AtomicFile.write(try Datasets.image(of: description, 0..<2).bytes, to: folder.file(name))
            let root = try HDF5Object.open(path: folder.file(name))
            #expect(try root.open("scalars", as: .group).texts("field_names") == scalars)
            #expect(try root.contains("diagnostics") == (diagnostics != nil))
            if let diagnostics { #expect(try root.open("diagnostics", as: .group).texts("field_names") == diagnostics) }
        }
    }

    @Test(arguments: [
        Datasets.line, Datasets.plane, Datasets.cloud, Datasets.line.inFirstLayout, Datasets.plane.inSecondLayout,
    ])
    func whatIsWrittenIsReadBack(_ description: DatasetDescription) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("shard.hdf5")
        try AtomicFile.write(try Datasets.image(of: description, 3..<8).bytes, to: path)
        let reader = try ShardReader(path: path)
        var expected = description
        expected.fields = description.loaderOrder.map { description.fields[$0] }
        expected.boundaries.sort { ($0.dimension, $0.kind.rawValue) < ($1.dimension, $1.kind.rawValue) }
        if description.hasNamedAxes {
            // Coordinates are those of single precision; a parameter of each sample is a scalar like others.
            for axis in expected.dimensions.indices { round(&expected.dimensions[axis].coordinates) }
            round(&expected.times)
            expected.scalars = description.parameters.filter(\.isSampleVarying) + description.scalars
            expected.parameters = description.parameters.filter { !$0.isSampleVarying }
        }
        #expect(reader.description == expected)
        #expect(reader.sampleCount == 5)
        #expect(try reader.scalar("index") == [3, 4, 5, 6, 7])
        #expect(try reader.scalar("attempt") == [0, 1, 2, 0, 1])
        #expect(try reader.provenance("recipe") == ["{\"seed\": 1}"])
        for note in description.notes {
            #expect(try reader.provenance(note) == (3..<8).map { "\(note) of \($0): λ ≈ 3·10⁻²" })
        }
        for position in 0..<5 {
            let sample = Datasets.sample(3 + position, of: description)
            for (values, field) in zip(sample.fields, description.fields) {
                #expect(try reader.read(field: field.name, sample: position) == values)
                guard field.isTimeVarying else { continue }
                let stride = values.count / description.times.count
                #expect(
                    try reader.read(field: field.name, sample: position, frames: 1..<3)
                        == Array(values[stride..<(3 * stride)]))
            }
        }
        for position in 0..<5 {
            let sample = Datasets.sample(3 + position, of: description)
            for (values, cloud) in zip(sample.particles, description.particles) {
                #expect(try reader.read(particles: cloud.name, sample: position) == values)
                let stride = values.count / description.times.count
                #expect(
                    try reader.read(particles: cloud.name, sample: position, frames: 1..<3)
                        == Array(values[stride..<3 * stride]))
            }
        }
        for scalar in description.numbers {
            var all = (3..<8).flatMap { Datasets.sample($0, of: description).scalars[scalar.name] ?? [] }
            let isInput = description.inputs.contains(scalar)
            if isInput && description.hasNamedAxes { round(&all) }
            #expect(try reader.scalar(scalar.name) == (scalar.isSampleVarying ? all : [all[0]]))
        }
    }

    private func round(_ values: inout [Double]) { values = values.map { Double(Float($0)) } }

    /// What one trajectory has for itself is no attribute of the file: there it would hide the scalar.
    @Test func rootAttributesAreOneNumberForAllSamples() throws {
        let folder = try TemporaryFolder()
        for (name, description, expected) in [
            ("now", Datasets.line, ["amplitude"]),
            ("before", Datasets.line.inSecondLayout, ["viscosity", "amplitude"]),
        ] {
            try AtomicFile.write(try Datasets.image(of: description, 0..<2).bytes, to: folder.file(name))
            let root = try HDF5Object.open(path: folder.file(name))
            #expect(try root.texts("simulation_parameters") == expected)
            #expect(try root.hasAttribute("viscosity") == !description.hasNamedAxes)
            #expect(try root.numbers("amplitude").count == 1)
        }
    }

    /// Every axis of every dataset has one scale of its name in the dataset's own group, as long as the axis.
    @Test(arguments: [Datasets.line, Datasets.plane, Datasets.cloud])
    func everyAxisHasAScale(_ description: DatasetDescription) throws {
        let folder = try TemporaryFolder()
        try AtomicFile.write(try Datasets.image(of: description, 3..<8).bytes, to: folder.file("shard"))
        let root = try HDF5Object.open(path: folder.file("shard"))
        let coordinates = ["sample", "time"] + description.dimensions.map(\.name)
        var axes = 0
        for (group, datasets) in description.axisNames where !datasets.isEmpty {
            let group = try root.open(group, as: .group)
            let listed = try group.texts("field_names")
            for (name, names) in datasets {
                let dataset = try group.open(name, as: .dataset)
                #expect(try listed.contains(name) && names.count == dataset.extents().count)
                #expect(try dataset.hasAttribute("DIMENSION_LIST") == !names.isEmpty)
                for (axis, count) in zip(names, try dataset.extents()) {
                    #expect(!listed.contains(axis))
                    #expect(try group.contains(axis))
                    // Axes of components have a name and no values, and are not read.
                    guard coordinates.contains(axis) else { continue }
                    let scale = try group.open(axis, as: .dataset)
                    #expect(try scale.extents() == [count])
                    #expect(try scale.hasAttribute("REFERENCE_LIST"))
                    axes += 1
                }
            }
        }
        #expect(axes >= 8)
        let fields = try root.open("t0_fields", as: .group)
        #expect(try fields.open("sample", as: .dataset).readNumbers() == [3, 4, 5, 6, 7])
        let x = description.dimensions[0]
        #expect(
            try fields.open(x.name, as: .dataset).readNumbers() == x.coordinates.map { Double(Float($0)) })
    }

    /// A field that is one number is told of and not stored; a sample that says otherwise is refused.
    @Test func aUniformFieldIsOneNumber() throws {
        let folder = try TemporaryFolder()
        var description = Datasets.plane
        description.fields[2].isSampleVarying = false
        description.fields[2].uniformValue = 0.5
        let writer = try ShardWriter(description: description, provenance: [:], capacity: 2)
        for index in 0..<2 {
            var sample = Datasets.sample(index, of: description)
            #expect(throws: DataError.self) { try writer.append(sample) }
            sample.fields[2] = sample.fields[2].map { _ in 0.5 }
            try writer.append(sample)
        }
        try AtomicFile.write(try writer.finish().bytes, to: folder.file("shard"))
        let reader = try ShardReader(path: folder.file("shard"))
        #expect(reader.description.fields.last == description.fields[2])
        #expect(try reader.read(field: "mask", sample: 1) == [Float](repeating: 0.5, count: 48))
        let root = try HDF5Object.open(path: folder.file("shard"))
        #expect(try root.open("t0_fields", as: .group).texts("field_names") == ["pressure", "depth"])
        #expect(description.inFirstLayout.fields == Datasets.plane.fields)
        #expect(description.inSecondLayout.fields == Datasets.plane.fields)
    }

    @Test(arguments: [Datasets.line, Datasets.plane, Datasets.cloud])
    func equalSamplesGiveEqualBytes(_ description: DatasetDescription) throws {
        let first = try Datasets.image(of: description, 0..<4)
        // Other allocations in between, so that leftovers in memory are not the same.
        _ = try Datasets.image(of: Datasets.plane, 0..<2)
        let second = try Datasets.image(of: description, 0..<4)
        #expect(first.bytes == second.bytes)
        #expect(first.moments == second.moments)
        #expect(try Datasets.image(of: description, 1..<5).bytes != first.bytes)
    }

    @Test(arguments: [(64, 201, 51), (1024, 3, 1), (16, 101, 101), (512, 7, 1), (256, 5, 3)])
    func chunksAreRunsOfWholeFramesOfAboutAMebibyte(_ points: Int, _ frames: Int, _ expected: Int) {
        let field = FieldDescription(name: "p", order: 0, summary: "")
        let description = DatasetDescription(
            name: "chunks", title: "", dimensions: [Datasets.axis("x", points), Datasets.axis("y", points)],
            times: (0..<frames).map { Double($0) }, fields: [field])
        #expect(ShardLayout.chunk(of: field, in: description) == [1, expected, points, points])
    }

    @Test func aShardMayHoldFewerSamplesThanItsCapacity() throws {
        let root = try TemporaryFolder()
        for (capacity, name) in [(2, "tight"), (50, "loose")] {
            let writer = try ShardWriter(description: Datasets.line, provenance: [:], capacity: capacity)
            for index in 0..<2 { try writer.append(Datasets.sample(index, of: Datasets.line)) }
            try AtomicFile.write(try writer.finish().bytes, to: root.file(name))
        }
        #expect(try root.bytes("tight") == root.bytes("loose"))
        #expect(try ShardReader(path: root.file("loose")).sampleCount == 2)
    }
}
