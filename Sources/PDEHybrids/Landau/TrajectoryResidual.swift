import PDECore
import PDEOperators
import PDESolvers

/// Where two networks see particles at some times, and how far the trajectories are from moving as the particles do.
///
/// In u = v/σ(t) and τ = t/T a trajectory is u₀ + τN(u₀, τ), and moves by du/dτ = T (U/σ − u σ̇/σ), with U the velocity that particles of
/// the same time give each other. Each time has particles of its own.
package final class TrajectoryResidual<Scalar: Real> {
    /// The score's and the trajectories' kernel.
    package let score, trajectories: ScoreMatching<Scalar>
    private let system: LandauParticles
    private let scales: VelocityScales
    private let times, perTime: Int
    private let drift: ParticleDrift
    private let weights: AlignedBuffer<Scalar>
    /// Velocities at the start and on the way with τ behind them, [d + 1][count], and at the start with τ = 0.
    private let starts, places, first: AlignedBuffer<Scalar>
    /// What networks say, and du/dτ as the particles have it, [d][count].
    private let said, asked: AlignedBuffer<Scalar>

    /// The derivatives of the sum of both of the score's means with respect to its parameters.
    package let scoreSlopes: AlignedBuffer<Scalar>
    /// The derivatives of the residual with respect to the trajectories'.
    package let trajectorySlopes: AlignedBuffer<Scalar>
    private let initialSlopes: AlignedBuffer<Scalar>

    private var count: Int { times * perTime }

    /// Whether it has room for so many times, with so many particles in all.
    func isFor(times: Int, of count: Int) -> Bool { (times, count) == (self.times, self.count) }

    /// Of so many times with so many particles each.
    package init(_ task: LandauGlobalTask, times: Int, perTime: Int) {
        (system, self.times, self.perTime) = (task.system, times, perTime)
        scales = VelocityScales(task.system)
        score = ScoreMatching(task.layers(ofScore: true))
        trajectories = ScoreMatching(task.layers(ofScore: false))
        scoreSlopes = AlignedBuffer(count: score.layers.parameterCount)
        initialSlopes = AlignedBuffer(count: score.layers.parameterCount)
        trajectorySlopes = AlignedBuffer(count: trajectories.layers.parameterCount)
        drift = ParticleDrift(system.kernel, count: perTime, dimensions: system.dimensions)
        let (d, count) = (system.dimensions, times * perTime)
        weights = AlignedBuffer(count: count)
        for place in 0..<count { weights.pointer[place] = 1 / Scalar(count) }
        starts = AlignedBuffer(count: (d + 1) * count)
        places = AlignedBuffer(count: (d + 1) * count)
        first = AlignedBuffer(count: (d + 1) * count)
        said = AlignedBuffer(count: d * count)
        asked = AlignedBuffer(count: d * count)
    }

    /// Numbers that are kept of a particle, those that are drawn of it among them.
    static func valuesPerParticle(_ task: LandauGlobalTask) -> Int { 7 * task.system.dimensions + 5 }

    /// What networks are worth, each a mean over particles and times.
    package struct Terms {
        /// |du/dτ − that of the particles|².
        package var residual = 0.0
        /// |s|² + 2∇·s on the way.
        package var implicit = 0.0
        /// |s − ∇log f₀|² at the start.
        package var explicit = 0.0
    }

    /// Values and, where they are asked for, their derivatives: `scoreSlopes` and `trajectorySlopes`.
    ///
    /// - Parameters:
    ///   - parameters: the score's.
    ///   - motion: the trajectories'.
    ///   - drawn: velocities at the start.
    ///   - shares: τ of each time.
    package func terms(
        score parameters: [Scalar], trajectories motion: [Scalar], _ drawn: DrawnVelocities<Scalar>, shares: [Double],
        hasSlopes: Bool, on team: ThreadTeam
    ) -> Terms {
        precondition(drawn.count == count && shares.count == times, "drawn: expected \(count), got \(drawn.count)")
        take(drawn, shares)
        move(parameters, motion, shares, team)
        var terms = Terms()
        terms.residual = trajectories.loss(
            motion, samples(starts), .rate(asked.pointer), gradient: hasSlopes ? trajectorySlopes.pointer : nil,
            on: team)
        terms.implicit = score.loss(
            parameters, samples(places), .implicit, gradient: hasSlopes ? scoreSlopes.pointer : nil, on: team)
        terms.explicit = score.loss(
            parameters, samples(first), .explicit(drawn.target.pointer),
            gradient: hasSlopes ? initialSlopes.pointer : nil, on: team)
        if hasSlopes {
            Scalar.addScaled(1, initialSlopes.pointer, to: scoreSlopes.pointer, count: scoreSlopes.count)
        }
        return terms
    }

    private func samples(_ velocities: AlignedBuffer<Scalar>) -> ScoreSamples<Scalar> {
        ScoreSamples(count: count, stride: count, velocities: velocities.pointer, weights: weights.pointer)
    }

    private func take(_ drawn: DrawnVelocities<Scalar>, _ shares: [Double]) {
        let values = system.dimensions * count
        starts.pointer.update(from: drawn.velocities.pointer, count: values)
        first.pointer.update(from: drawn.velocities.pointer, count: values)
        for place in 0..<count {
            let share = Scalar(shares[place / perTime])
            starts.pointer[values + place] = share
            places.pointer[values + place] = share
        }
    }

    /// From the trajectories' beginnings to their places, and what moves them there.
    private func move(_ parameters: [Scalar], _ motion: [Scalar], _ shares: [Double], _ team: ThreadTeam) {
        let values = system.dimensions * count
        _ = trajectories.evaluate(
            motion, starts.pointer, count: count, stride: count, scores: said.pointer, jacobians: nil, on: team)
        for value in 0..<values {
            let share = places.pointer[values + value % count]
            places.pointer[value] = starts.pointer[value] + share * said.pointer[value]
        }
        _ = score.evaluate(
            parameters, places.pointer, count: count, stride: count, scores: said.pointer, jacobians: nil, on: team)
        for (number, share) in shares.enumerated() {
            let time = share * system.time
            let (scales, growth) = (scales.values(at: time), scales.growth(at: time))
            forEachValue(of: number) { axis, own, all in
                drift.velocities.pointer[own] = Double(places.pointer[all]) * scales[axis]
                drift.scores.pointer[own] = Double(said.pointer[all]) / scales[axis]
            }
            drift.evaluate(on: team)
            forEachValue(of: number) { axis, own, all in
                let rate = drift.rates.pointer[own] / scales[axis] - growth[axis] * Double(places.pointer[all])
                asked.pointer[all] = Scalar(system.time * rate)
            }
        }
    }

    /// The places of a time's values among the drift's and among all.
    @inline(__always)
    private func forEachValue(of number: Int, _ body: (_ axis: Int, _ own: Int, _ all: Int) -> Void) {
        for axis in 0..<system.dimensions {
            for particle in 0..<perTime {
                body(axis, axis * drift.stride + particle, axis * count + number * perTime + particle)
            }
        }
    }
}
