import PDECore

/// From a grid to one that is coarser by a whole factor: what samples store of the solver's grid, and what a finer solution is compared
/// as.
public enum FrameRestriction {
    /// Every k-th point along every axis, of values [component][point].
    case points(every: Int, of: Grid)
    /// The means over the fluid cells of blocks, of values [cell][component]; blocks that are solid, and coarse cells that are,
    /// do not count.
    case cells(CellBlocks, components: Int, solid: [UInt8])

    /// The offsets of every k-th point along every axis, in storage order.
    static func offsets(every stride: Int, of grid: Grid) -> [Int] {
        offsets(every: grid.shape.map { _ in stride }, of: grid)
    }

    /// The same with a k for each axis.
    static func offsets(every strides: [Int], of grid: Grid) -> [Int] {
        zip(grid.shape, strides).reduce([0]) { offsets, axis in
            let (count, stride) = axis
            return offsets.flatMap { offset in (0..<count / stride).map { offset * count + $0 * stride } }
        }
    }

    /// The relative difference (L2) of values on the coarse grid from those on the fine one; NaN where these are zero.
    func difference(_ coarse: [Double], from fine: [Double]) -> Double {
        var (difference, norm) = (0.0, 0.0)
        func add(_ value: Double, _ finer: Double) {
            difference += (value - finer) * (value - finer)
            norm += finer * finer
        }
        switch self {
        case .points(let stride, let grid):
            let offsets = Self.offsets(every: stride, of: grid)
            for (place, value) in coarse.enumerated() {
                let (component, point) = place.quotientAndRemainder(dividingBy: offsets.count)
                add(value, fine[component * grid.count + offsets[point]])
            }
        case .cells(let blocks, let components, let solid):
            let means = blocks.averaged(fine.map { Float($0) }, components: components)
            for (place, value) in coarse.enumerated() {
                let cell = place / components
                guard blocks.mask[cell] == 0, solid.isEmpty || solid[cell] == 0 else { continue }
                add(value, Double(means[place]))
            }
        }
        return (difference / norm).squareRoot()
    }
}
