import Glibc
import PDECore
import PDESolvers

/// A Gaussian process on an interval, conditioned on u″ (+ u³ − u) = f at the grid's points and on what is given at the ends.
final class LineProcess {
    private let solver: GaussianProcessSolver
    private let problem: GaussianProcessProblem
    private var prior: WavePrior { solver.prior }
    private let length: Double
    private let points: [Double]
    private let conditions: SideConditions
    private let spectrum: SourceSpectrum
    /// The polynomial that takes up what is given at the ends, and its second derivative.
    private let lift, liftCurvature: [Double]
    private let noise: Double

    init(_ solver: GaussianProcessSolver, _ problem: GaussianProcessProblem) {
        (self.solver, self.problem, length) = (solver, problem, problem.lengths[0])
        let count = problem.shape[0]
        let length = problem.lengths[0]
        points = (0..<count).map { length * Double($0) / Double(count - 1) }
        conditions = SideConditions(
            start: problem.sides[0].condition, end: problem.sides[1].condition, length: length)
        spectrum = SourceSpectrum(count: count, length: length)
        let given = problem.sides.map { $0.values[0] }
        lift = conditions.polynomials(at: points, order: 0) * given
        liftCurvature = conditions.polynomials(at: points, order: 2) * given
        noise = solver.prior.noise * rootMeanSquare(problem.source)
    }

    /// Features of some waves, and the projection of second derivatives on them.
    private struct Space {
        let waves: [Wave]
        let values, curvatures: Matrix<Double>
        /// The amplitudes' standard deviations.
        let deviations: [Double]
        let projection: RidgeProjection
    }

    func solve(while goesOn: () -> Bool) throws -> GaussianProcessSolution {
        guard problem.equation == .allenCahn else {
            let target = curvature(nil)
            let space = explained(target, isCoarse: false)
            return solution(space, space.projection.weights(of: target), NewtonState(coefficients: []))
        }
        // Waves of the solution are visible in u″ = f − u³ + u only where u is known: first those of the source that matter most, then
        // what is left of all that turns out not to be there.
        var values: [Double]?
        var last: (space: Space, weights: [Double], state: NewtonState)?
        var steps = 0
        for round in 0..<3 {
            let target = curvature(values)
            let space = explained(target, isCoarse: round == 0)
            var weights = space.projection.weights(of: target)
            let state = newton(space, &weights, tolerance: round == 0 ? 1e-5 : 1e-9, goesOn)
            steps += state.steps
            values = self.values(space, weights)
            last = (space, weights, state)
            // More waves do not help where few are not found.
            guard state.outcome == .converged, goesOn() else { break }
        }
        var result = solution(last!.space, last!.weights, last!.state)
        result.newtonSteps = steps
        return result
    }

    /// f, or where u is known f − u³ + u, minus the polynomial's part: what the features' second derivatives have to be.
    private func curvature(_ values: [Double]?) -> [Double] {
        var target = problem.source
        for i in target.indices {
            target[i] -= liftCurvature[i]
            if let u = values?[i] { target[i] -= AllenCahnReaction.reaction(u) }
        }
        return target
    }

    private func values(_ space: Space, _ weights: [Double]) -> [Double] {
        zip(lift, space.values * weights).map { $0 + $1 }
    }

    /// A process of second derivatives alone.
    convenience init(_ solver: GaussianProcessSolver, curvature: [Double], length: Double) {
        let end = GaussianProcessProblem.Side(.value, [0])
        self.init(
            solver, GaussianProcessProblem(.poisson, length: length, source: curvature, start: end, end: end))
    }

    /// The waves of the source.
    var waves: [Wave] { explained(problem.source, isCoarse: false).waves }

    /// The waves of data, and then those of what is left, until that is noise.
    private func explained(_ target: [Double], isCoarse: Bool) -> Space {
        let slowest = prior.slowest(on: length)
        let size = rootMeanSquare(target)
        var waves = (size > 0 ? solver.frequencies : []).map { Wave(frequency: $0, curvature: size) }
        var rest = target
        var space = self.space(waves)
        for _ in 0..<6 {
            var found = rest.withUnsafeBufferPointer {
                spectrum.peaks(in: $0.baseAddress!, noise: noise, slowest: slowest)
            }
            if isCoarse {
                let deviations = found.map { prior.deviation(of: $0, on: length) }
                let least = 1e-3 * (deviations.max() ?? 0)
                found = zip(found, deviations).filter { $0.1 >= least }.map(\.0)
            }
            found = Array(found.prefix(prior.waves - waves.count))
            if found.isEmpty { break }
            waves += found
            space = self.space(waves)
            let fit = space.curvatures * space.projection.weights(of: target)
            rest = zip(target, fit).map { $0 - $1 }
            if isCoarse || rootMeanSquare(rest) < 1.5 * noise { break }
        }
        return space
    }

