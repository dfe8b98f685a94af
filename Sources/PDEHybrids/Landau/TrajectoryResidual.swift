import PDECore
import PDEOperators
import PDESolvers

/// Where two networks see particles at some times, and how far the trajectories are from moving as the particles do.
///
/// In u = v/σ(t) and τ = t/T a trajectory is u₀ + τN(u₀, τ), and moves by du/dτ = T (U/σ − u σ̇/σ), with U the velocity that particles of
/// the same time give each other. Each time has particles of its own.
final class TrajectoryResidual<Scalar: Real> {
    /// The score's and the trajectories' kernel.
    let score, trajectories: ScoreMatching<Scalar>
    private let system: LandauParticles
    private let scales: VelocityScales
    private let times, perTime: Int
    private let drift: ParticleDrift
    private let weights: AlignedBuffer<Scalar>
    /// Velocities at the start and on the way with τ behind them, [d + 1][count], and at the start with τ = 0.
    private let starts, places, first: AlignedBuffer<Scalar>
    /// What networks say, and du/dτ as the particles have it, [d][count].
    private let said, asked: AlignedBuffer<Scalar>

    /// Particles of all times.
    var count: Int { times * perTime }

    /// Of so many times with so many particles each.
    init(_ task: LandauGlobalTask, times: Int, perTime: Int) {
        (system, self.times, self.perTime) = (task.system, times, perTime)
        scales = VelocityScales(task.system)
        score = ScoreMatching(task.layers(ofScore: true))
        trajectories = ScoreMatching(task.layers(ofScore: false))
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

    /// What networks are worth, each a mean over particles and times.
    struct Terms {
        /// |du/dτ − that of the particles|².
        var residual = 0.0
        /// |s|² + 2∇·s on the way.
        var implicit = 0.0
        /// |s − ∇log f₀|² at the start.
        var explicit = 0.0
    }

    /// Values, and the derivatives of the score's sum of both means and of the residual.
    ///
    /// - Parameters:
    ///   - drawn: velocities at the start.
    ///   - shares: τ of each time.
    ///   - scoreSlopes: gets the derivatives with respect to the score's parameters.
    ///   - trajectorySlopes: gets those with respect to the trajectories'.
    func terms(
        score parameters: [Scalar], trajectories motion: [Scalar], _ drawn: DrawnVelocities<Scalar>, shares: [Double],
        scoreSlopes: inout [Scalar], trajectorySlopes: inout [Scalar], on team: ThreadTeam
    ) -> Terms {
        precondition(drawn.count == count && shares.count == times, "drawn: expected \(count), got \(drawn.count)")
        take(drawn, shares)
        move(parameters, motion, shares, team)
        var terms = Terms()
        terms.residual = trajectories.loss(
            motion, samples(starts), .rate(asked.pointer), gradient: &trajectorySlopes, on: team)
        var initial = scoreSlopes
        terms.implicit = score.loss(parameters, samples(places), .implicit, gradient: &scoreSlopes, on: team)
        terms.explicit = score.loss(
            parameters, samples(first), .explicit(drawn.target.pointer), gradient: &initial, on: team)
        for place in scoreSlopes.indices { scoreSlopes[place] += initial[place] }
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
