import PDECore
import PDESolvers

extension GaussianProcessProblem {
    /// What the equation tells of second derivatives along lines, of which kernels are learned: on an interval those of the solution, on a
    /// rectangle, for some lines in turn along both axes, the Laplacian of what is left of it once the sides are taken up.
    ///
    /// - Parameters:
    ///   - known: the solution, which the Allen–Cahn equation is linear with.
    ///   - most: how many lines of a rectangle.
    /// - Throws: as solving does.
    func curvatures(
        _ solver: GaussianProcessSolver, known: [Double], most: Int
    ) throws -> [(values: [Double], length: Double)] {
        var curvature = source
        switch equation {
        case .poisson: break
        case .allenCahn: for i in curvature.indices { curvature[i] -= AllenCahnReaction.reaction(known[i]) }
        case .advection: return []
        }
        guard shape.count == 2 else { return [(curvature, lengths[0])] }
        let (n, m) = (shape[0], shape[1])
        let inner = try SquareProcess(solver, self).inner(Matrix(rows: n, columns: m, storage: curvature))
        return (0..<most).map { line in
            // Away from the sides.
            let place = line / 2 + 1
            let (i, j) = (place * n / (most / 2 + 2), place * m / (most / 2 + 2))
            return line % 2 == 0 ? ((0..<n).map { inner[$0, j] }, lengths[0]) : (inner.row(i), lengths[1])
        }
    }
}
