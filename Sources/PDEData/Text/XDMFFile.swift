/// The XDMF 3 file beside a shard, with which ParaView opens it: for every sample a series of frames.
///
/// The grid is curvilinear with the shard's own points: files have the axes in the order x, y, z with the last running
/// fastest, XDMF's rectilinear grids have x run fastest, and vectors would not turn with the picture.
enum XDMFFile {
    static func path(ofShard path: String) -> String { path.dropLast("hdf5".count) + "xdmf" }

    /// - Parameter file: The shard's file name.
    static func text(file: String, samples: [Int], description: DatasetDescription) -> String {
        let points = description.resolution
        let nodes = points.count == 1 ? [1] + points : points
        let mesh = points.count == 3 ? "3DSMesh" : "2DSMesh"
        let grid =
            "<Topology TopologyType=\"\(mesh)\" Dimensions=\"\(list(nodes))\"/>"
            + "<Geometry GeometryType=\"XYZ\"><DataItem Format=\"HDF\" NumberType=\"Float\" Precision=\"4\" "
            + "Dimensions=\"\(list(nodes + [3]))\">\(escaped(file)):/\(MeshPoints.path)</DataItem></Geometry>"
        var text = "<?xml version=\"1.0\"?>\n<Xdmf Version=\"3.0\"><Domain>\n"
        for (position, index) in samples.enumerated() {
            text += "<Grid Name=\"sample \(index)\" GridType=\"Collection\" CollectionType=\"Temporal\">\n"
            for (frame, time) in description.times.enumerated() {
                text += "<Grid Name=\"frame \(frame)\" GridType=\"Uniform\"><Time Value=\"\(time)\"/>\(grid)\n"
                for field in description.fields {
                    text += attributes(
                        field, description, file: file, sample: position, of: samples.count, frame: frame,
                        nodes: nodes)
                }
                text += "</Grid>\n"
            }
            text += "</Grid>\n"
        }
        return text + "</Domain></Xdmf>\n"
    }

    private static func attributes(
        _ field: FieldDescription, _ description: DatasetDescription, file: String, sample: Int, of samples: Int,
        frame: Int, nodes: [Int]
    ) -> String {
        let rank = description.dimensions.count
        let components = Array(repeating: rank, count: field.order)
        let leading =
            (field.isSampleVarying ? [(start: sample, all: samples)] : [])
            + (field.isTimeVarying ? [(start: frame, all: description.times.count)] : [])
        let all = leading.map(\.all) + description.resolution + components
        let source =
            "<DataItem Format=\"HDF\" NumberType=\"Float\" Precision=\"4\" Dimensions=\"\(list(all))\">"
            + "\(escaped(file)):/\(ShardLayout.fieldGroups[field.order])/\(field.name)</DataItem>"
        func attribute(_ name: String, _ kind: String, shape: [Int], start: [Int], count: [Int]) -> String {
            let before = leading.map(\.start) + description.resolution.map { _ in 0 } + start
            let extent = leading.map { _ in 1 } + description.resolution + count
            return "<Attribute Name=\"\(name)\" AttributeType=\"\(kind)\" Center=\"Node\">"
                + "<DataItem ItemType=\"HyperSlab\" Dimensions=\"\(list(shape))\">"
                + "<DataItem Format=\"XML\" Dimensions=\"3 \(all.count)\">"
                + "\(list(before)) \(list(all.map { _ in 1 })) \(list(extent))</DataItem>"
                + "\(source)</DataItem></Attribute>\n"
        }
        if field.order == 0 || rank == 3 {
            let kind = ["Scalar", "Vector", "Tensor"][field.order]
            let shape = nodes + (field.order == 0 ? [] : [description.componentCount(of: field)])
            return attribute(
                field.name, kind, shape: shape, start: components.map { _ in 0 }, count: components)
        }
        // A vector of fewer than three components is none for VTK: every component is a scalar of its own.
        return description.componentNames(of: field).enumerated().map { component, name in
            let start = field.order == 1 ? [component] : [component / rank, component % rank]
            return attribute(name, "Scalar", shape: nodes, start: start, count: start.map { _ in 1 })
        }.joined()
    }

    private static func list(_ numbers: [Int]) -> String { numbers.map { "\($0)" }.joined(separator: " ") }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
