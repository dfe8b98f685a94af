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
                    text += attribute(
                        field, description, file: file, sample: position, of: samples.count, frame: frame,
                        nodes: nodes)
                }
                text += "</Grid>\n"
            }
            text += "</Grid>\n"
        }
        return text + "</Domain></Xdmf>\n"
    }

    private static func attribute(
        _ field: FieldDescription, _ description: DatasetDescription, file: String, sample: Int, of samples: Int,
        frame: Int, nodes: [Int]
    ) -> String {
        let components = Array(repeating: description.dimensions.count, count: field.order)
        let picture = description.resolution + components
        var start = picture.map { _ in 0 }
        var count = picture
        var all = picture
        if field.isTimeVarying {
            start.insert(frame, at: 0)
            count.insert(1, at: 0)
            all.insert(description.times.count, at: 0)
        }
        if field.isSampleVarying {
            start.insert(sample, at: 0)
            count.insert(1, at: 0)
            all.insert(samples, at: 0)
        }
        let kind =
            switch (field.order, description.dimensions.count) {
            case (0, _), (_, 1): "Scalar"
            case (1, _): "Vector"
            case (_, 3): "Tensor"
            default: "Matrix"
            }
        let perPoint = components.reduce(1, *)
        let shape = nodes + (perPoint > 1 ? [perPoint] : [])
        let source =
            "<DataItem Format=\"HDF\" NumberType=\"Float\" Precision=\"4\" Dimensions=\"\(list(all))\">"
            + "\(escaped(file)):/\(ShardLayout.fieldGroups[field.order])/\(field.name)</DataItem>"
        let stride = list(all.map { _ in 1 })
        return "<Attribute Name=\"\(field.name)\" AttributeType=\"\(kind)\" Center=\"Node\">"
            + "<DataItem ItemType=\"HyperSlab\" Dimensions=\"\(list(shape))\">"
            + "<DataItem Format=\"XML\" Dimensions=\"3 \(all.count)\">\(list(start)) \(stride) \(list(count))</DataItem>"
            + "\(source)</DataItem></Attribute>\n"
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
