import PDECore

/// One grid of the multigrid cycle, in single precision: the operator, the right-hand side, the correction, and how values
/// continue into solids.
///
/// The coarse operator is half the Galerkin product with piecewise constant transfers (P. Wesseling, "An Introduction to
/// Multigrid Methods", 1992, ch. 5–6): the weight of a coarse face is a quarter of the mean of its fine faces' weights, closed
/// ones counted as 0, the diagonal's share from given values half the mean over the children. On a box with a constant
/// coefficient this is the finite-volume operator on the coarse grid; a coarse cell cut by a solid keeps its open part.
/// A number of cells that is odd leaves a last coarse cell with half its children, which is such a cut cell; its centre
/// lies on the side. A value given there is held with 64 times the weight; a level further down the centre lies half a cell
/// inside, and the weight is that of the distance.
final class MultigridLevel: @unchecked Sendable {
    let layout: CellLayout
    let table: StencilTable<Float>
    private(set) var stencil: Stencil<Float>
    /// Right-hand side and correction; the finest level's are the preconditioner's.
    let rightHandSide, correction: AlignedBuffer<Float>
    let continuation: SolidExtension
    /// Learned shares of the interpolation to this level; nil where they follow from the couplings.
    var shares: LearnedShares?

    init(_ table: StencilTable<Float>, extends: Bool, hasFields: Bool) {
        layout = table.layout
        self.table = table
        stencil = table.stencil
        rightHandSide = AlignedBuffer(count: hasFields ? layout.count : 0)
        correction = AlignedBuffer(count: hasFields ? layout.count : 0)
        continuation = extends ? SolidExtension(table) : SolidExtension()
    }

    /// Takes over the inverse diagonal that the table has now.
    func followTable() { stencil = table.stencil }

    /// The largest diagonal without a shift. Weights relative to it leave the range of single precision on no grid and
    /// with no coefficient.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    static func scale<Scalar: Real>(_ table: StencilTable<Scalar>) -> Scalar { largest(table) }

    @inline(never)
    private static func largest<Scalar: Real>(_ table: StencilTable<Scalar>) -> Scalar {
        var scale: Scalar = 0
        for number in 0..<table.classCount {
            for lane in 0..<8 { scale = max(scale, table.plainDiagonal(number, lane)) }
        }
        // Where no cell is coupled to another, there is nothing to scale.
        return scale > 0 ? scale : 1
    }

    /// The finest level's table without a shift: the system's in single precision, relative to `scale`, with the fluid's mask
    /// for the diagonal.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    static func finest<Scalar: Real>(_ table: StencilTable<Scalar>, scale: Scalar) -> StencilTable<Float> {
        narrowed(table, scale)
    }

    @inline(never)
    private static func narrowed<Scalar: Real>(
        _ table: StencilTable<Scalar>, _ scale: Scalar
    ) -> StencilTable<Float> {
        let entries = AlignedBuffer<Float>(count: table.entries.count)
        for number in 0..<table.classCount {
            let (from, to) = (table.entries.pointer + 64 * number, entries.pointer + 64 * number)
            for k in 0..<48 { to[k] = Float(from[k] / scale) }
            for lane in 0..<8 {
                let diagonal = table.plainDiagonal(number, lane)
                to[48 + lane] = diagonal > 0 ? 1 : Float(diagonal)
                to[56 + lane] = diagonal > 0 ? Float(1 / diagonal * scale) : 0
            }
        }
        return StencilTable(table.layout, table.classes, entries: entries)
    }

    /// The operator on cells twice as wide.
    ///
    /// - Parameters:
    ///   - holds: whether a value is given on the upper sides of x, y and z.
    ///   - held: what given values add to the diagonal, of the fine operator and then of the coarse one; nil where the
    ///     coefficient is constant, and the diagonal tells it well enough.
    static func coarsened(
        _ fine: StencilTable<Float>, isShared: Bool, holds: [Bool], held: inout HeldWeights?
    ) -> StencilTable<Float> {
        let coarse = held.map { _ in HeldWeights(fine.layout.coarsened) }
        defer { held = coarse }
        return MultigridCoarsening(
            fine, isShared: isShared, holds: (holds[0], holds[1], holds[2]), held: held, coarseHeld: coarse
        ).table()
    }
}

/// Writes the coarse operator of `MultigridLevel`.
private struct MultigridCoarsening {
    let fine: StencilTable<Float>
    let layout: CellLayout
    let isShared: Bool
    let holds: (x: Bool, y: Bool, z: Bool)
    let held, coarseHeld: HeldWeights?

    init(
        _ fine: StencilTable<Float>, isShared: Bool, holds: (x: Bool, y: Bool, z: Bool), held: HeldWeights?,
        coarseHeld: HeldWeights?
    ) {
        self.fine = fine
        self.held = held
        self.coarseHeld = coarseHeld
        self.holds = holds
        layout = fine.layout.coarsened
        self.isShared = isShared
    }