    /// Newton's method on w = P(f − u³ + u), P the projection that is factorised already.
    private func newton(
        _ space: Space, _ weights: inout [Double], tolerance: Double, _ goesOn: () -> Bool
    ) -> NewtonState {
        // Measured in amplitudes.
        func amplitudes(_ weights: [Double]) -> [Double] { zip(weights, space.deviations).map { $0 * $1 } }
        func whitened(_ amplitudes: [Double]) -> [Double] { zip(amplitudes, space.deviations).map { $0 / $1 } }
        let start = amplitudes(weights)
        var state = NewtonState(coefficients: start, tolerance: tolerance)
        // The Jacobian is kept for as long as it serves: it costs far more than the rest of a step.
        var (jacobian, before): (LUFactorization<Double>?, Double) = (nil, 0)
        state.iterate(
            scale: start, while: goesOn,
            residual: { coefficients in
                let target = self.curvature(self.values(space, whitened(coefficients)))
                return zip(coefficients, amplitudes(space.projection.weights(of: target))).map { $0 - $1 }
            },
            correction: { coefficients, residual in
                let size = rootMeanSquare(residual)
                if jacobian == nil || size > 0.1 * before {
                    let slopes = self.values(space, whitened(coefficients)).map { AllenCahnReaction.slope($0) }
                    let change = space.projection.weights(of: space.values.scalingRows(by: slopes))
                    jacobian = try? LUFactorization(
                        Matrix<Double>.identity(coefficients.count).adding(change, times: 1))
                }
                before = size
                guard let factors = jacobian else { return nil }
                return (amplitudes(factors.solve(whitened(residual))), 0)
            })
        weights = whitened(state.coefficients)
        return state
    }

    private func solution(_ space: Space, _ weights: [Double], _ state: NewtonState) -> GaussianProcessSolution {
        let isNonlinear = problem.equation == .allenCahn
        let values = values(space, weights)
        let target = curvature(isNonlinear ? values : nil)
        let rest = zip(target, space.curvatures * weights).map { $0 - $1 }
        let size = rootMeanSquare(problem.source)
        let freedom = Double(max(1, points.count - space.deviations.count)) / Double(points.count)
        let misfit = rootMeanSquare(rest) / freedom.squareRoot()
        let deviation = (noise * noise * problem.repetition + misfit * misfit).squareRoot()
        var projection = space.projection
        if isNonlinear {
            let slopes = values.map { AllenCahnReaction.slope($0) }
            projection = RidgeProjection(
                space.curvatures.adding(space.values.scalingRows(by: slopes), times: 1), noise: space.projection.noise)
        }
        var notes: [String] = []
        if projection.noise > 2 * noise, size > 0 {
            notes.append(
                "the nugget was raised from \(prior.noise) to \(projection.noise / size) of the source: the kernel is singular to "
                    + "round-off")
        }
        // Beside the source's noise that of the given ends, and the rounding errors of sums of large terms.
        let given = problem.sides.map { prior.noise * abs($0.values[0]) }
        let ends = conditions.polynomials(at: points, order: 0).map { $0 * $0 } * given.map { $0 * $0 }
        let rounding = space.values.map { abs($0) } * weights.map { abs($0) * .ulpOfOne }
        let deviations = projection.deviations(
            of: space.values, noise: deviation)
        return GaussianProcessSolution(
            values: values,
            deviations: deviations.indices.map {
                (deviations[$0] * deviations[$0] + ends[$0] + rounding[$0] * rounding[$0]).squareRoot()
            },
            outcome: values.allSatisfy(\.isFinite) ? state.outcome : .notFinite, newtonSteps: state.steps,
            residual: size > 0 ? rootMeanSquare(rest) / size : 0, frequencies: [space.waves.map(\.frequency)],
            features: [space.deviations.count], nugget: size > 0 ? projection.noise / size : prior.noise, notes: notes)
    }

    private func space(_ waves: [Wave]) -> Space {
        let features = WaveFeatures(
            waves, prior, length: length, limit: GaussianProcessSolver.limit(problem, 0))
        let parts = conditions.satisfied(by: features, at: points, upTo: 2)
        return Space(
            waves: waves, values: parts[0], curvatures: parts[2], deviations: features.deviations,
            projection: RidgeProjection(parts[2], noise: noise))
    }
}
