import PDECore

/// E, which continues a coarse correction into the solid cells beside the fluid, and its transpose.
///
/// Interpolation from the coarse grid reads up to eight cells, some of them solid. Zeros there would bend a constant at every
/// solid, and the count of iterations would grow with the grid. Each solid cell that touches fluid, at corners too, takes
/// the mean of the fluid cells it shares a face with, or without such of those it touches.
struct SolidExtension {
    /// Offsets of solid cells, where their sources start in `sources`, and 1/number.
    private var targets: [Int32] = []
    private var starts: [Int32] = [0]
    private var sources: [Int32] = []

    init() {}

    init(_ table: StencilTable<Float>) {
        let layout = table.layout
        let (classes, stencil) = (table.classes.pointer, table.stencil)
        func isFluid(_ at: Int) -> Bool {
            let entry = stencil.entry(classes[at >> 3])
            return entry[48 + at & 7] > 0
        }
        let (s, p) = (layout.isPlanar ? 0 : layout.stride, layout.planeStride)
        let rowSteps = layout.isPlanar ? [0] : [-s, 0, s]
        let faces = [-1, 1, -p, p] + (layout.isPlanar ? [] : [-s, s])
        let corners = [-p, 0, p].flatMap { dz in rowSteps.flatMap { dy in [-1, 0, 1].map { dz + dy + $0 } } }
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let start = layout.offset(0, y, z)
                for v in 0..<layout.vectors where classes[(start + 8 * v) >> 3] != 0 {
                    let entry = stencil.entry(classes[(start + 8 * v) >> 3])
                    for lane in 0..<min(8, layout.columns - 8 * v) where entry[48 + lane] == 0 {
                        let at = start + 8 * v + lane
                        var found = faces.filter { isFluid(at + $0) }
                        if found.isEmpty { found = corners.filter { isFluid(at + $0) } }
                        guard !found.isEmpty else { continue }
                        targets.append(Int32(at))
                        sources += found.map { Int32(at + $0) }
                        starts.append(Int32(sources.count))
                    }
                }
            }
        }
    }

    /// Continues a correction into solid cells.
    func extend(_ field: UnsafeMutablePointer<Float>) {
        for k in targets.indices {
            var sum: Float = 0
            let range = Int(starts[k])..<Int(starts[k + 1])
            for source in range { sum += field[Int(sources[source])] }
            field[Int(targets[k])] = sum / Float(range.count)
        }
    }

    /// The transpose: what was restricted to solid cells goes to the cells that they are continued from.
    func fold(_ field: UnsafeMutablePointer<Float>) {
        for k in targets.indices {
            let range = Int(starts[k])..<Int(starts[k + 1])
            let share = field[Int(targets[k])] / Float(range.count)
            for source in range { field[Int(sources[source])] += share }
            field[Int(targets[k])] = 0
        }
    }
}
