import PDECore

/// The iterative solver of Lp = f on a box whose faces may be open in part, with any preconditioner of Poisson's equation: multigrid
/// on wide cells, on groups of cells, or one that was learned.
///
/// −L is the operator of a `PoissonSystem` whose couplings are multiplied by the faces' open shares.
///
/// - Behaviour: iterations do not grow with the number of cut faces, as those of `PressureConjugateGradients` do, and hardly with
///   the grid.
/// - Signs of failure: `iterations` at the limit and a `residual` above the tolerance.
final class PreconditionedPressure<Scalar: Real>: PaddedPressureSolver {
    let rightHandSide, pressure: AlignedBuffer<Scalar>
    private let fluid: FluidOperator<Scalar>
    private let solver: ConjugateGradients<Scalar>
    private let values, solution: AlignedBuffer<Scalar>
    var grid: PressureGrid { fluid.grid }
    var layout: PaddedLayout { fluid.layout }

    /// - Parameters:
    ///   - openings: the cells; no side is periodic.
    ///   - preconditioner: what stands for the inverse.
    ///   - tolerance: relative residual in the 2-norm; by default 1e-12 in double and 1e-5 in single precision.
    ///   - iterationLimit: the most iterations in one solve.
    init(
        _ openings: FaceOpenings, preconditioner: any PoissonPreconditioner, tolerance: Double?, iterationLimit: Int
    ) {
        fluid = FluidOperator(SolidBoundary(openings))
        solver = ConjugateGradients(
            PoissonSystem(openings), preconditioner: preconditioner,
            tolerance: tolerance ?? (Scalar.self == Double.self ? 1e-12 : 1e-5), iterationLimit: iterationLimit)
        (rightHandSide, pressure) = (AlignedBuffer(count: fluid.layout.count), AlignedBuffer(count: fluid.layout.count))
        (values, solution) = (AlignedBuffer(count: openings.grid.count), AlignedBuffer(count: openings.grid.count))
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func solve(
        _ rightHandSide: UnsafeMutablePointer<Scalar>, into pressure: UnsafeMutablePointer<Scalar>
    ) -> PressureReport {
        solve(copying: rightHandSide, to: pressure)
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func solve(measures: Bool) -> PressureReport { run(measures) }

    @inline(never)
    private func run(_ measures: Bool) -> PressureReport {
        let (f, p, columns) = (rightHandSide.pointer, pressure.pointer, layout.columns)
        let (largest, mean) = fluid.prepare(f)
        for y in 0..<layout.rows {
            let (from, to) = (f + layout.offset(0, y), values.pointer + y &* columns)
            for x in 0..<columns { to[x] = -from[x] }
        }
        let iterations = solver.solve(values.pointer, into: solution.pointer).iterations
        for y in 0..<layout.rows {
            (p + layout.offset(0, y)).update(from: solution.pointer + y &* columns, count: columns)
        }
        fluid.clearSolid(p)
        for region in fluid.floating { _ = region.removeMean(p) }
        return fluid.report(p, f, largest: largest, mean: mean, iterations: iterations, measures: measures)
    }
}

extension PoissonSystem {
    /// −L of a flow's pressure.
    fileprivate convenience init(_ openings: FaceOpenings) {
        let grid = openings.grid
        func side(_ side: PressureBoundary) -> PoissonSide {
            precondition(side != .periodic, "preconditioner: expected a box without periodic sides, got \(grid)")
            return side == .dirichlet ? .value : .flux
        }
        func axis(_ count: Int, _ spacing: Double) -> Grid.Axis {
            Grid.Axis(count: count, from: 0, to: Double(count) * spacing, placement: .cells)
        }
        do {
            try self.init(
                Grid([axis(grid.rows, grid.dy), axis(grid.columns, grid.dx)]),
                sides: PoissonSides(
                    lower: [side(grid.bottom), side(grid.left)], upper: [side(grid.top), side(grid.right)]),
                solid: openings.isSolid.map { $0 ? 1 : 0 },
                openings: [openings.upper.map { Scalar($0) }, openings.right.map { Scalar($0) }])
        } catch {
            preconditionFailure("openings: expected at least one fluid cell (\(error))")
        }
    }
}
