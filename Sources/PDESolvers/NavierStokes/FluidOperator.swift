import PDECore

/// L on the fluid cells: (Lp)_c = Σ w_f (p_n − p_c) over the open faces f of cell c, with n the cell beyond.
///
/// w is 1/dx² or 1/dy² times the open share of the face. Beyond a Dirichlet side n is a ghost of value −p_c, beyond a periodic one the cell at the other
/// end. Fields lie in a padded layout whose ghosts are filled here; solid cells give 0.
struct FluidOperator<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    let grid: PressureGrid
    let layout: PaddedLayout
    /// The fluid regions in which p is fixed up to a constant only.
    let floating: [FluidRegion<Scalar>]
    private let hasSolid: Bool
    /// 1 in fluid cells, 0 in solid ones and in the frame.
    private let fluid: AlignedBuffer<Scalar>
    /// w of the face to the right of each cell and of the face above it, 0 where closed.
    private let rightWeight, upperWeight: AlignedBuffer<Scalar>

    init(_ boundary: SolidBoundary) {
        let grid = boundary.grid
        let layout = PaddedLayout(grid)
        self.grid = grid
        self.layout = layout
        hasSolid = boundary.isSolid.contains(true)
        fluid = AlignedBuffer(count: layout.count)
        rightWeight = AlignedBuffer(count: layout.count)
        upperWeight = AlignedBuffer(count: layout.count)
        let (columns, rows) = (grid.columns, grid.rows)
        let openings = boundary.openings
        let (wx, wy) = (grid.horizontal.weight, grid.vertical.weight)
        for y in 0..<rows {
            for x in 0..<columns {
                let (cell, at) = (y * columns + x, layout.offset(x, y))
                fluid.pointer[at] = openings.isSolid[cell] ? 0 : 1
                if x < columns - 1 || grid.right != .neumann {
                    rightWeight.pointer[at] = Scalar(wx * openings.right[cell])
                }
                if y < rows - 1 || grid.top != .neumann { upperWeight.pointer[at] = Scalar(wy * openings.upper[cell]) }
            }
        }
        for y in 0..<rows where grid.left != .neumann {
            let isOpen = !openings.isSolid[y * columns]
            rightWeight.pointer[layout.offset(-1, y)] =
                grid.left == .periodic ? rightWeight.pointer[layout.offset(columns - 1, y)] : Scalar(isOpen ? wx : 0)
        }
        for x in 0..<columns where grid.bottom != .neumann {
            let isOpen = !openings.isSolid[x]
            upperWeight.pointer[layout.offset(x, -1)] =
                grid.bottom == .periodic ? upperWeight.pointer[layout.offset(x, rows - 1)] : Scalar(isOpen ? wy : 0)
        }
        floating = boundary.regions.indices
            .filter { !boundary.regions[$0].isSolid && !boundary.regions[$0].isAnchored }
            .map { FluidRegion($0, of: boundary, in: layout) }
    }

    /// Copies a right-hand side into `padded`, 0 in solid cells and with zero mean in floating regions.
    ///
    /// - Returns: the largest |f| and the largest mean that was taken out.
    func load(_ values: Pointer, into padded: Pointer) -> (largest: Scalar, mean: Scalar) {
        let columns = layout.columns
        for y in 0..<layout.rows {
            let (from, to) = (values + y &* columns, padded + layout.offset(0, y))
            if hasSolid {
                // A selection rather than a product: solid cells may hold anything.
                let open = fluid.pointer + layout.offset(0, y)
                for x in 0..<columns { to[x] = open[x] > 0 ? from[x] : 0 }
            } else {
                to.update(from: from, count: columns)
            }
        }
        let largest = floating.isEmpty ? 0 : largestMagnitude(padded)
        var mean: Scalar = 0
        for region in floating {
            let value = region.removeMean(padded)
            mean = max(mean, abs(value))
        }
        return (largest, mean)
    }

    /// Sets solid cells of `padded` to 0.
    func clearSolid(_ padded: Pointer) {
        guard hasSolid else { return }
        for y in 0..<layout.rows {
            let (to, open) = (padded + layout.offset(0, y), fluid.pointer + layout.offset(0, y))
            for x in 0..<layout.columns { to[x] = to[x] * open[x] }
        }
    }

    /// Copies `padded` into an array without frame.
    func store(_ padded: Pointer, into values: Pointer) {
        let columns = layout.columns
        for y in 0..<layout.rows {
            (values + y &* columns).update(from: padded + layout.offset(0, y), count: columns)
        }
    }

    /// max |f| over the cells; NaN when there is one or an infinity.
    func largestMagnitude(_ padded: Pointer) -> Scalar {
        var (peak, poison) = (SIMD8<Scalar>(repeating: 0), SIMD8<Scalar>(repeating: 0))
        for y in 0..<layout.rows {
            let row = padded + layout.offset(0, y)
            for i in 0..<layout.vectors {
                let f = eight(row, 8 &* i)
                peak = f.larger(peak).larger(-f)
                poison += f * 0
            }
        }
        return peak.max() + poison.sum()
    }

    /// out = Lp; fills p's ghosts. Returns p·Lp.
    func apply(_ p: Pointer, into out: Pointer) -> Double {
        fillGhosts(p)
        var total = 0.0
        for y in 0..<layout.rows {
            let start = layout.offset(0, y)
            var sum = SIMD8<Scalar>(repeating: 0)
            for i in 0..<layout.vectors {
                let at = start &+ 8 &* i
                let value = laplacian(p, at)
                storeEight(value, out, at)
                sum += eight(p, at) * value
            }
            total += Double(sum.sum())
        }
        return total
    }

    /// max |f − Lp| and max |f|; fills p's ghosts. The first is NaN when p holds a NaN or an infinity.
    func residual(_ p: Pointer, _ f: Pointer) -> (residual: Scalar, largest: Scalar) {
        fillGhosts(p)
        var (peak, poison) = (SIMD8<Scalar>(repeating: 0), SIMD8<Scalar>(repeating: 0))
        var largest = SIMD8<Scalar>(repeating: 0)
        for y in 0..<layout.rows {
            let start = layout.offset(0, y)
            for i in 0..<layout.vectors {
                let at = start &+ 8 &* i
                let right = eight(f, at)
                let rest = right - laplacian(p, at)
                peak = rest.larger(peak).larger(-rest)
                largest = right.larger(largest).larger(-right)
                poison += rest * 0
            }
        }
        return (peak.max() + poison.sum(), largest.max())
    }

    /// The report on a solution and its right-hand side as `load` left it.
    func report(_ p: Pointer, _ f: Pointer, largest: Scalar, mean: Scalar, iterations: Int) -> PressureReport {
        let (rest, scale) = residual(p, f)
        return PressureReport(
            residual: rest == 0 ? 0 : Double(rest / scale), imbalance: mean == 0 ? 0 : Double(mean / largest),
            iterations: iterations)
    }

    /// Sets the ghosts beside and around the cells to 0.
    func clearGhosts(_ p: Pointer) {
        for y in 0..<layout.rows {
            let row = p + layout.offset(0, y)
            row[-1] = 0
            row[layout.columns] = 0
        }
        (p + layout.offset(0, -1)).update(repeating: 0, count: layout.columns)
        (p + layout.offset(0, layout.rows)).update(repeating: 0, count: layout.columns)
    }

    @inline(__always)
    private func laplacian(_ p: Pointer, _ at: Int) -> SIMD8<Scalar> {
        let (centre, row) = (eight(p, at), layout.stride)
        let (w, v) = (rightWeight.pointer, upperWeight.pointer)
        let across = eight(w, at) * (eight(p, at &+ 1) - centre) + eight(w, at &- 1) * (eight(p, at &- 1) - centre)
        let along = eight(v, at) * (eight(p, at &+ row) - centre) + eight(v, at &- row) * (eight(p, at &- row) - centre)
        // The vector that ends a row also covers ghosts.
        return eight(fluid.pointer, at) * (across + along)
    }

    private func fillGhosts(_ p: Pointer) {
        let (columns, rows) = (layout.columns, layout.rows)
        let signLeft: Scalar = grid.left == .dirichlet ? -1 : 1
        let signRight: Scalar = grid.right == .dirichlet ? -1 : 1
        let (fromLeft, fromRight) = grid.left == .periodic ? (columns &- 1, 0) : (0, columns &- 1)
        for y in 0..<rows {
            let row = p + layout.offset(0, y)
            row[-1] = signLeft * row[fromLeft]
            row[columns] = signRight * row[fromRight]
        }
        let signBottom: Scalar = grid.bottom == .dirichlet ? -1 : 1
        let signTop: Scalar = grid.top == .dirichlet ? -1 : 1
        let (fromBottom, fromTop) = grid.bottom == .periodic ? (rows &- 1, 0) : (0, rows &- 1)
        let (below, above) = (p + layout.offset(0, -1), p + layout.offset(0, rows))
        let (first, last) = (p + layout.offset(0, fromBottom), p + layout.offset(0, fromTop))
        for x in 0..<columns {
            below[x] = signBottom * first[x]
            above[x] = signTop * last[x]
        }
    }
}
