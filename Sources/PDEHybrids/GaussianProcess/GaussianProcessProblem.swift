import PDESolvers

/// A boundary value problem on an interval or a rectangle as data: the source on a uniform grid, and what is given on the sides.
///
/// Equations as in `BoundaryValueProblem`; with advection, y is time, and values are given where the flow comes in.
public struct GaussianProcessProblem: Sendable {
    /// One of the sides.
    public struct Side: Equatable, Sendable {
        /// What is given.
        public var condition: BoundaryCondition
        /// One number at an end of an interval; along a side of a rectangle one for each point, both ends included.
        public var values: [Double]

        /// A side.
        public init(_ condition: BoundaryCondition = .value, _ values: [Double]) {
            (self.condition, self.values) = (condition, values)
        }
    }

    /// The equation.
    public var equation: BoundaryValueProblem.Equation
    /// The lengths of the axes.
    public var lengths: [Double]
    /// Points along each axis, both ends included.
    public var shape: [Int]
    /// f at the points, x slowest.
    public var source: [Double]
    /// For each axis the side where it starts and the side where it ends; of advection the starts.
    public var sides: [Side]

    /// A problem on an interval.
    public init(_ equation: BoundaryValueProblem.Equation, length: Double, source: [Double], start: Side, end: Side) {
        (self.equation, lengths, shape) = (equation, [length], [source.count])
        (self.source, sides) = (source, [start, end])
    }

    /// A problem on a rectangle.
    ///
    /// - Parameters:
    ///   - shape: points along x and y.
    ///   - source: [x][y].
    ///   - sides: at the start and the end of x, along y, and at the start and the end of y, along x; of advection at x = 0 and y = 0.
    public init(
        _ equation: BoundaryValueProblem.Equation, lengths: [Double], shape: [Int], source: [Double], sides: [Side]
    ) {
        (self.equation, self.lengths, self.shape) = (equation, lengths, shape)
        (self.source, self.sides) = (source, sides)
    }
}

extension GaussianProcessProblem {
    /// The axis that a side bounds, and whether it stands at its end.
    func place(ofSide number: Int) -> (axis: Int, isEnd: Bool) {
        sides.count == shape.count && shape.count == 2 ? (number, false) : (number / 2, number % 2 == 1)
    }

    /// The frequency of the source's largest wave along any axis, or of the sides' where there is no source; a wave an axis where there are
    /// none.
    var dominantFrequency: Double {
        let solver = GaussianProcessSolver()
        let data = PlaneData(solver, self)
        let found = shape.indices.map { axis in
            let along = sides.indices.filter { place(ofSide: $0).axis != axis }.map { sides[$0].values }
            return data.waves(
                along: axis, curvature: data.source, sides: shape.count == 1 ? [] : along, count: shape[axis],
                length: lengths[axis]
            ).first?.frequency ?? 0
        }
        return max(found.max() ?? 0, 2 * .pi / (lengths.max() ?? 1))
    }

    /// By how much the variance of the source's rounding errors is larger in sums over points than that of as many independent ones:
    /// numbers of equal size are rounded alike when they are stored, as where a source repeats with the grid, and an error that n points
    /// share counts n² times and not n. Errors are as large as the numbers.
    var repetition: Double {
        // Sorted, as a table of all of them would take more memory than the solution.
        let sorted = source.map { abs($0) }.sorted()
        var (shared, own, first) = (0.0, 0.0, 0)
        for place in sorted.indices where place + 1 == sorted.count || sorted[place + 1] != sorted[place] {
            let (variance, count) = (sorted[place] * sorted[place], Double(place + 1 - first))
            shared += count * count * variance
            own += count * variance
            first = place + 1
        }
        return own > 0 ? shared / own : 1
    }
}

/// What is given on a side.
public enum BoundaryCondition: String, Codable, Sendable {
    /// u.
    case value
    /// The derivative of u along the axis, from its start to its end.
    case slope
}

/// What a Gaussian process says of a boundary value problem's solution.
public struct GaussianProcessSolution: Sendable {
    /// The posterior mean at the points of the grid, x slowest.
    public var values: [Double]
    /// The posterior standard deviation there.
    public var deviations: [Double]
    /// How it ended.
    public var outcome: SolveOutcome
    /// Newton's steps, 0 of linear problems.
    public var newtonSteps: Int
    /// What of the source, or of the inflow, the process cannot explain, over its root mean square.
    public var residual: Double
    /// The frequencies along each axis.
    public var frequencies: [[Double]]
    /// Weights of the process along each axis.
    public var features: [Int]
    /// The noise that was assumed, over the source's root mean square.
    public var nugget: Double
    /// Sentences that its user should know, such as that the nugget was raised.
    public var notes: [String]
}

/// Why a problem cannot be solved.
public enum GaussianProcessError: Error, Equatable, CustomStringConvertible {
    /// Something about the data.
    case data(problem: String, remedy: String)
    /// A frequency that the grid does not resolve, with the points that would.
    case frequency(Double, axis: Int, points: Int, enough: Int)

    /// What went wrong, why, and what to do next.
    public var description: String {
        switch self {
        case .data(let problem, let remedy): "the problem cannot be solved: \(problem). \(remedy)"
        case .frequency(let frequency, let axis, let points, let enough):
            "frequency \(frequency) along axis \(axis) is above what \(points) points resolve: waves would have fewer than two "
                + "points. Use \(enough) points or more along it."
        }
    }
}
