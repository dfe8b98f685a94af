import Glibc
import PDECore
import PDESolvers

/// A Gaussian process in space and time, conditioned on c ∂u/∂x + ∂u/∂t = f and on what flows in at x = 0 and at t = 0.
///
/// Causal: time is cut into slabs that are solved one after the other, each from the end of the one before, so that nothing depends on
/// what comes later. In a slab u is the inflow plus a function that vanishes where the flow comes in, of the product of the axes'
/// spaces; the equation's Galerkin form c D_x C + C D_tᵀ = F has a positive symmetric part, half of what flows out.
final class AdvectionProcess {
    private static let slabs = 4
    private static let leastPoints = 50

    private let data: PlaneData
    private let solver: GaussianProcessSolver
    private let problem: GaussianProcessProblem
    private let speed: Double
    private let spacing: Double

    init(_ solver: GaussianProcessSolver, _ problem: GaussianProcessProblem, speed: Double) {
        (self.solver, self.problem, self.speed) = (solver, problem, speed)
        data = PlaneData(solver, problem)
        spacing = problem.lengths[1] / Double(problem.shape[1] - 1)
    }

    private struct Slab {
        let values: Matrix<Double>
        let variance, residual: Double
        let waves: [[Wave]]
        let features: [Int]
    }

    func solve() throws -> GaussianProcessSolution {
        let (rows, columns) = (problem.shape[0], problem.shape[1])
        let count = max(1, min(Self.slabs, (columns - 1) / Self.leastPoints))
        var edge = problem.sides[1].values
        var values = Matrix<Double>(rows: rows, columns: columns)
        var deviations = values
        for (i, value) in edge.enumerated() { values[i, 0] = value }
        var (worst, variance, features) = (0.0, 0.0, [0, 0])
        var frequencies: [Set<Double>] = [[], []]
        for place in 0..<count {
            let (first, last) = (place * (columns - 1) / count, (place + 1) * (columns - 1) / count)
            let slab = try slab(first...last, edge: edge)
            // A slab's error flows on into those after.
            variance += slab.variance
            for i in 0..<rows {
                for j in (first + 1)...last {
                    values[i, j] = slab.values[i, j - first]
                    deviations[i, j] = variance.squareRoot()
                }
                edge[i] = values[i, last]
            }
            worst = max(worst, slab.residual)
            for axis in 0..<2 {
                frequencies[axis].formUnion(slab.waves[axis].map(\.frequency))
                features[axis] = max(features[axis], slab.features[axis])
            }
        }
        return GaussianProcessSolution(
            values: values.storage, deviations: deviations.storage,
            outcome: values.storage.allSatisfy(\.isFinite) ? .converged : .notFinite,
            newtonSteps: 0, residual: worst, frequencies: frequencies.map { $0.sorted() }, features: features,
            nugget: solver.prior.noise, notes: [])
    }

    private func slab(_ times: ClosedRange<Int>, edge: [Double]) throws -> Slab {
        let lengths = [problem.lengths[0], Double(times.count - 1) * spacing]
        let counts = [problem.shape[0], times.count]
        let inflow = Array(problem.sides[0].values[times])
        let source = Matrix(rows: counts[0], columns: counts[1]) { data.source[$0, times.lowerBound + $1] }
        let waves = waves(source, [inflow], [edge], counts, lengths)
        let axes = try (0..<2).map { axis in
            try AxisSpace(
                waves[axis], solver.prior, length: lengths[axis], count: counts[axis],
                limit: GaussianProcessSolver.limit(problem, axis),
                conditions: SideConditions(start: .value, end: nil, length: lengths[axis]), for: .slope)
        }
        let (x, t) = (axes[0], axes[1])
        let (edgeValues, edgeSlopes) = (x.smooth(edge, order: 0), x.smooth(edge, order: 1))
        let (inflowValues, inflowSlopes) = (t.smooth(inflow, order: 0), t.smooth(inflow, order: 1))
        let corner = t.condition(0, of: inflow)
        let target = Matrix(rows: counts[0], columns: counts[1]) {
            source[$0, $1] - speed * edgeSlopes[$0] - inflowSlopes[$1]
        }
        let load = KroneckerProduct(x.load, t.load).product(with: target)
        let coefficients = try SylvesterEquation(x.slopes.map { speed * $0 }, t.slopes).solve(load)
        let inner = KroneckerProduct(x.values, t.values).product(with: coefficients)
        let values = Matrix(rows: counts[0], columns: counts[1]) {
            edgeValues[$0] + inflowValues[$1] - corner + inner[$0, $1]
        }
        let rest = AxisSpace.explained(target, x, t).adding(target, times: -1)
        let size = rootMeanSquare(target.storage)
        let deviation = max(data.noise, rootMeanSquare(rest.storage))
        let rounding = solver.prior.noise * rootMeanSquare(edge + inflow)
        return Slab(
            values: values, variance: deviation * deviation * lengths[1] * spacing + rounding * rounding,
            residual: size > 0 ? rootMeanSquare(rest.storage) / size : 0, waves: waves, features: [x.count, t.count])
    }

    /// The waves along both axes: what flows in at a frequency ω moves through space at ω/c, and the other way round.
    private func waves(
        _ source: Matrix<Double>, _ inflow: [[Double]], _ edge: [[Double]], _ counts: [Int], _ lengths: [Double]
    ) -> [[Wave]] {
        let along = [edge, inflow].enumerated().map { axis, sides in
            data.waves(along: axis, curvature: source, sides: sides, count: counts[axis], length: lengths[axis])
        }
        func joined(_ axis: Int, _ factor: Double) -> [Wave] {
            let (prior, length) = (solver.prior, lengths[axis])
            return along[1 - axis].reduce(into: along[axis]) { all, wave in
                let isSlow = wave.frequency * factor < prior.slowest(on: length)
                let frequency = isSlow ? 0 : wave.frequency * factor
                guard all.allSatisfy({ abs($0.frequency - frequency) > 2 * .pi / length }) else { return }
                // As large in the solution.
                let ratio =
                    prior.effectiveFrequency(frequency, on: length)
                    / prior.effectiveFrequency(wave.frequency, on: lengths[1 - axis])
                all.append(Wave(frequency: frequency, curvature: wave.curvature * ratio * ratio))
            }
        }
        return [joined(0, 1 / speed), joined(1, speed)]
    }
}
