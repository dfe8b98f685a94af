/// The vorticity ∂v/∂x − ∂u/∂y of a stored velocity, at cell centres.
///
/// Central differences. Beyond a solid cell or a wall the velocity is mirrored, so that it vanishes between the two (no slip);
/// beyond an open end it is continued.
package enum Vorticity {
    /// What lies beyond the last cell of an axis.
    package enum End {
        /// Fluid goes on.
        case open
        /// A wall at rest.
        case wall
        /// A wall that moves along itself.
        case moving(speed: Float)
    }

    /// The vorticity [x][y]; NaN in solid cells.
    ///
    /// - Parameters:
    ///   - velocity: [x][y][2].
    ///   - mask: 1 in solid cells: [x][y].
    ///   - shape: cells along x and y.
    ///   - spacing: size of a cell.
    ///   - x: what lies beyond both ends of x.
    ///   - bottom: what lies below.
    ///   - top: what lies above.
    package static func field(
        of velocity: [Float], mask: [Float], shape: (x: Int, y: Int), spacing: Double, x: End, bottom: End, top: End
    ) -> [Float] {
        let (nx, ny) = shape
        precondition(
            velocity.count == 2 * nx * ny && mask.count == nx * ny,
            "velocity, mask: expected \(2 * nx * ny) and \(nx * ny) values, got \(velocity.count) and \(mask.count)")
        func isSolid(_ i: Int, _ j: Int) -> Bool { mask[i * ny + j] > 0.5 }
        /// A neighbour's value of a component along its face, as the cell (i, j) sees it.
        func beyond(_ end: End, _ own: Float) -> Float {
            switch end {
            case .open: own
            case .wall: -own
            case .moving(let speed): 2 * speed - own
            }
        }
        var result = [Float](repeating: .nan, count: nx * ny)
        let scale = Float(0.5 / spacing)
        for i in 0..<nx {
            for j in 0..<ny where !isSolid(i, j) {
                let (u, v) = (velocity[2 * (i * ny + j)], velocity[2 * (i * ny + j) + 1])
                func crossing(_ i: Int) -> Float {
                    if i < 0 || i >= nx { return beyond(x, v) }
                    return isSolid(i, j) ? -v : velocity[2 * (i * ny + j) + 1]
                }
                func along(_ j: Int) -> Float {
                    if j < 0 { return beyond(bottom, u) }
                    if j >= ny { return beyond(top, u) }
                    return isSolid(i, j) ? -u : velocity[2 * (i * ny + j)]
                }
                result[i * ny + j] = scale * (crossing(i + 1) - crossing(i - 1) - along(j + 1) + along(j - 1))
            }
        }
        return result
    }

    /// The vorticity of a stored flow: in a channel from left to right, or in a cavity whose upper wall moves at speed 1.
    package static func field(
        of velocity: [Float], mask: [Float], shape: (x: Int, y: Int), spacing: Double, isChannel: Bool
    ) -> [Float] {
        field(
            of: velocity, mask: mask, shape: shape, spacing: spacing, x: isChannel ? .open : .wall, bottom: .wall,
            top: isChannel ? .wall : .moving(speed: 1))
    }

    /// A field [x][y] as rows of a picture with x to the right and y upward.
    package static func picture(_ field: [Float], shape: (x: Int, y: Int)) -> [Float] {
        (0..<shape.x * shape.y).map { field[$0 % shape.x * shape.y + $0 / shape.x] }
    }
}
