/// Why a system cannot be set up.
public enum PoissonError: Error, Equatable, CustomStringConvertible {
    /// The coefficient of a fluid cell is not a positive number.
    case coefficient(cell: Int, value: Double)
    /// Every cell is solid.
    case noFluid

    /// What is wrong, where, and what would be right.
    public var description: String {
        switch self {
        case .coefficient(let cell, let value):
            "the coefficient of cell \(cell) is \(value): expected a finite number above 0 in every fluid cell; "
                + "mark cells that conduct nothing as solid"
        case .noFluid: "every cell is solid: expected at least one fluid cell"
        }
    }
}
