/// The names and coordinates of the axes of a file's datasets: HDF5 dimension scales, by which xarray and netCDF4 know them.
///
/// Every group has its own, because such readers open one group at a time. Axes of vectors and particles have a name and no
/// coordinates; `sample` has the samples' numbers in the dataset. The Well's layout does not know them: they are not among
/// a group's `field_names`.
struct DimensionScales {
    private let description: DatasetDescription
    private let samples: [Int]

    /// - Parameter samples: The numbers of the file's samples.
    init(of description: DatasetDescription, samples: [Int]) {
        self.description = description
        self.samples = samples
    }

    /// Makes the scales of all groups; their datasets are there.
    func write(to root: HDF5Object) throws(DataError) {
        for (group, datasets) in description.axisNames where !datasets.isEmpty {
            try write(datasets, to: root.open(group, as: .group))
        }
        let axes = try root.open("dimensions", as: .group)
        for name in description.dimensions.map(\.name) + ["time"] {
            try axes.open(name, as: .dataset).becomeScale(name)
        }
    }

    private func write(
        _ datasets: [(name: String, axes: [String])], to group: HDF5Object
    ) throws(DataError) {
        var scales: [(name: String, scale: HDF5Object, users: [(dataset: UInt64, axis: Int)])] = []
        for (name, axes) in datasets {
            let dataset = try group.open(name, as: .dataset)
            let reference = try dataset.reference()
            let extents = try dataset.extents()
            var references: [UInt64] = []
            for (number, axis) in axes.enumerated() {
                if !scales.contains(where: { $0.name == axis }) {
                    scales.append((axis, try makeScale(axis, count: extents[number], in: group), []))
                }
                guard let place = scales.firstIndex(where: { $0.name == axis }) else { continue }
                scales[place].users.append((reference, number))
                references.append(try scales[place].scale.reference())
            }
            if !references.isEmpty { try dataset.attachScales(references) }
        }
        for scale in scales { try scale.scale.attachUsers(scale.users) }
    }

    private func makeScale(_ name: String, count: Int, in group: HDF5Object) throws(DataError) -> HDF5Object {
        let coordinates: [Double]? =
            name == "time" ? description.times : description.dimensions.first { $0.name == name }?.coordinates
        let scale: HDF5Object
        if name == "sample" {
            scale = try group.createDataset(name, .integer, [count])
            try scale.write(samples.map { Int64($0) }, .integer)
        } else {
            scale = try group.createDataset(name, .float, [count])
            if let coordinates { try scale.write(coordinates, .double) }
        }
        let isCoordinate = name == "sample" || coordinates != nil
        let digits = "\(count)"
        // So netCDF-4 marks a dimension without coordinates.
        let unnamed =
            "This is a netCDF dimension but not a netCDF variable."
            + String(repeating: " ", count: max(0, 10 - digits.count)) + digits
        try scale.becomeScale(isCoordinate ? name : unnamed)
        return scale
    }
}

extension DatasetDescription {
    /// The names of the axes of every dataset by groups; none where axes have no names.
    package var axisNames: [(group: String, datasets: [(name: String, axes: [String])])] {
        guard hasNamedAxes else { return [] }
        let space = dimensions.map(\.name)
        let components = [[], ["component"], ["row", "column"]]
        func axes(_ isSampleVarying: Bool, _ isTimeVarying: Bool) -> [String] {
            (isSampleVarying ? ["sample"] : []) + (isTimeVarying ? ["time"] : [])
        }
        func axes(_ scalars: [ScalarDescription]) -> [(name: String, axes: [String])] {
            scalars.map { ($0.name, axes($0.isSampleVarying, $0.isTimeVarying)) }
        }
        var groups = ShardLayout.fieldGroups.enumerated().map { order, group in
            let members = storedFields.filter { $0.order == order }
            return (
                group: group,
                datasets: members.map {
                    (name: $0.name, axes: axes($0.isSampleVarying, $0.isTimeVarying) + space + components[order])
                }
            )
        }
        groups.append(("scalars", axes(inputs)))
        let numbers = DatasetDescription.reservedScalars.map { (name: $0, axes: ["sample"]) }
        groups.append((ShardLayout.diagnosticsGroup, axes(diagnostics ?? []) + numbers))
        groups.append(
            (
                ShardLayout.particleGroup,
                particles.map { ($0.name, ["sample", "time", "\($0.name)_particle", "\($0.name)_component"]) }
            ))
        return groups
    }
}
