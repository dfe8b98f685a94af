import Glibc

/// Newton's method with step halving on the coefficients of a Galerkin method (C. T. Kelley, "Iterative Methods for Linear and
/// Nonlinear Equations", 1995, alg. 8.1.1).
package struct NewtonState {
    /// The relative residual at which it ends.
    private let tolerance: Double
    private static let stepLimit = 25
    private static let halvings = 12

    package private(set) var coefficients: [Double]
    package private(set) var outcome = SolveOutcome.converged
    package private(set) var steps = 0
    package private(set) var iterations = 0
    package private(set) var residual = 0.0

    package init(coefficients: [Double], tolerance: Double = 1e-12) {
        self.tolerance = tolerance
        self.coefficients = coefficients
        if !coefficients.allSatisfy(\.isFinite) { outcome = .notFinite }
    }

    /// Iterates.
    ///
    /// - Parameters:
    ///   - scale: what the residual is measured against.
    ///   - goesOn: asked before every step; false ends the iteration as the limit of steps does.
    ///   - function: F(c).
    ///   - correction: F'(c)⁻¹ F and the iterations that it took; nil where F' is singular.
    package mutating func iterate(
        scale: [Double], while goesOn: () -> Bool, residual function: ([Double]) -> [Double],
        correction: (_ coefficients: [Double], _ residual: [Double]) -> (step: [Double], iterations: Int)?
    ) {
        let norm = max(Self.norm(scale), .leastNormalMagnitude)
        var value = function(coefficients)
        residual = Self.norm(value) / norm
        while residual > tolerance {
            guard residual.isFinite else {
                outcome = .notFinite
                return
            }
            guard steps < Self.stepLimit, goesOn() else {
                outcome = .iterationLimit
                return
            }
            guard let (step, inner) = correction(coefficients, value) else {
                outcome = .stagnated
                return
            }
            steps += 1
            iterations += inner
            var (length, found) = (1.0, false)
            for _ in 0..<Self.halvings {
                let candidate = zip(coefficients, step).map { $0 - length * $1 }
                let next = function(candidate)
                let size = Self.norm(next) / norm
                if size <= (1 - 1e-4 * length) * residual {
                    (coefficients, value, residual, found) = (candidate, next, size, true)
                    break
                }
                length /= 2
            }
            if !found {
                // As far as round-off lets it.
                outcome = residual <= 1e3 * tolerance ? .converged : .stagnated
                return
            }
        }
    }

    func solution(_ values: [Double], tail: Double) -> BoundaryValueSolution {
        BoundaryValueSolution(
            values: values, outcome: outcome, newtonSteps: steps, iterations: iterations, residual: residual,
            spectralTail: tail)
    }

    private static func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
