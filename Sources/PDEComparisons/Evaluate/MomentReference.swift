import PDECore
import PDEEvaluation
import PDEHybrids
import PDESolvers

/// What the covariance and the fourth moment of a state become: by exact laws for Maxwell molecules, by a reference solution for others.
struct MomentReference {
    private let task: LandauParticles
    private let law: CovarianceRelaxation
    private let fourthMoment: Double
    private let solution: ReferenceSolution?

    /// Of a state with these moments at the start.
    init(
        covariance: Matrix<Double>, fourthMoment: Double, mass: Double, _ task: LandauParticles,
        _ solution: ReferenceSolution?
    ) {
        law = CovarianceRelaxation(from: covariance, strength: task.kernel.strength * mass)
        (self.fourthMoment, self.task, self.solution) = (fourthMoment, task, solution)
    }

    /// Of particles as they are at the start.
    init(_ cloud: ParticleCloud, _ task: LandauParticles, _ solution: ReferenceSolution?) {
        self.init(
            covariance: cloud.covariance, fourthMoment: cloud.fourthMoment, mass: cloud.mass, task, solution)
    }

    /// How far a state's moments are from that at a time since the start.
    func record(_ time: Double, covariance: Matrix<Double>, fourthMoment: Double) -> ParticleRecord {
        let expected = expected(at: time)
        let error = zip(expected.covariance.storage, covariance.storage).map { abs($0 - $1) }.max()!
        let temperature =
            (0..<task.dimensions).reduce(0) { $0 + expected.covariance[$1, $1] } / Double(task.dimensions)
        return ParticleRecord(
            time: time, scoreError: nil, covarianceError: error / temperature,
            fourthMomentError: abs(fourthMoment / expected.fourthMoment - 1), densityError: nil, entropy: nil)
    }

    /// The same of particles, whose scores are compared where the exact ones are known.
    func record(_ cloud: ParticleCloud, _ scores: [[Double]]? = nil) -> ParticleRecord {
        var record = record(
            cloud.time - task.start, covariance: cloud.covariance, fourthMoment: cloud.fourthMoment)
        if let solution = task.solution, let scores {
            record.scoreError = Self.scoreError(cloud, 0..<cloud.count, scores) {
                solution.score(at: $0, time: cloud.time)
            }
        }
        return record
    }

    private func expected(at time: Double) -> (covariance: Matrix<Double>, fourthMoment: Double) {
        guard let solution else { return (law.covariance(at: time), law.fourthMoment(at: time, from: fourthMoment)) }
        let moments = solution.moments(at: time)
        // What particles begin with depends on how they were drawn.
        return (moments.covariance, fourthMoment * moments.growth)
    }

    /// The relative root mean square error over some particles, by their weights, or where they have none all alike.
    static func scoreError(
        _ cloud: ParticleCloud, _ range: Range<Int>, _ scores: [[Double]], _ exact: ([Double]) -> [Double]
    ) -> Double {
        let hasWeights = range.contains { cloud.weight($0) > 0 }
        var (error, norm) = (0.0, 0.0)
        for particle in range {
            let weight = hasWeights ? cloud.weight(particle) : 1
            guard weight > 0 else { continue }
            for (axis, score) in exact(cloud.velocity(particle)).enumerated() {
                let difference = scores[axis][particle] - score
                error += weight * difference * difference
                norm += weight * score * score
            }
        }
        return (error / norm).squareRoot()
    }
}

/// Moments over time where no exact law gives them: by the Fourier method in two and three dimensions, by collisions of very many pairs in more
/// and where that method comes to no numbers.
struct ReferenceSolution {
    /// What it is.
    let name: String
    private let times: [Double]
    private var covariances: [Matrix<Double>] = []
    private var fourthMoments: [Double] = []

    private static let particles = 200_000

    private static func points(_ task: LandauParticles) -> Int { task.dimensions == 2 ? 64 : 32 }

    /// Solves to each of these times since the start.
    ///
    /// - Parameter goesOn: asked before every step.
    /// - Throws: `LandauStepError.stopped` after `goesOn`.
    init(
        _ task: LandauParticles, times: [Double], seed: UInt64, threads: Int, while goesOn: () -> Bool
    ) throws(LandauStepError) {
        if task.dimensions <= 3, FourierRun.holds(task, points: Self.points(task)) {
            do throws(LandauStepError) {
                self = try Self(fourier: task, times, threads, goesOn)
                return
            } catch {
                if case .stopped = error { throw error }
            }
        }
        self = try Self(collisions: task, times, seed, threads, goesOn)
    }

    private init(
        fourier task: LandauParticles, _ times: [Double], _ threads: Int, _ goesOn: () -> Bool
    ) throws(LandauStepError) {
        let run = FourierRun(task, points: Self.points(task), threads: threads)
        (name, self.times) = ("the \(run.name)", [0] + times)
        for (time, last) in zip(self.times, [0] + self.times) {
            if time > last { try run.advance(over: time - last) { _ in goesOn() } }
            let moments = DensityMoments(of: run.density)
            covariances.append(moments.covariance)
            fourthMoments.append(moments.fourthMoment)
        }
    }

    private init(
        collisions task: LandauParticles, _ times: [Double], _ seed: UInt64, _ threads: Int, _ goesOn: () -> Bool
    ) throws(LandauStepError) {
        (name, self.times) = ("collisions of \(Self.particles) particles", [0] + times)
        var stream = RandomStream(seed: seed, index: 0, purpose: "reference particles")
        var cloud = task.density.particles(Self.particles, from: &stream)
        let stepper = CollisionStepper(
            task.kernel, count: cloud.count, dimensions: task.dimensions, timeStep: task.timeStep, seed: seed,
            threads: threads)
        for time in self.times {
            while cloud.time < time - task.timeStep / 2 {
                guard goesOn() else { throw .stopped(time: cloud.time) }
                stepper.advance(&cloud)
            }
            covariances.append(cloud.covariance)
            fourthMoments.append(cloud.fourthMoment)
        }
    }

    /// The covariance at one of the times, and the fourth moment over that at the start.
    func moments(at time: Double) -> (covariance: Matrix<Double>, growth: Double) {
        let place = times.indices.min { abs(times[$0] - time) < abs(times[$1] - time) }!
        return (covariances[place], fourthMoments[place] / fourthMoments[0])
    }
}

/// The Fourier method from a task's initial state.
final class FourierRun {
    /// What it is, with its points.
    let name: String
    private(set) var density: Field<Double>
    private let stepper: LandauFourierStepper

    init(_ task: LandauParticles, points: Int, threads: Int) {
        let density = task.density
        stepper = LandauFourierStepper(
            task.kernel, dimensions: task.dimensions, points: points,
            halfWidth: Self.halfWidth(task, points), threads: threads)
        name = "Fourier method, \(points)\(task.dimensions == 2 ? "²" : "³") points"
        self.density = VelocityGrid.field(on: stepper.grid) { density.value(at: $0) }
    }

    private static func halfWidth(_ task: LandauParticles, _ points: Int) -> Double {
        LandauFourierStepper.halfWidth(
            points: points, coldest: task.density.coldest, hottest: max(1, task.temperatures.max() ?? 1))
    }

    /// Whether less than a millionth of the density's height lies beyond the box that so many points can resolve.
    static func holds(_ task: LandauParticles, points: Int) -> Bool {
        task.density.tail(at: halfWidth(task, points)) > 14
    }

    func advance(over interval: Double, while goesOn: (Double) -> Bool = { _ in true }) throws(LandauStepError) {
        try stepper.advance(&density, over: interval, while: goesOn)
    }
}
