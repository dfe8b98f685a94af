/// The XDMF file beside a shard, with which ParaView opens it.
///
/// In two and three dimensions every sample is a series of frames. Their grid is curvilinear with the shard's own
/// points: files have the axes in the order x, y, z with the last running fastest, XDMF's rectilinear grids have x run
/// fastest, and vectors would not turn with the picture. In one dimension every sample is one picture of space and
/// time. Numbers are XDMF's default, Float of 4 bytes, where nothing else is said.
enum XDMFFile {
    static func path(ofShard path: String) -> String { path.dropLast("hdf5".count) + "xdmf" }

    /// - Parameter file: The shard's file name.
    static func text(file: String, samples: [Int], description: DatasetDescription) -> String {
        var text = "<?xml version=\"1.0\"?>\n<Xdmf Version=\"3.0\"><Domain>\n"
        if description.dimensions.count == 1 {
            appendPictures(&text, file, samples, description)
        } else {
            appendSeries(&text, file, samples, description)
        }
        text += "</Domain></Xdmf>\n"
        return text
    }

    private static func appendSeries(
        _ text: inout String, _ file: String, _ samples: [Int], _ description: DatasetDescription
    ) {
        let resolution = description.resolution
        let mesh = resolution.count == 3 ? "3DSMesh" : "2DSMesh"
        let grid =
            "<Topology TopologyType=\"\(mesh)\" Dimensions=\"\(list(resolution))\"/>"
            + "<Geometry GeometryType=\"XYZ\"><DataItem Format=\"HDF\" Dimensions=\"\(list(resolution + [3]))\">"
            + "\(escaped(file)):/\(MeshPoints.path)</DataItem></Geometry>\n"
        let frames = description.times.enumerated().map { frame, time in
            "<Grid Name=\"frame \(frame)\"><Time Value=\"\(time)\"/>\(grid)"
        }
        let attributes = description.fields.filter { $0.uniformValue == nil }.flatMap {
            XDMFAttribute.all(of: $0, description, file: escaped(file), samples: samples.count, allFrames: false)
        }
        for (position, index) in samples.enumerated() {
            let name = "sample \(index % Split.numberSpace)"
            text += "<Grid Name=\"\(name)\" GridType=\"Collection\" CollectionType=\"Temporal\">\n"
            for (frame, head) in frames.enumerated() {
                text += head
                for attribute in attributes { attribute.append(to: &text, sample: position, frame: frame) }
                text += "</Grid>\n"
            }
            text += "</Grid>\n"
        }
    }

    /// Fields that are constant in time have a grid of their own, a single line at the first time.
    private static func appendPictures(
        _ text: inout String, _ file: String, _ samples: [Int], _ description: DatasetDescription
    ) {
        for isTimeVarying in [true, false] {
            let fields = description.fields.filter { $0.isTimeVarying == isTimeVarying && $0.uniformValue == nil }
            let attributes = fields.flatMap {
                XDMFAttribute.all(of: $0, description, file: escaped(file), samples: samples.count, allFrames: true)
            }
            guard !attributes.isEmpty else { continue }
            let grid = spaceTime(description, times: isTimeVarying ? description.times.count : 1, escaped(file))
            for (position, index) in samples.enumerated() {
                text += "<Grid Name=\"sample \(index % Split.numberSpace)\(isTimeVarying ? "" : ", constant")\">\(grid)"
                for attribute in attributes { attribute.append(to: &text, sample: position, frame: 0) }
                text += "</Grid>\n"
            }
        }
    }

    /// Space along x, time along y: a box that is one point thick, because VTK lays XDMF's two-dimensional grids into
    /// its y-z plane. XDMF names the slowest axis first.
    private static func spaceTime(_ description: DatasetDescription, times: Int, _ file: String) -> String {
        let axis = description.dimensions[0]
        let dimensions = "1 \(times) \(axis.coordinates.count)"
        func numbers(_ values: [Double]) -> String {
            "<DataItem Format=\"XML\" Dimensions=\"\(values.count)\" Precision=\"8\">"
                + values.map { "\($0)" }.joined(separator: " ") + "</DataItem>"
        }
        if isUniform(axis.coordinates) {
            return "<Topology TopologyType=\"3DCoRectMesh\" Dimensions=\"\(dimensions)\"/>"
                + "<Geometry GeometryType=\"ORIGIN_DXDYDZ\">"
                + numbers([0, description.times[0], axis.coordinates[0]])
                + numbers([1, spacing(description.times), spacing(axis.coordinates)]) + "</Geometry>\n"
        }
        return "<Topology TopologyType=\"3DRectMesh\" Dimensions=\"\(dimensions)\"/>"
            + "<Geometry GeometryType=\"VXVYVZ\">"
            + "<DataItem Format=\"HDF\" Dimensions=\"\(axis.coordinates.count)\" Precision=\"\(description.hasNamedAxes ? 4 : 8)\">"
            + "\(file):/dimensions/\(axis.name)</DataItem>"
            + numbers(Array(description.times.prefix(times))) + numbers([0]) + "</Geometry>\n"
    }

    private static func spacing(_ values: [Double]) -> Double {
        values.count > 1 ? (values[values.count - 1] - values[0]) / Double(values.count - 1) : 1
    }

    static func list(_ numbers: [Int]) -> String { numbers.map { "\($0)" }.joined(separator: " ") }

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
