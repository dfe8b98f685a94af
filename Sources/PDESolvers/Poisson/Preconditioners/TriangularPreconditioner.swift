import PDECore

/// Incomplete Cholesky without fill, and symmetric successive over-relaxation: M = (D + L) D⁻¹ (D + Lᵀ) with L the part of A
/// before the diagonal.
///
/// - SSOR(ω): D = diag(A)/ω (D. M. Young, "Iterative Solution of Large Linear Systems", 1971), up to a factor.
/// - Incomplete Cholesky: D such that M has A's diagonal, d_c = a_cc − Σ w²/d_n over neighbours n before c
///   (J. A. Meijerink & H. A. van der Vorst, Math. Comp. 31 (1977)). d is positive, since A is an M-matrix.
///
/// Both solves go through the cells one after the other, on one thread: about 10 ns a cell.
final class TriangularPreconditioner<Scalar: Real>: PaddedPreconditioner {
    let padding: FieldPadding<Scalar>
    let isSymmetric = true
    private let layout: CellLayout
    private let table: StencilTable<Scalar>
    /// ω, between 0 and 2; nil for incomplete Cholesky.
    var overRelaxation: Double? {
        didSet {
            Self.check(overRelaxation)
            if overRelaxation != oldValue { isCurrent = false }
        }
    }
    /// 1/D, 0 in solid cells.
    private let inverse: AlignedBuffer<Scalar>
    private let correction: AlignedBuffer<Scalar>
    private var shift: Double
    /// Whether `inverse` belongs to ω and the shift.
    private var isCurrent = true

    init(_ system: PoissonSystem<Scalar>, overRelaxation omega: Double?) {
        Self.check(omega)
        padding = FieldPadding(system)
        layout = system.layout
        table = system.table
        overRelaxation = omega
        shift = system.shift
        inverse = AlignedBuffer(count: layout.count)
        correction = AlignedBuffer(count: layout.count)
        factorize()
    }

    private static func check(_ omega: Double?) {
        guard let omega else { return }
        precondition(omega > 0 && omega < 2, "ssor: expected ω between 0 and 2, got \(omega)")
    }

    /// Makes the pivots those of the system's present diagonal and of ω, if they are not; allocates nothing.
    func follow(shift: Double) {
        if isCurrent, shift == self.shift { return }
        self.shift = shift
        factorize()
        isCurrent = true
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private func factorize() { findPivots() }

    @inline(never)
    private func findPivots() {
        if let overRelaxation { scaleDiagonal(Scalar(overRelaxation)) } else { eliminate() }
    }

    /// 1/D = ω/diag(A), a vector at a time: those of one class have the same.
    private func scaleDiagonal(_ omega: Scalar) {
        let (inverse, layout) = (inverse.pointer, layout)
        let (classes, stencil) = (table.classes.pointer, table.stencil)
        var (number, value) = (Int32(-1), SIMD8<Scalar>(repeating: 0))
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let start = layout.offset(0, y, z)
                for v in 0..<layout.vectors {
                    let at = start &+ 8 &* v
                    if classes[at >> 3] != number {
                        number = classes[at >> 3]
                        let entry = stencil.entry(number)
                        let pivots = 1 / (eight(entry, 48) / omega)
                        value = pivots.replacing(with: 0, where: eight(entry, 56) .<= 0)
                    }
                    storeEight(value, inverse, at)
                }
            }
        }
    }

    /// The pivots of incomplete Cholesky, cell after cell.
    private func eliminate() {
        let (inverse, layout) = (inverse.pointer, layout)
        let (classes, stencil) = (table.classes.pointer, table.stencil)
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                for x in 0..<layout.columns {
                    let at = layout.offset(x, y, z)
                    let entry = stencil.entry(classes[at >> 3]) + at & 7
                    guard entry[56] > 0 else { continue }
                    var pivot = entry[48]
                    pivot -= entry[0] * entry[0] * inverse[at - 1]
                    if !layout.isPlanar { pivot -= entry[16] * entry[16] * inverse[at - layout.stride] }
                    pivot -= entry[32] * entry[32] * inverse[at - layout.planeStride]
                    // On a floating region the last pivot is 0 but for round-off.
                    pivot = max(pivot, entry[48] * Scalar(0x1p-10))
                    inverse[at] = 1 / pivot
                }
            }
        }
    }

    func clear() { correction.clear() }

    /// M⁻¹b.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func correction(of b: UnsafePointer<Scalar>) -> UnsafePointer<Scalar> {
        solve(b, into: correction.pointer)
        return UnsafePointer(correction.pointer)
    }

    @inline(never)
    private func solve(_ b: UnsafePointer<Scalar>, into u: UnsafeMutablePointer<Scalar>) {
        let (inverse, layout) = (inverse.pointer, layout)
        let (classes, stencil) = (table.classes.pointer, table.stencil)
        let (s, p) = (layout.isPlanar ? 0 : layout.stride, layout.planeStride)
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let start = layout.offset(0, y, z)
                for at in start..<start &+ layout.columns {
                    let entry = stencil.entry(classes[at >> 3]) + at & 7
                    var sum = b[at] + entry[32] * u[at &- p]
                    if s > 0 { sum += entry[16] * u[at &- s] }
                    u[at] = (sum + entry[0] * u[at &- 1]) * inverse[at]
                }
            }
        }
        for z in stride(from: layout.planes - 1, through: 0, by: -1) {
            for y in stride(from: layout.rows - 1, through: 0, by: -1) {
                var at = layout.offset(layout.columns - 1, y, z)
                for _ in 0..<layout.columns {
                    let entry = stencil.entry(classes[at >> 3]) + at & 7
                    var sum = entry[40] * u[at &+ p]
                    if s > 0 { sum += entry[24] * u[at &+ s] }
                    u[at] += (sum + entry[8] * u[at &+ 1]) * inverse[at]
                    at &-= 1
                }
            }
        }
    }
}
