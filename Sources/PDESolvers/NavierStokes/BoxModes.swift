import PDECore

/// The inverse of the box operator B, L without solid cells: a transform along one axis and tridiagonal systems along
/// the other.
///
/// Costs O(N) for the systems and O(N log N) for the transforms, O(N^1.5) along short lines and periodic ones of odd
/// length. The operator is B = Σ_k T_k ⊗ q_k q_kᵀ with eigenvectors q_k along the transformed axis, so B⁻¹ = Σ_k T_k⁻¹
/// ⊗ q_k q_kᵀ.
struct BoxModes<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    let transform: LineTransform<Scalar>
    let tridiagonals: ModeTridiagonals<Scalar>
    let isSingular: Bool

    init(_ grid: PressureGrid) {
        // The shorter axis is transformed, an axis that folds counts half: products are what costs.
        func cost(_ axis: PressureAxis) -> Int { axis.isSymmetric ? axis.count : 2 * axis.count }
        let isVertical = cost(grid.vertical) <= cost(grid.horizontal)
        transform = LineTransform(grid, isVertical: isVertical)
        tridiagonals = ModeTridiagonals(
            isVertical ? grid.horizontal : grid.vertical, eigenvalues: transform.modes.values, stride: transform.stride)
        isSingular = grid.isSingular
    }

    /// Coefficients in all: those of one line after the other, `transform.stride` apart.
    var count: Int { transform.lines * transform.stride }

    /// The line and the point on it of a cell.
    func place(of cell: Int) -> (line: Int, point: Int) {
        let (x, y) = (cell % transform.layout.columns, cell / transform.layout.columns)
        return transform.isVertical ? (x, y) : (y, x)
    }

    /// Coefficients of f → coefficients of B⁻¹f; of a singular B, of the solution of zero mean for f without its mean,
    /// which is taken out in place.
    func solve(_ coefficients: Pointer, into solution: Pointer) {
        if isSingular { removeMean(coefficients) }
        tridiagonals.solve(coefficients, into: solution)
        if isSingular { removeMean(solution) }
    }

    /// Mode 0 of a singular operator is constant along a line.
    private func removeMean(_ coefficients: Pointer) {
        let (lines, stride) = (transform.lines, transform.stride)
        var sum = 0.0
        for line in 0..<lines { sum += Double(coefficients[line &* stride]) }
        let mean = Scalar(sum / Double(lines))
        for line in 0..<lines { coefficients[line &* stride] -= mean }
    }
}
