import PDECore

/// A multigrid V-cycle from zero in single precision for any coefficient, any shape of cells and any solids: smoothed aggregation
/// below a red-black finest level (`Aggregation`).
///
/// The finest level is the one of `Multigrid`: red-black Gauss–Seidel before, black-red after, eight cells at a time. Coarse cells
/// are groups of strongly coupled ones and their operators Galerkin products, kept as sparse matrices with Gauss–Seidel steps in
/// one order before and in the other after; at most 64 rows are solved directly. The cycle is symmetric and positive definite.
///
/// - Behaviour: to a relative residual of 1e-8 conjugate gradients take 9 to 14 iterations on stretched cells and plain boxes, 13 to
///   30 on media of two values whose contrast is 10³ to 10⁶, and 16 to 25 where 40 % of single cells are solid.
/// - Bytes a cell that a cycle moves on the finest level, beside the coefficient's (twice 24 in 2-D, 32 in 3-D where it is
///   variable): 16 for b and u, 8 for the residual, and 22 (28 in 3-D) for the red rows of the interpolation and its transpose.
///   Coarse levels have 0.4 to 0.9 entries for each of the finest's, 8 bytes each, read twice.
/// - Signs of failure: many iterations. None are known for positive coefficients.
final class AlgebraicMultigrid: @unchecked Sendable {
    private let finest: MultigridLevel
    private let levels: [AlgebraicLevel]
    private let bottom: AlgebraicBottom?
    /// Interpolation to the red cells of the finest level and its transpose; nil without a coarse level.
    private let prolongation, restriction: SingleRows?
    private let residual: AlignedBuffer<Float>
    private let sweeps: [MultigridSweep]
    private let team: ThreadTeam
    private let scale: Double
    private let diagonal: ShiftedDiagonal
    private var shift = 0.0

    init<Scalar: Real>(_ system: PoissonSystem<Scalar>, team: ThreadTeam) {
        self.team = team
        let scale = MultigridLevel.scale(system.table)
        self.scale = Double(scale)
        let table = MultigridLevel.finest(system.table, scale: scale)
        finest = MultigridLevel(table, extends: false, hasFields: false)
        diagonal = ShiftedDiagonal(table, share: ShiftedDiagonal.finestShare(table))
        residual = AlignedBuffer(count: table.layout.count)
        sweeps = (0..<team.count).map { _ in MultigridSweep(table.layout, hasShares: false) }
        let made = AlgebraicCoarsening(table, held: .of(system.table, scale: scale))
        (prolongation, restriction, levels, bottom) = (made.prolongation, made.restriction, made.levels, made.bottom)
        follow(shift: system.shift)
    }
}

extension AlgebraicMultigrid: SingleCycle {
    /// Takes over the system's shift on every level; allocates nothing.
    func follow(shift: Double) {
        guard shift != self.shift else { return }
        self.shift = shift
        let c = min(shift / scale, 0x1p60)
        diagonal.follow(Float(c), finest)
        for level in levels { level.follow(c) }
        bottom?.follow(c)
    }

    /// u ≈ A⁻¹b.
    ///
    /// - Parameter sums: where each plane's b·u goes.
    func apply(
        _ b: UnsafePointer<Float>, into u: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Double>
    ) {
        let layout = finest.layout
        if let restriction {
            let coarse = levels[0].rightHandSide.pointer
            team.run(layout.slabs) { item, worker in
                self.sweeps[worker].residual(
                    self.finest, b, into: self.residual.pointer, planes: layout.planes(of: item))
            }
            let chunks = layout.slabs
            team.run(chunks) { item, _ in
                let rows = restriction.rows
                restriction.multiply(
                    self.residual.pointer, into: coarse, rows: item * rows / chunks..<(item + 1) * rows / chunks)
            }
            cycle(0)
        }
        let e = levels.first?.correction.pointer ?? residual.pointer
        team.run(layout.slabs) { item, worker in
            self.sweeps[worker].up(
                self.finest, b, self.prolongation, e, into: u, planes: layout.planes(of: item), sums: sums)
        }
    }

    private func cycle(_ number: Int) {
        let level = levels[number]
        if number + 1 < levels.count {
            level.down(into: levels[number + 1].rightHandSide.pointer)
            cycle(number + 1)
            level.up(levels[number + 1].correction.pointer)
        } else if let bottom {
            bottom.solve(level.rightHandSide.pointer, into: level.correction.pointer)
        } else {
            level.smooth()
        }
    }

    /// Forgets everything, so that no NaN stays behind.
    func clear() {
        residual.clear()
        for sweep in sweeps { sweep.clear() }
        for level in levels { level.clear() }
    }
}

/// Makes the coarse levels.
private struct AlgebraicCoarsening {
    private(set) var levels: [AlgebraicLevel] = []
    private(set) var prolongation, restriction: SingleRows?
    private(set) var bottom: AlgebraicBottom?

    init(_ table: StencilTable<Float>, held: HeldWeights) {
        // The finest operator, interpolation, its transpose and the products: up to 40 entries a cell of 12 bytes.
        let memory = SetupMemory(expected: 512 * table.layout.cells)
        let cells = FluidCells(table, in: memory)
        let first = SparseOperator(table, held: held, cells: cells)
        var aggregation = Aggregation(first)
        guard aggregation.count > 0 else { return }
        var transpose = aggregation.prolongation.transposed(rows: aggregation.count)
        keepRed(table.layout, cells, aggregation.prolongation, transpose)
        var share = AlignedBuffer<Double>(count: first.rows)
        share.values.update(repeating: 1)
        var matrix = first
        while true {
            share = Self.restricted(share, transpose)
            matrix = SparseOperator(matrix, aggregation.prolongation, transpose: transpose)
            if matrix.rows > AlgebraicBottom.mostRows {
                aggregation = Aggregation(matrix)
            } else {
                bottom = AlgebraicBottom(matrix, share: share)
            }
            guard bottom == nil, aggregation.count > 0 else {
                levels.append(AlgebraicLevel(matrix, share: share, prolongation: nil, restriction: nil))
                return
            }
            transpose = aggregation.prolongation.transposed(rows: aggregation.count)
            levels.append(
                AlgebraicLevel(
                    matrix, share: share, prolongation: aggregation.prolongation, restriction: transpose))
        }
    }

    /// Mass shares of the coarse cells.
    private static func restricted(_ share: AlignedBuffer<Double>, _ transpose: SparseRows) -> AlignedBuffer<Double> {
        let coarse = AlignedBuffer<Double>(count: transpose.rows)
        for i in 0..<transpose.rows {
            var sum = 0.0
            for k in transpose.row(i) { sum += transpose.values[k] * share.pointer[Int(transpose.columns[k])] }
            coarse.pointer[i] = max(0, sum)
        }
        return coarse
    }

    /// The interpolation's rows of red cells, and in its transpose the columns of red cells by their offsets.
    private mutating func keepRed(
        _ layout: CellLayout, _ cells: FluidCells, _ interpolation: SparseRows, _ transpose: SparseRows
    ) {
        var red: [Int32] = []
        red.reserveCapacity(layout.cells / 2 + 1)
        let names = cells.memory.allocate(cells.count, of: Int32(-1))
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let start = layout.offset(0, y, z)
                for x in stride(from: (y + z) & 1, to: layout.columns, by: 2) {
                    let number = cells.numbers[start + x]
                    red.append(number)
                    if number >= 0 { names[Int(number)] = Int32(truncatingIfNeeded: start + x) }
                }
            }
        }
        prolongation = SingleRows(interpolation, chosen: red)
        restriction = SingleRows(transpose, rename: names)
    }
}
