import PDECore
import PDEData
import PDESolvers

extension MultiscaleProblem {
    /// The recipe's own degree and lower ones, down to 32.
    public func steadySolvers(in recipe: Recipe) -> [SteadySolver] {
        var degrees: [Int] = []
        var next = recipe.resolution
        while next >= 32 {
            degrees.append(next)
            next /= 2
        }
        return degrees.map { degree in
            SteadySolver(name: "solver of degree \(degree)") {
                // What it sets up does not depend on the sample.
                let solver = BoundaryValueSolver(
                    dimensions: equation.dimensions, degree: degree, length: recipe.length,
                    points: recipe.frames.resolution)
                return { sample, coordinates in
                    let (posed, scale) = draw(index: sample.index, attempt: sample.attempt, in: recipe)
                    let stated = posed.boundaryValueProblem(scale: scale, length: recipe.length)
                    var values: [Double] = []
                    let seconds = ContinuousClock().measure { values = solver.solve(stated).values } / .seconds(1)
                    return (picked(values, at: coordinates, in: recipe), seconds)
                }
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
