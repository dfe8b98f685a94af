/// Reads a description back from a file.
enum ShardStructure {
    static func read(from root: HDF5Object) throws(DataError) -> (
        DatasetDescription, fields: [String: HDF5Object], clouds: [String: HDF5Object]
    ) {
        let (dimensions, times) = try dimensions(in: root.open("dimensions", as: .group))
        var datasets: [String: HDF5Object] = [:]
        var fields: [FieldDescription] = []
        for (order, groupName) in ShardLayout.fieldGroups.enumerated() {
            let group = try root.open(groupName, as: .group)
            for name in try group.texts("field_names") {
                let dataset = try group.open(name, as: .dataset)
                datasets[name] = dataset
                fields.append(
                    FieldDescription(
                        name: name, order: order, isTimeVarying: try dataset.flag("time_varying"),
                        isSampleVarying: try dataset.flag("sample_varying"), summary: try summary(of: dataset)))
            }
        }
        for field in try uniformFields(in: root) { fields.append(field) }
        let (particles, clouds) = try particles(in: root)
        let parameterNames = try root.texts("simulation_parameters")
        let numbers = try scalars(in: root.open("scalars", as: .group))
        let hasDiagnostics = try root.contains(ShardLayout.diagnosticsGroup)
        let time = try root.open("dimensions", as: .group).open("time", as: .dataset)
        let description = DatasetDescription(
            name: try root.text("dataset_name"),
            title: try root.hasAttribute("title") ? root.text("title") : "",
            dimensions: dimensions, times: times, fields: fields,
            parameters: numbers.filter { parameterNames.contains($0.name) },
            scalars: numbers.filter { !parameterNames.contains($0.name) },
            diagnostics: hasDiagnostics
                ? try scalars(in: root.open(ShardLayout.diagnosticsGroup, as: .group)) : nil,
            boundaries: try boundaries(in: root.open("boundary_conditions", as: .group), dimensions: dimensions),
            particles: particles, notes: try notes(in: root), hasNamedAxes: try time.hasAttribute("CLASS"))
        return (description, datasets, clouds)
    }

    private static func uniformFields(in root: HDF5Object) throws(DataError) -> [FieldDescription] {
        guard try root.contains(ShardLayout.uniformGroup) else { return [] }
        let group = try root.open(ShardLayout.uniformGroup, as: .group)
        var fields: [FieldDescription] = []
        for name in try group.texts("field_names") {
            let dataset = try group.open(name, as: .dataset)
            guard let value = try dataset.readNumbers().first else { throw dataset.place.unsound("has no value") }
            fields.append(
                FieldDescription(
                    name: name, order: 0, isTimeVarying: false, isSampleVarying: false, uniformValue: Float(value),
                    summary: try summary(of: dataset)))
        }
        return fields
    }

    private static func particles(
        in root: HDF5Object
    ) throws(DataError) -> ([ParticleDescription], [String: HDF5Object]) {
        guard try root.contains(ShardLayout.particleGroup) else { return ([], [:]) }
        let group = try root.open(ShardLayout.particleGroup, as: .group)
        var (clouds, datasets): ([ParticleDescription], [String: HDF5Object]) = ([], [:])
        for name in try group.texts("field_names") {
            let dataset = try group.open(name, as: .dataset)
            let extents = try dataset.extents()
            let components = try dataset.texts("component_names")
            guard extents.count == 4, extents[3] == components.count else {
                throw dataset.place.unsound(
                    "has shape \(extents), expected [sample][time][particle][component] of \(components.count) components"
                )
            }
            datasets[name] = dataset
            clouds.append(
                ParticleDescription(
                    name: name, count: extents[2], components: components, summary: try summary(of: dataset)))
        }
        return (clouds, datasets)
    }

    private static func summary(of object: HDF5Object) throws(DataError) -> String {
        try object.hasAttribute("description") ? object.text("description") : ""
    }

    private static func dimensions(in group: HDF5Object) throws(DataError) -> ([Dimension], times: [Double]) {
        var dimensions: [Dimension] = []
        for name in try group.texts("spatial_dims") {
            let dataset = try group.open(name, as: .dataset)
            let length = try dataset.hasAttribute("length") ? dataset.numbers("length").first : nil
            dimensions.append(Dimension(name: name, coordinates: try dataset.readNumbers(), length: length))
        }
        return (dimensions, try times(in: group.open("time", as: .dataset)))
    }

    /// The times of the frames; where every sample has its own, those of the first, from which the others differ by their
    /// beginning alone.
    private static func times(in time: HDF5Object) throws(DataError) -> [Double] {
        let extents = try time.extents()
        let values = try time.readNumbers()
        guard extents.count == 2, extents[1] > 0 else { return values }
        let times = Array(values.prefix(extents[1]))
        for start in stride(from: 0, to: values.count, by: times.count) {
            let row = values[start..<start + times.count].map { $0 - values[start] + times[0] }
            guard agreeWithinRoundOff(row, times) else {
                throw .corrupt(
                    path: time.place.path,
                    problem: "sample \(start / times.count) has other frame intervals than the first",
                    remedy: "Keep samples of different intervals in different datasets.")
            }
        }
        return times
    }

    private static func scalars(in group: HDF5Object) throws(DataError) -> [ScalarDescription] {
        var scalars: [ScalarDescription] = []
        for name in try group.texts("field_names") where !DatasetDescription.reservedScalars.contains(name) {
            let dataset = try group.open(name, as: .dataset)
            scalars.append(
                ScalarDescription(
                    name: name, summary: try summary(of: dataset),
                    isSampleVarying: try dataset.flag("sample_varying"),
                    isTimeVarying: try dataset.flag("time_varying")))
        }
        return scalars
    }

    private static func boundaries(
        in group: HDF5Object, dimensions: [Dimension]
    ) throws(DataError) -> [Boundary] {
        var boundaries: [Boundary] = []
        for name in try group.members() {
            let condition = try group.open(name, as: .group)
            let axes = try condition.texts("associated_dims")
            let kind = Boundary.Kind(rawValue: try condition.text("bc_type").lowercased())
            // A condition over a face of several axes has no counterpart here.
            guard let kind, axes.count == 1 else { continue }
            let mask = try condition.open("mask", as: .dataset).readFlags()
            let sides: Boundary.Sides? =
                switch (mask.first ?? false, mask.last ?? false) {
                case (true, true): .both
                case (true, false): .low
                case (false, true): .high
                case (false, false): nil
                }
            if let sides { boundaries.append(Boundary(kind, dimension: axes[0], sides: sides)) }
        }
        return boundaries
    }

    private static func notes(in root: HDF5Object) throws(DataError) -> [String] {
        guard try root.contains("provenance") else { return [] }
        let group = try root.open("provenance", as: .group)
        var notes: [String] = []
        for name in try group.members() where try !group.open(name, as: .dataset).extents().isEmpty {
            notes.append(name)
        }
        return notes
    }
}
