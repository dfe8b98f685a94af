import Glibc
import PDECore

/// −∇·(a∇u) + cu = f on a box of cells with solids in it: the discrete system Au = b that the solvers of this folder take.
///
/// Finite volumes about the cells' centres (R. J. LeVeque, "Finite Difference Methods", 2007; for the harmonic mean
/// S. V. Patankar, "Numerical Heat Transfer and Fluid Flow", 1980): for each fluid cell c
///
///     c u_c + Σ_n w (u_c − u_n) + Σ_s 2a_c/h² (u_c − g) = f_c + Σ_q q/h,        w = 2 a_c a_n/(a_c + a_n)/h²,
///
/// over fluid neighbours n, faces s on which the value g is given half a cell away, and faces q through which a flux
/// a ∂u/∂n is given. A is symmetric. Solids conduct nothing (`.flux`, as a wall) or hold the value 0 (`.value`).
///
/// The constant c ≥ 0, `shift`, may change between the solves of a sequence, as in every implicit step; it is 0 in Poisson's
/// equation itself. Solvers follow by themselves: diagonals and pivots change, nothing is set up anew.
///
/// - Order: 2 in the max norm, given values and fluxes included; the error of a flux through a side is of second order,
///   too. Where a jumps across faces, as it may in Darcy's problem, u is of second order and its flux exact in 1-D.
/// - Signs of failure: `floatingRegions` above 0, regions in which u is fixed up to a constant only. Solvers then take the
///   mean of b out of each, say how large it was, and give the solution with zero mean there.
public final class PoissonSystem<Scalar: Real>: @unchecked Sendable {
    /// The cells; axes are placed as cells, and the last one varies fastest.
    public let grid: Grid
    /// What holds on the sides of the box.
    public let sides: PoissonSides
    /// What holds on the surface of solids: no flux or the value 0.
    public let solidSurface: PoissonSide
    /// Fluid regions without a given value, in which u is fixed up to a constant only.
    public var floatingRegions: Int { floating.count }
    /// c, at least 0. Above 0 A is positive definite, and no region floats.
    ///
    /// A change is a pass over the classes of the stencil table, a few dozen where a is constant, and allocates the first
    /// time only. Change it while none of the system's solvers runs.
    public var shift: Double {
        didSet {
            Self.check(shift: shift)
            if shift != oldValue { table.shift(by: Scalar(shift)) }
        }
    }
    let layout: CellLayout
    let table: StencilTable<Scalar>
    /// Whether cells are solid or faces closed in part.
    let hasSolid: Bool
    let isVariable: Bool
    /// Whether faces between fluid cells are closed in part.
    let hasCutFaces: Bool
    /// The regions that float with the present shift.
    var floating: [FloatingRegion] { shift > 0 ? [] : regions }
    /// The regions that float without one.
    let regions: [FloatingRegion]
    /// Padded: 0 in fluid cells, 1 in solid ones, 2 outside.
    let mask: CellMask
    /// 1/h², along x, y and z.
    let inverseSquares: [Double]
    /// Padded, where the coefficient is variable.
    private let coefficient: AlignedBuffer<Scalar>?

