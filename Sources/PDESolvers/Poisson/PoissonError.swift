/// Why a system cannot be set up.
public enum PoissonError: Error, Equatable, CustomStringConvertible {
    /// The coefficient of a fluid cell is not a positive number.
    case coefficient(cell: Int, value: Double)
    /// Every cell is solid.
    case noFluid
    /// Direct transforms were asked for, and cells are solid.
    case transformsNeedOpenBox(solidCells: Int)
    /// Direct transforms were asked for, and a cell's coefficient is not the first one's.
    case transformsNeedConstantCoefficient(cell: Int)

    /// What is wrong, where, and what would be right.
    public var description: String {
        switch self {
        case .coefficient(let cell, let value):
            "the coefficient of cell \(cell) is \(value): expected a finite number above 0 in every fluid cell; "
                + "mark cells that conduct nothing as solid"
        case .noFluid: "every cell is solid: expected at least one fluid cell"
        case .transformsNeedOpenBox(let solidCells):
            "\(solidCells) cells are solid: BoxTransformSolver expects a box without solids; use ConjugateGradients with "
                + "the multigrid preconditioner"
        case .transformsNeedConstantCoefficient(let cell):
            "the coefficient of cell \(cell) is not that of cell 0: BoxTransformSolver expects a constant one; use "
                + "ConjugateGradients with the multigrid preconditioner"
        }
    }
}
