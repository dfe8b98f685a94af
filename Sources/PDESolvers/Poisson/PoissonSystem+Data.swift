import PDECore

/// A place on a side of a box where data is given.
public struct PoissonSidePoint: Sendable {
    /// The axis that the side is normal to, in the grid's order.
    public let axis: Int
    /// Whether it is the upper one of the axis.
    public let isUpper: Bool
    /// The centre of the face, in the grid's order of axes; unused places are 0.
    public let position: SIMD3<Double>
}

extension PoissonSystem {
    /// b for a source and what is given on the sides: f_c, plus 2a_c g/h² for a face with value g and q/h for one with
    /// flux q = a ∂u/∂n along the outer normal.
    ///
    /// - Parameters:
    ///   - source: f, one value a cell, row-major.
    ///   - boundary: g or q at the centre of a face, as the side has it.
    public func rightHandSide(
        source: [Scalar], boundary: (PoissonSidePoint) -> Double = { _ in 0 }
    ) -> [Scalar] {
        precondition(source.count == grid.count, "source: expected \(grid.count) cells, got \(source.count)")
        var b = source
        forEachSideFace { point, cell, offset in
            let spacing = grid.axes[point.axis].spacing
            let given = boundary(point)
            let side = point.isUpper ? sides.upper[point.axis] : sides.lower[point.axis]
            let added =
                side == .value ? 2 * Double(coefficient(at: offset)) * given / (spacing * spacing) : given / spacing
            b[cell] += Scalar(added)
        }
        return b
    }

    /// Calls `body` for each face of a fluid cell on a side, with the cell's number and padded offset.
    func forEachSideFace(_ body: (PoissonSidePoint, _ cell: Int, _ offset: Int) -> Void) {
        let shape = grid.shape
        for axis in 0..<grid.dimensions {
            for isUpper in [false, true] {
                forEachCell { index, cell, offset in
                    guard index[axis] == (isUpper ? shape[axis] - 1 : 0), mask.pointer[offset] == 0 else { return }
                    var position = centre(index)
                    position[axis] = isUpper ? grid.axes[axis].upper : grid.axes[axis].lower
                    body(PoissonSidePoint(axis: axis, isUpper: isUpper, position: position), cell, offset)
                }
            }
        }
    }

    /// A value for each cell from the position of its centre, in the grid's order of axes.
    public func cellValues(_ value: (SIMD3<Double>) -> Double) -> [Scalar] {
        var values = [Scalar](repeating: 0, count: grid.count)
        forEachCell { index, cell, _ in values[cell] = Scalar(value(centre(index))) }
        return values
    }

    /// Calls `body` with each cell's indices along the grid's axes, number and padded offset.
    func forEachCell(_ body: (_ index: SIMD3<Int>, _ cell: Int, _ offset: Int) -> Void) {
        var cell = 0
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                for x in 0..<layout.columns {
                    let index = layout.isPlanar && grid.dimensions == 2 ? SIMD3(z, x, 0) : SIMD3(z, y, x)
                    body(index, cell, layout.offset(x, y, z))
                    cell += 1
                }
            }
        }
    }

    private func centre(_ index: SIMD3<Int>) -> SIMD3<Double> {
        var position = SIMD3<Double>(repeating: 0)
        for (axis, value) in grid.axes.enumerated() {
            position[axis] = value.lower + (Double(index[axis]) + 0.5) * value.spacing
        }
        return position
    }

    /// A source without its mean over each floating region, and 0 in solid cells: with no flux through the sides, what
    /// solutions answer to.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func compatible(_ source: [Scalar]) -> [Scalar] { withoutMeans(source) }

    @inline(never)
    private func withoutMeans(_ source: [Scalar]) -> [Scalar] {
        precondition(source.count == grid.count, "source: expected \(grid.count) cells, got \(source.count)")
        let padded = AlignedBuffer<Scalar>(count: layout.count)
        let sweeps = CellSweeps(self, team: ThreadTeam(threads: 1))
        var result = source
        result.withUnsafeMutableBufferPointer { values in
            sweeps.load(values.baseAddress!, into: padded.pointer, mask: mask)
            _ = sweeps.removeMeans(padded.pointer, floating)
            sweeps.store(padded.pointer, into: values.baseAddress!)
        }
        return result
    }

    /// Au, one value a cell, row-major, 0 in solid cells; with values and fluxes of 0 given on the sides.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func applied(to u: [Scalar]) -> [Scalar] { image(of: u) }

    @inline(never)
    private func image(of u: [Scalar]) -> [Scalar] {
        precondition(u.count == grid.count, "u: expected \(grid.count) cells, got \(u.count)")
        let (from, to) = (AlignedBuffer<Scalar>(count: layout.count), AlignedBuffer<Scalar>(count: layout.count))
        let sweeps = CellSweeps(self, team: ThreadTeam(threads: 1))
        var result = u
        result.withUnsafeMutableBufferPointer { u in
            sweeps.load(u.baseAddress!, into: from.pointer, mask: mask)
            _ = sweeps.reduce(to.pointer, from.pointer, alpha: -1, copy: nil)
            sweeps.store(to.pointer, into: u.baseAddress!)
        }
        return result
    }
}
