import PDECore

/// Functions of the velocity on grids.
package enum VelocityGrid {
    /// The values of a function at the points of a grid.
    package static func field(on grid: Grid, _ function: ([Double]) -> Double) -> Field<Double> {
        var field = Field<Double>(on: grid)
        var point = 0
        forEachPoint(of: grid) { velocity in
            field[0, point] = function(velocity)
            point += 1
        }
        return field
    }

    /// Shows the points of a grid in storage order.
    package static func forEachPoint(of grid: Grid, _ body: ([Double]) -> Void) {
        let coordinates = grid.axes.map(\.coordinates)
        var velocity = [Double](repeating: 0, count: grid.dimensions)
        for point in 0..<grid.count {
            var rest = point
            for axis in stride(from: grid.dimensions - 1, through: 0, by: -1) {
                velocity[axis] = coordinates[axis][rest % grid.shape[axis]]
                rest /= grid.shape[axis]
            }
            body(velocity)
        }
    }
}
