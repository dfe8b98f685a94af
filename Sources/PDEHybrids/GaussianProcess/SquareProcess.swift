import Glibc
import PDECore
import PDESolvers

/// A Gaussian process on a rectangle, whose kernel is a product over the axes, conditioned on ∇²u (+ u³ − u) = f and on the sides.
///
/// u is what the sides give, carried inwards by blending (W. J. Gordon & C. A. Hall, "Transfinite element methods", Numer. Math. 21,
/// 1973), plus a function that satisfies their conditions with 0, in the product of the axes' spaces. In the eigenfunctions of
/// −∂² along each axis the Laplacian is diagonal, λᵢ + μⱼ (a Sylvester equation by two eigendecompositions; R. E. Lynch, J. R. Rice &
/// D. H. Thomas, "Direct solution of partial difference equations by tensor product methods", Numer. Math. 6, 1964).
final class SquareProcess {
    let data: PlaneData
    private let solver: GaussianProcessSolver
    private let problem: GaussianProcessProblem

    init(_ solver: GaussianProcessSolver, _ problem: GaussianProcessProblem) {
        (self.solver, self.problem) = (solver, problem)
        data = PlaneData(solver, problem)
    }

    /// Σ aᵢ(x) bᵢ(y), as a product of few columns and rows: it is added where it is wanted, and never stands by itself.
    struct FewProducts {
        let left, right: Matrix<Double>

        func add(to target: inout Matrix<Double>, times factor: Double) {
            target.add(left, right, times: factor)
        }
    }

    /// The spaces along both axes for some waves, and what the sides give.
    struct Space {
        let x, y: AxisSpace
        let waves: [[Wave]]
        /// The blended sides and their Laplacian.
        let lift, liftCurvature: FewProducts

        /// λᵢ + μⱼ divides coefficients.
        func inverted(_ load: Matrix<Double>) -> Matrix<Double> {
            Matrix(rows: load.rows, columns: load.columns) { load[$0, $1] / (x.eigenvalues[$0] + y.eigenvalues[$1]) }
        }

        func load(_ values: Matrix<Double>) -> Matrix<Double> { KroneckerProduct(x.load, y.load).product(with: values) }

        /// The coefficients with ∇²u = `target`.
        func poisson(_ target: Matrix<Double>) -> Matrix<Double> {
            let (left, right) = (
                x.load * liftCurvature.left, liftCurvature.right.product(.plain, with: y.load, .transposed)
            )
            return inverted((left * right).adding(load(target), times: -1))
        }

        func inner(_ coefficients: Matrix<Double>) -> Matrix<Double> {
            KroneckerProduct(x.values, y.values).product(with: coefficients)
        }

        func values(_ coefficients: Matrix<Double>) -> Matrix<Double> {
            var values = inner(coefficients)
            lift.add(to: &values, times: 1)
            return values
        }

        func matrix(_ coefficients: [Double]) -> Matrix<Double> {
            Matrix(rows: x.count, columns: y.count, storage: coefficients)
        }
    }

    func solve(while goesOn: () -> Bool) throws -> GaussianProcessSolution {
        var space = try space(of: data.source)
        var state = NewtonState(coefficients: space.poisson(data.source).storage)
        var steps = 0
        if problem.equation == .allenCahn {
            // The second time with the waves of ∇²u = f − u³ + u, the solution's own.
            for round in 0..<2 where state.outcome != .notFinite {
                state = newton(space, state.coefficients, tolerance: round == 0 ? 1e-5 : 1e-9, goesOn)
                steps += state.steps
                guard round == 0 else { break }
                let target = curvature(space.values(space.matrix(state.coefficients)))
                space = try self.space(of: target)
                state = NewtonState(coefficients: space.poisson(target).storage)
            }
        }
        return solution(space, state, steps: steps)
    }

    /// ∇²u less the Laplacian of the blended sides, for ∇²u at the points.
    func inner(_ target: Matrix<Double>) throws -> Matrix<Double> {
        var inner = target
        try space(of: target).liftCurvature.add(to: &inner, times: -1)
        return inner
    }

    private func space(of target: Matrix<Double>) throws(LinearAlgebraError) -> Space {
        var axes: [AxisSpace] = []
        var waves: [[Wave]] = []
        for axis in 0..<2 {
            let (length, count) = (problem.lengths[axis], problem.shape[axis])
            // Sides that run along this axis.
            let sides = problem.sides[(2 - 2 * axis)..<(4 - 2 * axis)].map(\.values)
            let found = data.waves(along: axis, curvature: target, sides: sides, count: count, length: length)
            waves.append(found)
            axes.append(
                try AxisSpace(
                    found, solver.prior, length: length, count: count,
                    limit: GaussianProcessSolver.limit(problem, axis),
                    conditions: SideConditions(
                        start: problem.sides[2 * axis].condition, end: problem.sides[2 * axis + 1].condition,
                        length: length), for: .curvature))
        }
        let (lift, curvature) = blended(axes[0], axes[1])
        return Space(x: axes[0], y: axes[1], waves: waves, lift: lift, liftCurvature: curvature)
    }

