import PDECore
import PDEEvaluation
import PDEHybrids
import PDESolvers

/// What the covariance and the fourth moment of a state become: by exact laws for Maxwell molecules, by a reference solution for others.
struct MomentReference {
    private let system: LandauParticles
    private let law: CovarianceRelaxation
    private let fourthMoment: Double
    private let solution: ReferenceSolution?

    /// Of a state with these moments at the start.
    init(
        covariance: Matrix<Double>, fourthMoment: Double, mass: Double, _ system: LandauParticles,
        _ solution: ReferenceSolution?
    ) {
        law = CovarianceRelaxation(from: covariance, strength: system.kernel.strength * mass)
        (self.fourthMoment, self.system, self.solution) = (fourthMoment, system, solution)
    }

    /// Of particles as they are at the start.
    init(_ cloud: ParticleCloud, _ system: LandauParticles, _ solution: ReferenceSolution?) {
        self.init(
            covariance: cloud.covariance, fourthMoment: cloud.fourthMoment, mass: cloud.mass, system, solution)
    }

    /// How far a state's moments are from that at a time since the start.
    func record(_ time: Double, covariance: Matrix<Double>, fourthMoment: Double) -> ParticleRecord {
        let expected = expected(at: time)
        let error = zip(expected.covariance.storage, covariance.storage).map { abs($0 - $1) }.max()!
        let temperature =
            (0..<system.dimensions).reduce(0) { $0 + expected.covariance[$1, $1] } / Double(system.dimensions)
        return ParticleRecord(
            time: time, scoreError: nil, covarianceError: error / temperature,
            fourthMomentError: abs(fourthMoment / expected.fourthMoment - 1), densityError: nil, entropy: nil)
    }

    /// The same of particles, whose scores are compared where the exact ones are known.
    func record(_ cloud: ParticleCloud, _ scores: [[Double]]? = nil) -> ParticleRecord {
        var record = record(
            cloud.time - system.start, covariance: cloud.covariance, fourthMoment: cloud.fourthMoment)
        if let solution = system.solution, let scores {
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
