import PDEConfig
import PDECore
import PDEHybrids
import PDEOperators
import PDESolvers
import PDETensor

/// The homogeneous Landau equation by each of its methods, on the solution of Bobylev, Krook and Wu where there is one.
///
/// | method | what runs |
/// |---|---|
/// | fourier-2d | Fourier–Galerkin, the whole time from 0 to 1 |
/// | fourier-3d | the same in three dimensions, from 5.5 to 6.5 |
/// | maxwell | particles, Maxwell molecules by moments, the exact score |
/// | blobs | the same with the score of blobs: what a run without an exact solution costs |
/// | coulomb | particles, Coulomb's kernel over all pairs, the score of blobs |
/// | network | particles in five dimensions, Maxwell molecules by moments, the score and the density of a network as it begins |
/// | collisions | the same by random collisions of pairs |
///
/// The error is that of the density at the end, relative L2; of particles that of their blobs, and in five dimensions there is none. For Coulomb's kernel no solution
/// is known, and the error is taken against the Fourier method on 64² points.
package struct LandauBench: Sendable {
    /// What runs.
    package enum Method: String, CaseIterable {
        case fourierPlane = "fourier-2d"
        case fourierSpace = "fourier-3d"
        case maxwell, blobs, coulomb, network, collisions

        /// Points or particles a side: 316² is about 1e5, 100² is 1e4.
        var standardResolution: Int {
            switch self {
            case .fourierPlane, .fourierSpace: 32
            case .maxwell, .blobs, .network, .collisions: 316
            case .coulomb: 100
            }
        }

        var isFourier: Bool { self == .fourierPlane || self == .fourierSpace }
    }

    let threads, repeats: Int
    /// Points or particles a side; nil for the method's own.
    let resolution: Int?
    /// Time steps of particles.
    let steps: Int

    /// What is measured.
    package init(threads: Int, repeats: Int, resolution: Int?, steps: Int) {
        (self.threads, self.repeats, self.resolution, self.steps) = (threads, repeats, resolution, steps)
    }

    /// What a resolution that cannot run should be; nil if it can.
    package static func problem(with resolution: Int, of method: Method?) -> String? {
        guard let method else { return "a --method too: points and particles a side differ from one to the next" }
        guard method.isFourier else { return nil }
        let largest = method == .fourierSpace ? 64 : 512
        return resolution % 2 == 0 && resolution <= largest ? nil : "an even number of at most \(largest) points"
    }

    /// The time and the error of one method.
    package func measure(_ method: Method) throws -> JSON {
        switch method {
        case .fourierPlane: try fourier(method, dimensions: 2, from: 0)
        case .fourierSpace: try fourier(method, dimensions: 3, from: 5.5)
        // At time 0 the exact score is singular at v = 0.
        case .maxwell: try particles(method, from: 0.5)
        case .blobs, .coulomb: try particles(method, from: 0)
        case .network, .collisions: try manyDimensions(method)
        }
    }

    private func fourier(_ method: Method, dimensions: Int, from start: Double) throws -> JSON {
        let solution = BKWSolution.standard(dimensions: dimensions)
        let points = resolution ?? method.standardResolution
        let clock = ContinuousClock()
        let begin = clock.now
        let stepper = LandauFourierStepper(solution, points: points, from: start, to: start + 1, threads: threads)
        let setup = (clock.now - begin) / .seconds(1)
        let initial = solution.field(on: stepper.grid, time: start)
        var state = initial
        var steps = 0
        let times = try best {
            state = initial
            return try clock.measure { steps = try stepper.advance(&state, over: 1) } / .seconds(1)
        }
        let error = relativeError(state, solution.field(on: stepper.grid, time: start + 1))
        return line(
            method, n: points, dimensions: dimensions, times: times, steps: steps, error: error,
            [("setup_s", .number(rounded(setup))), ("error_against", "BKW")])
    }

    private func particles(_ method: Method, from start: Double) throws -> JSON {
        let solution = BKWSolution.standard(dimensions: 2)
        let side = resolution ?? method.standardResolution
        let grid = Grid(Array(repeating: Grid.Axis(count: side, from: -4, to: 4, placement: .cells), count: 2))
        let blobs = BlobScore(on: grid)
        let score: any ParticleScore = method == .maxwell ? BKWScore(of: solution) : blobs
        // As strong as Maxwell molecules' kernel at a distance of 1.
        let kernel = method == .coulomb ? LandauKernel.coulomb(strength: solution.strength) : solution.kernel
        let initial = ParticleCloud(on: grid, time: start) { solution.density(at: $0, time: start) }
        let stepper = ParticleStepper(
            kernel, score: score, count: initial.count, dimensions: 2, timeStep: 0.01, threads: threads)
        // The first step tells how long steps may be.
        var state = initial
        stepper.advance(&state)
        let stable = stepper.scheme.stabilityLimit / stepper.stiffness
        stepper.timeStep = min(0.01, 0.8 * stable)
        let clock = ContinuousClock()
        let times = try best {
            state = initial
            return try clock.measure { try stepper.advanceChecked(&state, steps: steps) } / .seconds(1)
        }
        let elapsed = Double(steps) * stepper.timeStep
        let (error, reference) = try error(of: state, method, kernel, elapsed, start, blobs)
        return line(
            method, n: side, dimensions: 2, times: times, steps: steps, error: error,
            [
                ("particles", .number(initial.count)), ("score", method == .maxwell ? "BKW" : "blobs"),
                ("interaction", method == .coulomb ? "all pairs" : "moments"),
                ("time_step", .number(stepper.timeStep)), ("error_against", .string(reference)),
            ])
    }

    private func manyDimensions(_ method: Method) throws -> JSON {
        let (solution, side) = (BKWSolution.standard(dimensions: 5), resolution ?? method.standardResolution)
        let density = VelocityDensity(
            .bkw(width: solution.width(at: 0.5)), dimensions: 5, direction: [Double](repeating: 0, count: 5))
        var stream = RandomStream(seed: 0, index: 0, purpose: "bench")
        let initial = density.particles(side * side, from: &stream)
        var state = initial
        let stepper: any Stepper<ParticleCloud>
        if method == .network {
            let layers = ScoreLayers(dimensions: 5, width: 64, hidden: 2, correctsNormal: true)
            let first = ScoreNetwork<Float>(layers, Initialization(seed: 0, backend: CPUBackend(threads: 1)))
            let score = NetworkScore(
                ScoreFit(layers, parameters: first.values), .init(fits: 0), fitted: initial.count)
            stepper = ParticleStepper(
                solution.kernel, score: score, count: initial.count, dimensions: 5, timeStep: 0.01, threads: threads)
        } else {
            stepper = CollisionStepper(
                solution.kernel, count: initial.count, dimensions: 5, timeStep: 0.01, seed: 0, threads: threads)
        }
        let clock = ContinuousClock()
        let times = best {
            state = initial
            return clock.measure { for _ in 0..<steps { stepper.advance(&state) } } / .seconds(1)
        }
        return line(
            method, n: side, dimensions: 5, times: times, steps: steps, error: nil,
            [("particles", .number(initial.count)), ("time_step", .number(0.01))])
    }

    /// The relative error of the particles' blobs, and against what.
    private func error(
        of state: ParticleCloud, _ method: Method, _ kernel: LandauKernel, _ elapsed: Double, _ start: Double,
        _ blobs: BlobScore
    ) throws -> (Double, String) {
        let solution = BKWSolution.standard(dimensions: 2)
        guard method == .coulomb else {
            let exact = solution.field(on: blobs.grid, time: start + elapsed)
            return (relativeError(blobs.density(of: state), exact), "BKW")
        }
        let fourier = LandauFourierStepper(
            kernel, dimensions: 2, points: 64,
            halfWidth: LandauFourierStepper.halfWidth(points: 64, coldest: solution.width(at: start), hottest: 1),
            threads: threads)
        var density = solution.field(on: fourier.grid, time: start)
        try fourier.advance(&density, over: elapsed)
        let found = BlobScore(on: fourier.grid, variance: blobs.variance).density(of: state)
        return (relativeError(found, density), "Fourier–Galerkin on 64 × 64 points")
    }

    /// Sorted times of the repeats; the first run warms caches and clocks and is not counted.
    private func best(_ run: () throws -> Double) rethrows -> [Double] {
        _ = try run()
        var times: [Double] = []
        for _ in 0..<repeats { times.append(try run()) }
        return times.sorted()
    }

    private func line(
        _ method: Method, n: Int, dimensions: Int, times: [Double], steps: Int, error: Double?,
        _ details: [(String, JSON)]
    ) -> JSON {
        .object(
            [
                ("bench", "landau"), ("method", .string(method.rawValue)), ("n", .number(n)),
                ("dimensions", .number(dimensions)), ("precision", "double"), ("threads", .number(threads)),
                ("seconds", .number(rounded(times[0]))), ("median_s", .number(rounded(times[times.count / 2]))),
                ("steps", .number(steps)), ("ms_per_step", .number(rounded(1e3 * times[0] / Double(steps)))),
            ] + (error.map { [("relative_l2", .number($0))] } ?? []) + details + [
                ("version", .string("pdegen \(LibraryVersions.pdekit)"))
            ])
    }

    private func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }

    private func relativeError(_ values: Field<Double>, _ exact: Field<Double>) -> Double {
        let (values, exact) = (values.values.values, exact.values.values)
        let difference = zip(values, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (difference / exact.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }
}
