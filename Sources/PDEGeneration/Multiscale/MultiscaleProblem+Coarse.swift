import PDECore
import PDEData
import PDESolvers

extension MultiscaleProblem {
    /// The recipe's own degree and lower ones, down to 32; finite differences of second and fourth order on the stored grid and on finer ones.
    public func steadySolvers(in recipe: Recipe) -> [SteadySolver] { polynomials(recipe) + differences(recipe) }

    private func polynomials(_ recipe: Recipe) -> [SteadySolver] {
        var degrees: [Int] = []
        var next = recipe.resolution
        while next >= 32 {
            degrees.append(next)
            next /= 2
        }
        return degrees.map { degree in
            solver("solver of degree \(degree)", method: "Legendre–Galerkin", recipe) {
                // What it sets up does not depend on the sample.
                let solver = BoundaryValueSolver(
                    dimensions: equation.dimensions, degree: degree, length: recipe.length,
                    points: recipe.frames.resolution)
                return { solver.solve($0) }
            }
        }
    }

    private func differences(_ recipe: Recipe) -> [SteadySolver] {
        let points = recipe.frames.resolution
        return DifferenceSolver.Order.allCases.flatMap { order in
            (equation.dimensions == 1 ? [1, 4, 16, 64] : [1, 2, 4]).map { factor in
                let side = factor * (points - 1) + 1
                let size = equation.dimensions == 1 ? "\(side)" : "\(side)²"
                let method = "differences of order \(order.rawValue)"
                return solver("\(method), \(size)", method: method, recipe) {
                    let solver = DifferenceSolver(
                        order, dimensions: equation.dimensions, length: recipe.length, points: points,
                        refinement: factor)
                    return { solver.solve($0) }
                }
            }
        }
    }

    /// A solver of the problems of samples.
    private func solver(
        _ name: String, method: String, _ recipe: Recipe,
        makeSolver: @escaping @Sendable () -> (BoundaryValueProblem) -> BoundaryValueSolution
    ) -> SteadySolver {
        SteadySolver(name: name, method: method) {
            let solve = makeSolver()
            return { sample, coordinates in
                let (posed, scale) = draw(index: sample.index, attempt: sample.attempt, in: recipe)
                let stated = posed.boundaryValueProblem(scale: scale, length: recipe.length)
                var values: [Double] = []
                let seconds = ContinuousClock().measure { values = solve(stated).values } / .seconds(1)
                return (picked(values, at: coordinates, in: recipe), seconds)
            }
        }
    }

    /// The values at some of the stored points.
    private func picked(_ values: [Double], at coordinates: [[Double]], in recipe: Recipe) -> [Double] {
        let axis = storedGrid(in: recipe).axes[0]
        let places = coordinates.map { $0.map { Int((($0 - axis.lower) / axis.spacing).rounded()) } }
        guard places.count == 2 else { return places[0].map { values[$0] } }
        return places[0].flatMap { x in places[1].map { y in values[x * axis.count + y] } }
    }
}