    /// Σ pᵢ(x) gᵢ(y) + Σ qⱼ(y) hⱼ(x) − Σ pᵢ(x) qⱼ(y) cᵢⱼ and its Laplacian.
    private func blended(_ x: AxisSpace, _ y: AxisSpace) -> (FewProducts, FewProducts) {
        let (g, h) = (problem.sides[0..<2].map(\.values), problem.sides[2..<4].map(\.values))
        let corners = Matrix(rows: 2, columns: 2) { i, j in y.condition(j, of: g[i]) }
        /// p and h, [point of x][4], and g − c q and q, [4][point of y], by derivative.
        func left(_ order: Int) -> Matrix<Double> {
            let (p, h) = (x.conditions.polynomials(at: x.points, order: order), h.map { x.smooth($0, order: order) })
            return Matrix(rows: p.rows, columns: 4) { $1 < 2 ? p[$0, $1] : h[$1 - 2][$0] }
        }
        func right(_ order: Int) -> Matrix<Double> {
            let (q, g) = (y.conditions.polynomials(at: y.points, order: order), g.map { y.smooth($0, order: order) })
            let taken = corners.product(.plain, with: q, .transposed)
            return Matrix(rows: 4, columns: q.rows) { $0 < 2 ? g[$0][$1] - taken[$0, $1] : q[$1, $0 - 2] }
        }
        let ((l, r), (l2, r2)) = ((left(0), right(0)), (left(2), right(2)))
        return (
            FewProducts(left: l, right: r),
            FewProducts(
                left: Matrix(rows: l.rows, columns: 8) { $1 < 4 ? l2[$0, $1] : l[$0, $1 - 4] },
                right: Matrix(rows: 8, columns: r.columns, storage: r.storage + r2.storage))
        )
    }

    /// f − u³ + u.
    private func curvature(_ values: Matrix<Double>) -> Matrix<Double> {
        var target = data.source
        for i in target.storage.indices { target.storage[i] -= AllenCahnReaction.reaction(values.storage[i]) }
        return target
    }

    private func newton(
        _ space: Space, _ start: [Double], tolerance: Double, _ goesOn: () -> Bool
    ) -> NewtonState {
        var state = NewtonState(coefficients: start, tolerance: tolerance)
        let linear = GeneralizedMinimalResidual(tolerance: 1e-3, iterationLimit: 80)
        state.iterate(
            scale: start, while: goesOn,
            residual: { coefficients in
                let target = self.curvature(space.values(space.matrix(coefficients)))
                return zip(coefficients, space.poisson(target).storage).map { $0 - $1 }
            },
            correction: { coefficients, residual in
                let slopes = space.values(space.matrix(coefficients)).storage.map { AllenCahnReaction.slope($0) }
                let (step, iterations) = linear.solve(residual) { direction in
                    var product = space.inner(space.matrix(direction))
                    for i in slopes.indices { product.storage[i] *= slopes[i] }
                    let change = space.inverted(space.load(product)).storage
                    return zip(direction, change).map { $0 - $1 }
                }
                return (step, iterations)
            })
        return state
    }

    /// The root mean square of what of ∇²u no functions of the axes explain.
    private func misfit(_ space: Space, _ target: Matrix<Double>) -> Double {
        var rest = target
        space.liftCurvature.add(to: &rest, times: -1)
        let explained = AxisSpace.explained(rest, space.x, space.y)
        for i in rest.storage.indices { rest.storage[i] -= explained.storage[i] }
        return rootMeanSquare(rest.storage)
    }

    private func solution(_ space: Space, _ state: NewtonState, steps: Int) -> GaussianProcessSolution {
        let coefficients = space.matrix(state.coefficients)
        let values = space.values(coefficients)
        let rest = misfit(space, problem.equation == .allenCahn ? curvature(values) : data.source)
        let size = rootMeanSquare(problem.source)
        let deviation = (data.noise * data.noise * problem.repetition + rest * rest).squareRoot()
        let deviations = deviations(
            of: coefficients, in: space, noise: deviation,
            slopes: problem.equation == .allenCahn ? values.map { AllenCahnReaction.slope($0) } : nil)
        return GaussianProcessSolution(
            values: values.storage, deviations: deviations,
            outcome: values.storage.allSatisfy(\.isFinite) ? state.outcome : .notFinite, newtonSteps: steps,
            residual: size > 0 ? rest / size : 0, frequencies: space.waves.map { $0.map(\.frequency) },
            features: [space.x.count, space.y.count], nugget: solver.prior.noise, notes: [])
    }
}
