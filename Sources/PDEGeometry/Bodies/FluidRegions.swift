/// The parts of the fluid that hang together: fluid cells joined through faces that are not closed.
public struct FluidRegions: Hashable, Sendable {
    /// For each cell the number of its region, from 0 in the order of their first cells; −1 if it is solid.
    public let labels: [Int32]
    /// Number of cells of each region.
    public let sizes: [Int]
    /// Whether some way through the fluid leads from the first column of cells to the last.
    public let inletReachesOutlet: Bool

    /// Whether there is one region, so that the pressure is determined up to one constant at most.
    public var isConnected: Bool { sizes.count == 1 }

    /// Labels the regions of a geometry by flood fill.
    public init(of geometry: Geometry) {
        let (nx, ny) = (geometry.grid.axes[0].count, geometry.grid.axes[1].count)
        var labels = [Int32](repeating: -1, count: nx * ny)
        var sizes: [Int] = []
        var open: [Int] = []
        for seed in labels.indices where geometry.mask[seed] == 0 && labels[seed] < 0 {
            let label = Int32(sizes.count)
            var size = 0
            labels[seed] = label
            open.append(seed)
            func visit(_ cell: Int, through fraction: Double) {
                guard fraction > 0, geometry.mask[cell] == 0, labels[cell] < 0 else { return }
                labels[cell] = label
                open.append(cell)
            }
            while let cell = open.popLast() {
                size += 1
                let (i, j) = (cell / ny, cell % ny)
                let yFace = i * (ny + 1) + j
                if i > 0 { visit(cell - ny, through: geometry.xFaceOpenFraction[cell]) }
                if i < nx - 1 { visit(cell + ny, through: geometry.xFaceOpenFraction[cell + ny]) }
                if j > 0 { visit(cell - 1, through: geometry.yFaceOpenFraction[yFace]) }
                if j < ny - 1 { visit(cell + 1, through: geometry.yFaceOpenFraction[yFace + 1]) }
            }
            sizes.append(size)
        }
        self.labels = labels
        self.sizes = sizes
        let outlet = Set(labels[((nx - 1) * ny)...])
        inletReachesOutlet = labels[..<ny].contains { $0 >= 0 && outlet.contains($0) }
    }
}

extension Geometry {
    /// The parts of the fluid that hang together.
    public var fluidRegions: FluidRegions { FluidRegions(of: self) }
}
