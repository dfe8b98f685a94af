import PDECore

/// A solver of Au = b for a `PoissonSystem`.
public protocol PoissonSolver<Scalar>: AnyObject {
    /// The precision.
    associatedtype Scalar: Real
    /// The system.
    var system: PoissonSystem<Scalar> { get }

    /// Solves for u; allocates nothing on a team of one thread.
    ///
    /// - Parameters:
    ///   - rightHandSide: b, one value a cell, row-major; see `PoissonSystem.rightHandSide`. Solid cells are not read.
    ///   - solution: receives u, 0 in solid cells.
    ///   - startsFromSolution: whether the iteration starts from what `solution` holds.
    func solve(
        _ rightHandSide: UnsafePointer<Scalar>, into solution: UnsafeMutablePointer<Scalar>, startsFromSolution: Bool
    ) -> SolveReport
}

extension PoissonSolver {
    /// The solution for `rightHandSide` and the report, in new memory.
    public func solution(_ rightHandSide: [Scalar]) -> (u: [Scalar], report: SolveReport) {
        let count = system.grid.count
        precondition(
            rightHandSide.count == count, "rightHandSide: expected \(count) cells, got \(rightHandSide.count)")
        var u = [Scalar](repeating: 0, count: count)
        let report = rightHandSide.withUnsafeBufferPointer { b in
            u.withUnsafeMutableBufferPointer { u in
                solve(b.baseAddress!, into: u.baseAddress!, startsFromSolution: false)
            }
        }
        return (u, report)
    }
}
