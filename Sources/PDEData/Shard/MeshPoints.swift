/// The position of every grid point, for readers that want points and not axes.
enum MeshPoints {
    static let path = "mesh/points"

    /// [spatial…][x, y, z]; axes of other names take the place of their rank.
    static func values(of description: DatasetDescription) -> [Float] {
        let names = description.dimensions.map(\.name)
        let cartesian = ["x", "y", "z"]
        let targets =
            names.allSatisfy(cartesian.contains)
            ? names.map { cartesian.firstIndex(of: $0) ?? 0 } : Array(names.indices)
        let resolution = description.resolution
        var points = [Float](repeating: 0, count: 3 * description.pointCount)
        for point in 0..<description.pointCount {
            var remainder = point
            for axis in resolution.indices.reversed() {
                let coordinates = description.dimensions[axis].coordinates
                points[3 * point + targets[axis]] = Float(coordinates[remainder % resolution[axis]])
                remainder /= resolution[axis]
            }
        }
        return points
    }

    static func write(of description: DatasetDescription, to root: HDF5Object) throws(DataError) {
        let group = try root.createGroup("mesh")
        let points = try group.createDataset("points", .float, description.resolution + [3])
        try points.write(values(of: description), .float)
    }
}