    /// A system on `grid`.
    ///
    /// - Parameters:
    ///   - grid: two or three axes of cells.
    ///   - sides: what holds on the sides; by default values on all.
    ///   - solid: one value a cell, row-major, other than 0 where it is solid; empty when nothing is.
    ///   - solidSurface: what holds on the surface of solids.
    ///   - coefficient: a, one value a cell; empty when it is 1.
    ///   - shift: c, at least 0.
    ///   - openings: for each axis, the open share of the face between a cell and the next one along it, one value a cell from 0 to
    ///     1, as where a body cuts through cells; empty when faces between fluid cells are open as a whole. A share multiplies w.
    ///     Those beside solid cells and on sides are not read.
    /// - Throws: `PoissonError` when a fluid cell's coefficient is not a positive number, or when nothing is fluid.
    public init(
        _ grid: Grid, sides: PoissonSides? = nil, solid: [UInt8] = [], solidSurface: PoissonSide = .flux,
        coefficient: [Scalar] = [], shift: Double = 0, openings: [[Scalar]] = []
    ) throws(PoissonError) {
        let dimensions = grid.dimensions
        precondition(dimensions == 2 || dimensions == 3, "grid: expected 2 or 3 axes, got \(dimensions)")
        precondition(grid.axes.allSatisfy { $0.placement == .cells }, "grid: expected axes placed as cells")
        let sides = sides ?? .all(.value, dimensions: dimensions)
        precondition(sides.lower.count == dimensions, "sides: expected \(dimensions) axes, got \(sides.lower.count)")
        precondition(
            solid.isEmpty || solid.count == grid.count, "solid: expected \(grid.count) cells, got \(solid.count)")
        precondition(
            coefficient.isEmpty || coefficient.count == grid.count,
            "coefficient: expected \(grid.count) cells, got \(coefficient.count)")
        precondition(
            openings.isEmpty || openings.map(\.count) == grid.shape.map { _ in grid.count },
            "openings: expected \(grid.count) cells for each of \(dimensions) axes, got \(openings.map(\.count))")
        Self.check(shift: shift)
        self.grid = grid
        self.sides = sides
        self.shift = shift
        self.solidSurface = solidSurface
        let shape = grid.shape
        let layout = CellLayout(
            columns: shape[dimensions - 1], rows: dimensions == 3 ? shape[1] : 1, planes: shape[0])
        self.layout = layout
        let mask = CellMask(layout, solid: solid)
        self.mask = mask
        let openFaces = FaceShares(openings, mask)
        hasCutFaces = openFaces != nil
        hasSolid = mask.solidCells > 0 || hasCutFaces
        isVariable = !coefficient.isEmpty
        guard mask.solidCells < layout.cells else { throw .noFluid }
        self.coefficient = coefficient.isEmpty ? nil : try Self.padded(coefficient, mask)
        let squares = grid.axes.map { 1 / ($0.spacing * $0.spacing) }
        inverseSquares = dimensions == 3 ? [squares[2], squares[1], squares[0]] : [squares[1], 0, squares[0]]
        let byAxis = StencilAssembly<Scalar>.ordered(sides)
        table = StencilAssembly(
            layout: layout, mask: mask, weights: inverseSquares.map { Scalar($0) }, sides: byAxis,
            holdsValueInSolid: solidSurface == .value, coefficient: self.coefficient, openFaces: openFaces
        ).table()
        regions = FloatingRegion.all(
            mask, openFaces, sides: byAxis, solidHoldsValue: solidSurface == .value)
        if shift > 0 { table.shift(by: Scalar(shift)) }
    }

    private static func check(shift: Double) {
        precondition(
            shift >= 0 && Scalar(shift).isFinite, "shift: expected a finite number of at least 0, got \(shift)")
    }

    private static func padded(
        _ coefficient: [Scalar], _ mask: CellMask
    ) throws(PoissonError) -> AlignedBuffer<Scalar> {
        let layout = mask.layout
        let result = AlignedBuffer<Scalar>(count: layout.count)
        result.pointer.update(repeating: 1, count: layout.count)
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let (from, to) = ((z * layout.rows + y) * layout.columns, layout.offset(0, y, z))
                for x in 0..<layout.columns where mask.pointer[to + x] == 0 {
                    let value = coefficient[from + x]
                    guard value > 0, value.isFinite else {
                        throw .coefficient(cell: from + x, value: Double(value))
                    }
                    result.pointer[to + x] = value
                }
            }
        }
        return result
    }

    /// a in the cell at a padded offset.
    func coefficient(at offset: Int) -> Scalar { coefficient?.pointer[offset] ?? 1 }
}
