import PDECore

extension DatasetDescription {
    /// Describes a dataset on a grid, whose axes are called x, y and z. What holds at the ends of axes that are not periodic is
    /// for `boundaries` to say.
    public init(
        name: String, title: String, on grid: Grid, times: [Double], fields: [FieldDescription],
        parameters: [ScalarDescription] = [], diagnostics: [ScalarDescription] = [], boundaries: [Boundary] = []
    ) {
        let names = Array(["x", "y", "z"].prefix(grid.dimensions))
        let periodic = zip(names, grid.axes).filter { $0.1.placement == .periodic }
        self.init(
            name: name, title: title,
            dimensions: zip(names, grid.axes).map { name, axis in
                Dimension(name: name, coordinates: axis.coordinates, length: axis.length)
            },
            times: times, fields: fields, parameters: parameters, diagnostics: diagnostics,
            boundaries: periodic.map { Boundary(.periodic, dimension: $0.0) } + boundaries)
    }

    /// The grid on which the fields stand: periodic axes from their first point on; others as cells where the domain is longer than
    /// its points are apart, and as nodes where it ends with them.
    public var grid: Grid {
        Grid(
            zip(dimensions, isPeriodic).map { axis, isPeriodic in
                let (first, last, count) = (axis.coordinates[0], axis.coordinates.last!, axis.coordinates.count)
                if isPeriodic, count > 1 {
                    return Grid.Axis(count: count, from: first, to: first + axis.extent, placement: .periodic)
                }
                if axis.length == nil, count > 1 {
                    return Grid.Axis(count: count, from: first, to: last, placement: .nodes)
                }
                let (middle, half) = ((first + last) / 2, max(axis.extent, .leastNormalMagnitude) / 2)
                return Grid.Axis(count: count, from: middle - half, to: middle + half, placement: .cells)
            })
    }
}
