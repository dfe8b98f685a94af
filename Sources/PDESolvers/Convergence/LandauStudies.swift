import PDECore

extension ConvergenceStudy {
    /// The studies of the homogeneous Landau equation.
    static let landau = [landauFourier, landauParticles]

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

    private static let landauParticles = ConvergenceStudy(
        "landau-particles", "homogeneous Landau equation, blob particles, BKW in 2-D to t = 1",
        unit: "particles a side", sizes: [20, 40, 60, 80], multiple: 2, measures: [Measure("relative L2")]
    ) { [bkwParticleError(side: $0)] }

    /// The relative L2 error of the blobs' density on [−4, 4]² at t = 1, with a step of 0.01.
    package static func bkwParticleError(side: Int, scheme: ParticleScheme = .euler) -> Double {
        let solution = BKWSolution.standard(dimensions: 2)
        let grid = Grid(
            Array(repeating: Grid.Axis(count: side, from: -4, to: 4, placement: .cells), count: 2))
        let score = BlobScore(on: grid)
        var state = ParticleCloud(on: grid) { solution.density(at: $0, time: 0) }
        let stepper = ParticleStepper(
            solution.kernel, score: score, count: state.count, dimensions: 2, timeStep: 0.01, scheme: scheme)
        stepper.advance(&state, steps: 100)
        return relativeError(score.density(of: state), solution.field(on: grid, time: 1))
    }

    private static func relativeError(_ values: Field<Double>, _ exact: Field<Double>) -> Double {
        let (values, exact) = (values.values.values, exact.values.values)
        let difference = zip(values, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (difference / exact.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }
}