    func table() -> StencilTable<Float> {
        var plain = [Float](repeating: 0, count: 64)
        for k in 0..<48 { plain[k] = fine.entries.pointer[k] / 4 }
        for lane in 0..<8 {
            plain[48 + lane] = 1
            plain[56 + lane] = fine.entries.pointer[56 + lane] * 4
        }
        var builder = StencilBuilder(
            layout, plain: plain, isShared: isShared, expected: isShared ? 64 : layout.cells / 8 + 64)
        let (classes, fineClasses) = (builder.classes.pointer, fine.classes.pointer)
        let children = [0, fine.layout.isPlanar ? 0 : fine.layout.stride, fine.layout.planeStride]
        var numbers = [Float](repeating: 0, count: 64)
        numbers.withUnsafeMutableBufferPointer { buffer in
            let numbers = buffer.baseAddress!
            for z in 0..<layout.planes {
                for y in 0..<layout.rows {
                    let start = layout.offset(0, y, z)
                    for v in 0..<layout.vectors {
                        let at = start &+ 8 &* v
                        let first = fine.layout.offset(16 * v, 2 * y, 2 * z) >> 3
                        var any: Int32 = 0
                        for dz in 0..<2 {
                            for dy in 0..<(fine.layout.isPlanar ? 1 : 2) {
                                let child = first &+ (dz &* children[2] &+ dy &* children[1]) >> 3
                                any |= fineClasses[child] | fineClasses[child &+ 1]
                            }
                        }
                        if any == 0, held == nil {
                            classes[at >> 3] = 0
                        } else {
                            write(first, (v, y, z), children, numbers)
                            if let coarseHeld { storeEight(eight(numbers, 48), coarseHeld.pointer, at) }
                            finish(numbers)
                            classes[at >> 3] = builder.add(numbers, guess: classes[(at &- layout.stride) >> 3])
                        }
                    }
                }
            }
        }
        return builder.table()
    }

    /// The numbers of the coarse vector whose first child vector is `first`.
    private func write(
        _ first: Int, _ coarse: (v: Int, y: Int, z: Int), _ children: [Int], _ numbers: UnsafeMutablePointer<Float>
    ) {
        let loneColumn = holds.x && fine.layout.columns & 1 == 1 ? fine.layout.columns &- 1 &- 16 &* coarse.v : -1
        numbers.update(repeating: 0, count: 64)
        let rows = fine.layout.isPlanar ? 1 : 2
        // Half of the Galerkin product, per volume of a coarse cell.
        let share: Float = fine.layout.isPlanar ? 1 / 8 : 1 / 16
        for dz in 0..<2 {
            let isLoneZ = holds.z && 2 &* coarse.z &+ 1 == fine.layout.planes
            for dy in 0..<rows {
                let isLone = isLoneZ || holds.y && rows == 2 && 2 &* coarse.y &+ 1 == fine.layout.rows
                let child = first &+ (dz &* children[2] &+ dy &* children[1]) >> 3
                for column in 0..<16 {
                    let entry = fine.stencil.entry(fine.classes.pointer[child &+ column >> 3]) + (column & 7)
                    guard entry[48] > 0 else { continue }
                    let lane = column >> 1
                    var held = 1 / entry[56]
                    var largest: Float = 0
                    for face in 0..<6 {
                        held -= entry[8 &* face]
                        largest = max(largest, entry[8 &* face])
                    }
                    if let given = self.held {
                        held = given.pointer[child &<< 3 &+ column]
                    } else if held > 16 * largest, largest > 0 {
                        held = 4 * largest
                    }
                    if isLone || column == loneColumn { held *= 64 }
                    numbers[8 &* (column & 1) &+ lane] += share * entry[8 &* (column & 1)]
                    if rows == 2 { numbers[8 &* (2 &+ dy) &+ lane] += share * entry[8 &* (2 &+ dy)] }
                    numbers[8 &* (4 &+ dz) &+ lane] += share * entry[8 &* (4 &+ dz)]
                    // What rounding leaves is no given value.
                    if held > (self.held == nil ? 1e-6 / entry[56] : 0) { numbers[48 &+ lane] += share * held }
                }
            }
        }
    }

    /// The fluid's mask and the diagonal's inverse in the place of what given values add to it.
    private func finish(_ numbers: UnsafeMutablePointer<Float>) {
        for lane in 0..<8 {
            var diagonal = numbers[48 &+ lane]
            for face in 0..<6 { diagonal += numbers[8 &* face &+ lane] }
            numbers[48 &+ lane] = diagonal > 0 ? 1 : 0
            numbers[56 &+ lane] = diagonal > 0 ? 1 / diagonal : 0
        }
    }
}
