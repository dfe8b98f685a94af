/// The parts of The Well's layout that are known before the first sample.
package enum ShardLayout {
    /// The groups of fields by tensor order.
    static let fieldGroups = ["t0_fields", "t1_fields", "t2_fields"]

    /// The group of what came of computing a sample, which The Well's layout does not know and its loader does not open.
    static let diagnosticsGroup = "diagnostics"

    static func attachFlags(sample: Bool, time: Bool, to object: HDF5Object) throws(DataError) {
        try object.attach(sample, as: "sample_varying")
        try object.attach(time, as: "time_varying")
    }

    static func writeDimensions(of description: DatasetDescription, to root: HDF5Object) throws(DataError) {
        let group = try root.createGroup("dimensions")
        try group.attach(description.dimensions.map(\.name), as: "spatial_dims")
        let time = try group.createDataset("time", description.realType, [description.times.count])
        try time.write(description.times, .double)
        try attachFlags(sample: false, time: true, to: time)
        for dimension in description.dimensions {
            let count = dimension.coordinates.count
            let dataset = try group.createDataset(dimension.name, description.realType, [count])
            try dataset.write(dimension.coordinates, .double)
            try attachFlags(sample: false, time: false, to: dataset)
            if let length = dimension.length { try dataset.attach(length, as: "length") }
        }
    }

    static func writeBoundaries(of description: DatasetDescription, to root: HDF5Object) throws(DataError) {
        let group = try root.createGroup("boundary_conditions")
        let names = description.boundaries.map(\.name)
        let fieldNames = description.fields.filter(\.isTimeVarying).map(\.name)
        for (position, boundary) in description.boundaries.enumerated()
        where !names[..<position].contains(boundary.name) {
            let parts = description.boundaries.filter { $0.name == boundary.name }
            let condition = try group.createGroup(boundary.name)
            try condition.attach(boundary.kind.rawValue.uppercased(), as: "bc_type")
            try condition.attach([boundary.dimension], as: "associated_dims")
            try condition.attach(fieldNames, as: "associated_fields")
            try attachFlags(sample: false, time: false, to: condition)
            let dimension = description.dimensions.first { $0.name == boundary.dimension }
            var mask = [Int8](repeating: 0, count: dimension?.coordinates.count ?? 0)
            if parts.contains(where: { $0.sides != .high }) { mask[0] = 1 }
            if parts.contains(where: { $0.sides != .low }) { mask[mask.count - 1] = 1 }
            try condition.createDataset("mask", .boolean, [mask.count]).write(mask, .boolean)
        }
    }

    /// The group of fields that are one number, which The Well's layout does not know and its loader does not open.
    static let uniformGroup = "uniform_fields"

    /// Makes the group of fields that are one number, if there are any.
    static func writeUniformFields(of description: DatasetDescription, to root: HDF5Object) throws(DataError) {
        let fields = description.fields.filter { $0.uniformValue != nil }
        guard !fields.isEmpty else { return }
        let group = try root.createGroup(uniformGroup)
        try group.attach(fields.map(\.name), as: "field_names")
        for field in fields {
            guard let value = field.uniformValue else { continue }
            let dataset = try group.createDataset(field.name, .float, nil)
            try dataset.write([value], .float)
            try dataset.attach(field.summary, as: "description")
        }
    }

    /// Makes the three field groups.
    /// - Returns: The datasets by their fields' places in the description; none of fields that are one number.
    static func createFields(
        of description: DatasetDescription, in root: HDF5Object
    ) throws(DataError) -> [Int: HDF5Object] {
        var datasets: [Int: HDF5Object] = [:]
        for (order, name) in fieldGroups.enumerated() {
            let group = try root.createGroup(name)
            let members = description.fields.indices.filter {
                description.fields[$0].order == order && description.fields[$0].uniformValue == nil
            }
            try group.attach(members.map { description.fields[$0].name }, as: "field_names")
            for position in members {
                let field = description.fields[position]
                let shape = description.shape(of: field)
                let dataset =
                    field.isSampleVarying
                    ? try group.createDataset(
                        field.name, .float, [0] + shape, chunk: chunk(of: field, in: description),
                        hasChecksums: description.hasChecksums)
                    : try group.createDataset(field.name, .float, shape)
                try dataset.attach(description.dimensions.map { _ in true }, as: "dim_varying")
                try attachFlags(sample: field.isSampleVarying, time: field.isTimeVarying, to: dataset)
                try dataset.attach(field.summary, as: "description")
                datasets[position] = dataset
            }
        }
        return datasets
    }

    /// The group of the clouds of particles, which The Well's layout does not know and its loader does not open.
    static let particleGroup = "particles"

    /// Makes the group of particles, if there are any.
    /// - Returns: The datasets in the description's order: [sample][time][particle][component].
    static func createParticles(
        of description: DatasetDescription, in root: HDF5Object
    ) throws(DataError) -> [HDF5Object] {
        guard !description.particles.isEmpty else { return [] }
        let group = try root.createGroup(particleGroup)
        try group.attach(description.particles.map(\.name), as: "field_names")
        var datasets: [HDF5Object] = []
        for cloud in description.particles {
            let shape = description.shape(of: cloud)
            let dataset = try group.createDataset(
                cloud.name, .float, [0] + shape, chunk: chunk(frames: shape), hasChecksums: description.hasChecksums)
            try attachFlags(sample: true, time: true, to: dataset)
            try dataset.attach(cloud.components, as: "component_names")
            try dataset.attach(1 / Double(cloud.count), as: "weight")
            try dataset.attach(cloud.summary, as: "description")
            datasets.append(dataset)
        }
        return datasets
    }

    /// One sample's run of whole frames, at most 1 MiB but at least one frame; runs are equally long where possible,
    /// because the last one is stored in full.
    package static func chunk(of field: FieldDescription, in description: DatasetDescription) -> [Int] {
        let shape = description.shape(of: field)
        return field.isTimeVarying ? chunk(frames: shape) : [1] + shape
    }

    /// The same for anything that has a frame for every time.
    static func chunk(frames shape: [Int]) -> [Int] {
        let frames = shape[0]
        let frameBytes = shape.dropFirst().reduce(4, *)
        let most = max(1, min(frames, (1 << 20) / max(frameBytes, 1)))
        let runs = (frames + most - 1) / most
        return [1, (frames + runs - 1) / runs] + shape.dropFirst()
    }

    /// About as many bytes as a shard takes: whole chunks, points, and a little for everything else.
    static func expectedBytes(of description: DatasetDescription, samples: Int) -> Int {
        let fields = description.fields.reduce(0) { bytes, field in
            let shape = description.shape(of: field)
            guard field.isSampleVarying else { return bytes + shape.reduce(4, *) }
            let chunk = chunk(of: field, in: description)
            let runs = (shape[0] + chunk[1] - 1) / chunk[1]
            return bytes + samples * runs * (chunk.reduce(4, *) + 64)
        }
        let clouds = description.particles.reduce(0) { bytes, cloud in
            let shape = description.shape(of: cloud)
            let chunk = chunk(frames: shape)
            return bytes + samples * (shape[0] + chunk[1] - 1) / chunk[1] * (chunk.reduce(4, *) + 64)
        }
        let points = description.dimensions.count > 1 ? 12 * description.pointCount : 0
        return fields + clouds + points + samples * 4096 + 1 << 18
    }
}
