import PDECore
import PDEHybrids
import PDESolvers

/// Moments over time where no exact law gives them: by the Fourier method in two and three dimensions, by collisions of very many pairs in more
/// and where that method comes to no numbers.
struct ReferenceSolution {
    /// What it is.
    let name: String
    private let times: [Double]
    private var covariances: [Matrix<Double>] = []
    private var fourthMoments: [Double] = []

    private static let particles = 200_000

    private static func points(_ system: LandauParticles) -> Int { system.dimensions == 2 ? 64 : 32 }

    /// Solves to each of these times since the start.
    ///
    /// - Parameters:
    ///   - told: called with how many of the times are reached.
    ///   - goesOn: asked before every step.
    /// - Throws: `LandauStepError.stopped` after `goesOn`.
    init(
        _ system: LandauParticles, times: [Double], seed: UInt64, threads: Int, told: (Int) -> Void,
        while goesOn: () -> Bool
    ) throws(LandauStepError) {
        if system.dimensions <= 3, FourierRun.holds(system, points: Self.points(system)) {
            do throws(LandauStepError) {
                self = try Self(fourier: system, times, threads, told, goesOn)
                return
            } catch {
                if case .stopped = error { throw error }
            }
        }
        self = try Self(collisions: system, times, seed, threads, told, goesOn)
    }

    private init(
        fourier system: LandauParticles, _ times: [Double], _ threads: Int, _ told: (Int) -> Void,
        _ goesOn: () -> Bool
    ) throws(LandauStepError) {
        let run = FourierRun(system, points: Self.points(system), threads: threads)
        (name, self.times) = ("the \(run.name)", [0] + times)
        for (reached, time) in self.times.enumerated() {
            if reached > 0 { try run.advance(over: time - self.times[reached - 1]) { _ in goesOn() } }
            let moments = DensityMoments(of: run.density)
            covariances.append(moments.covariance)
            fourthMoments.append(moments.fourthMoment)
            if reached > 0 { told(reached) }
        }
    }

    private init(
        collisions system: LandauParticles, _ times: [Double], _ seed: UInt64, _ threads: Int, _ told: (Int) -> Void,
        _ goesOn: () -> Bool
    ) throws(LandauStepError) {
        (name, self.times) = ("collisions of \(Self.particles) particles", [0] + times)
        var stream = RandomStream(seed: seed, index: 0, purpose: "reference particles")
        var cloud = system.density.particles(Self.particles, from: &stream)
        let stepper = CollisionStepper(
            system.kernel, count: cloud.count, dimensions: system.dimensions, timeStep: system.timeStep, seed: seed,
            threads: threads)
        for (reached, time) in self.times.enumerated() {
            while cloud.time < time - system.timeStep / 2 {
                guard goesOn() else { throw .stopped(time: cloud.time) }
                stepper.advance(&cloud)
            }
            covariances.append(cloud.covariance)
            fourthMoments.append(cloud.fourthMoment)
            if reached > 0 { told(reached) }
        }
    }

    /// The covariance at one of the times, and the fourth moment over that at the start.
    func moments(at time: Double) -> (covariance: Matrix<Double>, growth: Double) {
        let place = times.indices.min { abs(times[$0] - time) < abs(times[$1] - time) }!
        return (covariances[place], fourthMoments[place] / fourthMoments[0])
    }
}
