/// What holds on a side of a box or on the surface of solids.
public enum PoissonSide: String, Sendable, CaseIterable, Codable {
    /// The solution is given (Dirichlet).
    case value
    /// The flux a ∂u/∂n along the normal out of the fluid is given (Neumann).
    case flux
}

/// What holds on the sides of a box: the lower and the upper one of each axis, in the grid's order, slowest first.
public struct PoissonSides: Equatable, Sendable {
    /// [axis].
    public let lower, upper: [PoissonSide]

    /// The lower and the upper side of each axis.
    public init(lower: [PoissonSide], upper: [PoissonSide]) {
        precondition(
            lower.count == upper.count, "upper: expected \(lower.count) sides as for lower, got \(upper.count)")
        self.lower = lower
        self.upper = upper
    }

    /// The same on all sides.
    public static func all(_ side: PoissonSide, dimensions: Int) -> PoissonSides {
        let sides = [PoissonSide](repeating: side, count: dimensions)
        return PoissonSides(lower: sides, upper: sides)
    }
}
