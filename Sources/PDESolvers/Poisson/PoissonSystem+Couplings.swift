import PDECore

/// The numbers of A, cell by cell in the grid's row-major order: (Au)_c = d_c u_c − Σ w (u beyond c's faces).
public struct CellCouplings<Scalar: Real>: Sendable {
    /// d, the shift included; 0 in solid cells.
    public let diagonal: [Scalar]
    /// w through the lower and the upper face of every axis of the grid; 0 where no fluid cell lies beyond.
    public let lower, upper: [[Scalar]]
}

extension PoissonSystem {
    /// The numbers of A with the present shift, in new memory: what a preconditioner of a program's own is made from.
    public var couplings: CellCouplings<Scalar> {
        let count = grid.count
        // The table's faces of each axis: lower x, upper x, lower y …, where x is the grid's last axis and z its first.
        let faces = grid.dimensions == 3 ? [4, 2, 0] : [4, 0]
        var diagonal = [Scalar](repeating: 0, count: count)
        var lower = faces.map { _ in diagonal }
        var upper = lower
        let stencil = table.stencil
        forEachCell { _, cell, offset in
            guard mask.pointer[offset] == 0 else { return }
            let entry = stencil.entry(stencil.classes[offset >> 3]) + offset & 7
            diagonal[cell] = entry[StencilTable<Scalar>.diagonal]
            for (axis, face) in faces.enumerated() {
                lower[axis][cell] = entry[8 * face]
                upper[axis][cell] = entry[8 * (face + 1)]
            }
        }
        return CellCouplings(diagonal: diagonal, lower: lower, upper: upper)
    }

    /// 1 in solid cells and 0 in fluid ones, row-major.
    public var solid: [UInt8] {
        var values = [UInt8](repeating: 0, count: grid.count)
        forEachCell { _, cell, offset in values[cell] = mask.pointer[offset] }
        return values
    }

    /// a, row-major; 1 in solid cells, and everywhere where none was given.
    public var coefficients: [Scalar] {
        var values = [Scalar](repeating: 1, count: grid.count)
        forEachCell { _, cell, offset in values[cell] = coefficient(at: offset) }
        return values
    }
}
