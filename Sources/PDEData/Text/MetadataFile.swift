/// `<name>.yaml`: the summary that The Well keeps beside a dataset.
enum MetadataFile {
    static func text(of manifest: Manifest) -> String {
        let description = manifest.description
        let shards = manifest.shards.sorted { $0.id < $1.id }
        let scalars = description.inputs
        let constant =
            scalars.filter { !$0.isTimeVarying }.map(\.name)
            + (description.diagnostics == nil ? DatasetDescription.reservedScalars : [])
        var kinds: [String] = []
        for boundary in description.boundaries {
            let kind = boundary.kind.rawValue.uppercased()
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        var text = "dataset_name: \(YAML.name(description.name))\n"
        text += "n_spatial_dims: \(description.dimensions.count)\n"
        text += YAML.list("spatial_resolution", description.resolution.map { "\($0)" })
        text += YAML.list("scalar_names", scalars.filter(\.isTimeVarying).map { YAML.name($0.name) })
        text += YAML.list("constant_scalar_names", constant.map(YAML.name))
        for (key, isTimeVarying) in [("field_names", true), ("constant_field_names", false)] {
            text += "\(key):\n"
            for order in 0...2 {
                let fields = description.storedFields.filter { $0.order == order && $0.isTimeVarying == isTimeVarying }
                let names = fields.flatMap { description.componentNames(of: $0) }
                text += YAML.list("\(order)", names.map(YAML.name), indent: "  ")
            }
        }
        text += YAML.list("boundary_condition_types", kinds)
        text += "n_files: \(shards.count)\n"
        text += YAML.list("n_trajectories_per_file", shards.map { "\($0.trajectories)" })
        text += YAML.list("n_steps_per_trajectory", shards.map { _ in "\(description.times.count)" })
        return text + "grid_type: cartesian\n"
    }
}
