import PDECore

/// The two sweeps of a finest level above algebraic coarse ones.
///
/// As above coarse grids the residual after red and black cells is 0 in black ones, and of a correction only the red half is
/// needed. So red rows of the interpolation are all that is kept.
extension MultigridSweep {
    /// The residual of planes after one smoothing step from zero.
    func residual(
        _ level: MultigridLevel, _ b: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, planes: Range<Int>
    ) {
        let last = level.layout.planes - 1
        var (red, black) = (max(0, planes.lowerBound - 2), max(0, planes.lowerBound - 1))
        for z in planes {
            while black <= min(last, z + 1) {
                while red <= min(last, black + 1) {
                    startRed(level, b, red)
                    red += 1
                }
                relaxBlack(level, b, black)
                black += 1
            }
            storeResidual(level, z, into: target)
        }
    }

    private func storeResidual(_ level: MultigridLevel, _ z: Int, into target: UnsafeMutablePointer<Float>) {
        let (layout, stencil) = (level.layout, level.stencil)
        for y in 0..<layout.rows {
            let (start, inPlane) = (layout.offset(0, y, z), layout.firstRow &+ y &* layout.stride)
            let (classes, to) = (stencil.classes + start >> 3, target + start)
            let (row, back, front) = (plane(z) + inPlane, plane(z &- 1) + inPlane, plane(z &+ 1) + inPlane)
            let red = lanes(y &+ z)
            for v in 0..<layout.vectors {
                let (i, number) = (8 &* v, classes[v])
                let sum =
                    number == 0
                    ? stencil.plainCoupling(row, back, front, i)
                    : stencil.coupling(stencil.entry(number), row, back, front, i)
                storeEight(red * sum, to, i)
            }
        }
    }

    /// Corrects planes from the coarse level and smooths; writes the result into `target`.
    ///
    /// - Parameters:
    ///   - prolongation: a row for each red cell of the box, in the order of offsets; nil without a coarse level.
    ///   - sums: where each plane's b·u goes.
    func up(
        _ level: MultigridLevel, _ b: UnsafePointer<Float>, _ prolongation: SingleRows?, _ e: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>, planes: Range<Int>, sums: UnsafeMutablePointer<Double>
    ) {
        let last = level.layout.planes - 1
        var (red, black) = (max(0, planes.lowerBound - 2), max(0, planes.lowerBound - 1))
        for z in planes {
            while black <= min(last, z + 1) {
                while red <= min(last, black + 1) {
                    startRed(level, b, red)
                    if let prolongation { correctRed(level, prolongation, e, red) }
                    red += 1
                }
                relaxBlack(level, b, black)
                black += 1
            }
            sums[z] = relaxRed(level, b, z, into: target)
        }
    }

    private func correctRed(
        _ level: MultigridLevel, _ prolongation: SingleRows, _ e: UnsafePointer<Float>, _ z: Int
    ) {
        let layout = level.layout
        var number = Self.redCells(layout, before: z)
        for y in 0..<layout.rows {
            let to = plane(z) + (layout.firstRow &+ y &* layout.stride)
            var x = (y &+ z) & 1
            while x < layout.columns {
                to[x] += prolongation.product(number, e)
                number &+= 1
                x &+= 2
            }
        }
    }

    /// The number of red cells, those whose indices have an even sum, in the planes before one.
    static func redCells(_ layout: CellLayout, before z: Int) -> Int {
        let perPlane = layout.columns &* layout.rows
        // An odd number of cells a plane has its larger half red in even planes.
        return z &* perPlane / 2 &+ (perPlane & 1 == 1 && z & 1 == 1 ? 1 : 0)
    }
}
