import PDECore

/// Darcy's flow through a porous medium: ∇·q = f, q = −a∇u, with permeability a, pressure u and flux q.
///
/// The system is the one of `PoissonSystem`; a on a face is the harmonic mean of its two cells, so that q through it is that
/// of the two half cells in a row. Fluxes are taken from the solved system itself, and balance f in every cell to the residual.
///
/// - Order: u of second order where a is smooth. Where a jumps along faces the error in max norm is of second order along
///   straight interfaces and of first order at corners of them.
/// - Good values: conjugate gradients with multigrid. On 421 × 421 cells with a of two values by the sign of a smooth
///   field, as the benchmark of Z. Li et al. (2021) has it, a contrast of 4 takes 14 iterations to 1e-10, 100 takes 19, 1000
///   takes 21 and 1e6 takes 23, to the 2e-8 that double precision allows. In three dimensions such a field is rougher: on 64³
///   cells contrasts of 4 and 100 take 15 and 35; above, where multigrid turns algebraic, 1000 takes 13 to 1e-8 and 1e6 15.
/// - Signs of failure: a balance error well above the solver's tolerance times max |f|.
public final class DarcyFlow<Scalar: Real> {
    /// The system that its pressure solves.
    public let system: PoissonSystem<Scalar>

    /// A flow through `permeability`, one value a cell, row-major; the other parameters are those of `PoissonSystem`.
    ///
    /// - Throws: `PoissonError.coefficient` when a fluid cell's permeability is not a positive number.
    public init(
        _ grid: Grid, permeability: [Scalar], sides: PoissonSides? = nil, solid: [UInt8] = []
    ) throws(PoissonError) {
        precondition(
            permeability.count == grid.count, "permeability: expected \(grid.count) cells, got \(permeability.count)")
        system = try PoissonSystem(grid, sides: sides, solid: solid, coefficient: permeability)
    }

    /// The flux along an axis through all faces normal to it, positive towards the upper end: as the grid's cells, with
    /// one more along the axis; 0 through faces of solid cells.
    ///
    /// - Parameters:
    ///   - pressure: u, one value a cell.
    ///   - axis: in the grid's order.
    ///   - boundary: what is given on the sides, as for `PoissonSystem.rightHandSide`.
    public func flux(
        of pressure: [Scalar], axis: Int, boundary: (PoissonSidePoint) -> Double = { _ in 0 }
    ) -> [Scalar] {
        let grid = system.grid
        precondition(pressure.count == grid.count, "pressure: expected \(grid.count) cells, got \(pressure.count)")
        precondition((0..<grid.dimensions).contains(axis), "axis: expected 0..<\(grid.dimensions), got \(axis)")
        let shape = grid.shape
        let inner = shape[(axis + 1)...].reduce(1, *)
        let count = shape[axis]
        let spacing = Scalar(grid.axes[axis].spacing)
        func face(_ cell: Int) -> Int { cell / (inner * count) * inner * (count + 1) + cell % (inner * count) }
        var flux = [Scalar](repeating: 0, count: grid.count / count * (count + 1))
        let layout = system.layout
        let step = axis == grid.dimensions - 1 ? 1 : axis == 0 ? layout.planeStride : layout.stride
        system.forEachCell { index, cell, offset in
            guard index[axis] > 0, system.mask.pointer[offset] == 0, system.mask.pointer[offset - step] == 0 else {
                return
            }
            let (here, before) = (system.coefficient(at: offset), system.coefficient(at: offset - step))
            flux[face(cell)] = 2 * here * before / (here + before) * (pressure[cell - inner] - pressure[cell]) / spacing
        }
        system.forEachSideFace { point, cell, offset in
            guard point.axis == axis else { return }
            let side = point.isUpper ? system.sides.upper[axis] : system.sides.lower[axis]
            let given = Scalar(boundary(point))
            let outward =
                side == .flux ? -given : 2 * system.coefficient(at: offset) * (pressure[cell] - given) / spacing
            flux[face(cell) + (point.isUpper ? inner : 0)] = point.isUpper ? outward : -outward
        }
        return flux
    }

    /// max |f − ∇·q| over the fluid cells, for the fluxes along all axes.
    public func balanceError(_ fluxes: [[Scalar]], source: [Scalar]) -> Double {
        let grid = system.grid
        precondition(fluxes.count == grid.dimensions, "fluxes: expected \(grid.dimensions) axes, got \(fluxes.count)")
        let shape = grid.shape
        var worst = 0.0
        system.forEachCell { _, cell, offset in
            guard system.mask.pointer[offset] == 0 else { return }
            var outflow = 0.0
            for axis in 0..<grid.dimensions {
                let inner = shape[(axis + 1)...].reduce(1, *)
                let block = inner * shape[axis]
                let face = cell / block * inner * (shape[axis] + 1) + cell % block
                outflow += Double(fluxes[axis][face + inner] - fluxes[axis][face]) / grid.axes[axis].spacing
            }
            worst = max(worst, abs(Double(source[cell]) - outflow))
        }
        return worst
    }
}
