import PDECore

extension ConvergenceStudy {
    /// The studies of the homogeneous Landau equation.
    static let landau = [landauFourier]

    private static let landauFourier = ConvergenceStudy(
        "landau-fourier", "homogeneous Landau equation, Fourier-Galerkin, BKW in 2-D to t = 1 (spectral)",
        unit: "points a side", sizes: [16, 24, 32, 48], multiple: 4, measures: [Measure("relative L2")]
    ) { [bkwFourierError(points: $0, dimensions: 2)] }

    /// The relative L2 error of the Fourier method against the solution of Bobylev, Krook and Wu after a time of 1.
    package static func bkwFourierError(points: Int, dimensions: Int) -> Double {
        let solution = BKWSolution.standard(dimensions: dimensions)
        let (start, end) = dimensions == 2 ? (0.0, 1.0) : (5.5, 6.5)
        let stepper = LandauFourierStepper(solution, points: points, from: start, to: end)
        var state = solution.field(on: stepper.grid, time: start)
        guard (try? stepper.advance(&state, over: end - start)) != nil else { return .nan }
        return relativeError(state, solution.field(on: stepper.grid, time: end))
    }

    private static func relativeError(_ values: Field<Double>, _ exact: Field<Double>) -> Double {
        let (values, exact) = (values.values.values, exact.values.values)
        let difference = zip(values, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (difference / exact.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }
}
