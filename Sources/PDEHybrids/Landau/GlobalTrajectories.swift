import Glibc
import PDECore
import PDEOperators
import PDESolvers

/// Particles that go to any time by one call of trained networks, with their scores and densities.
///
/// Momentum and energy are those of the start to round-off: what the network changes of them is taken off by a shift and a factor. The
/// density comes from the determinant of the map, log f(T) = log f₀(v₀) − log |det ∂T/∂v₀|.
package final class GlobalTrajectories: ParticlePath {
    package private(set) var cloud: ParticleCloud
    package private(set) var logarithms: AlignedVector<Double>
    private let system: LandauParticles
    private let scales: VelocityScales
    private let start: ParticleCloud
    private let startLogarithms: [Double]
    private let parameters: (score: [Float], trajectories: [Float])
    private let score, trajectories: ScoreMatching<Float>
    private let team: ThreadTeam
    private let inputs, outputs, slopes: AlignedBuffer<Float>

    package var isGlobal: Bool { true }

    /// Particles at the start.
    init(_ task: LandauGlobalTask, _ network: LandauGlobalNetwork<Float>, from cloud: ParticleCloud, threads: Int) {
        (system, scales) = (task.system, VelocityScales(task.system))
        (self.cloud, start) = (cloud, cloud)
        parameters = (network.score.values, network.trajectories.values)
        score = ScoreMatching(task.layers(ofScore: true))
        trajectories = ScoreMatching(task.layers(ofScore: false))
        team = ThreadTeam(threads: threads)
        let (density, d) = (task.system.density, cloud.dimensions)
        startLogarithms = (0..<cloud.count).map { log(density.value(at: cloud.velocity($0))) }
        logarithms = AlignedVector(count: cloud.count)
        for particle in 0..<cloud.count { logarithms[particle] = startLogarithms[particle] }
        inputs = AlignedBuffer(count: (d + 1) * cloud.count)
        outputs = AlignedBuffer(count: d * cloud.count)
        slopes = AlignedBuffer(count: d * d * cloud.count)
    }

    package func advance(to step: Int) throws(LandauStepError) {
        move(to: Double(step) * system.timeStep)
        cloud.steps = step
        guard cloud.isFinite else { throw .notFinite(time: cloud.time) }
    }

    /// Goes to a time since the start, at most the one that was trained for.
    private func move(to time: Double) {
        let (d, share) = (cloud.dimensions, time / system.time)
        let (before, after) = (scales.values(at: 0), scales.values(at: time))
        show(start, scales: before, share: share)
        evaluate(trajectories, parameters.trajectories)
        let growth = zip(after, before).reduce(0) { $0 + log($1.0 / $1.1) }
        let (count, said, change) = (cloud.count, outputs.pointer, slopes.pointer)
        let (started, logs) = (start, startLogarithms)
        var matrix = [Double](repeating: 0, count: d * d)
        for particle in 0..<count {
            for entry in 0..<d * d {
                matrix[entry] =
                    (entry % (d + 1) == 0 ? 1 : 0) + share * Double(change[entry * count + particle])
            }
            logarithms[particle] = logs[particle] - growth - Self.logDeterminant(&matrix, d)
        }
        let moved = ParticleCloud(count: count, dimensions: d, time: started.time + time) { particle in
            let velocity = started.velocity(particle)
            let place = (0..<d).map { axis in
                after[axis] * (velocity[axis] / before[axis] + share * Double(said[axis * count + particle]))
            }
            return (started.weight(particle), place)
        }
        keepMomentumAndEnergy(moved)
    }

    private func keepMomentumAndEnergy(_ moved: ParticleCloud) {
        let (d, mass) = (cloud.dimensions, moved.mass)
        let (now, then) = (moved.momentum.map { $0 / mass }, start.momentum.map { $0 / mass })
        func own(_ cloud: ParticleCloud, _ mean: [Double]) -> Double {
            2 * cloud.energy / mass - mean.reduce(0) { $0 + $1 * $1 }
        }
        let factor = (own(start, then) / own(moved, now)).squareRoot()
        cloud = ParticleCloud(count: moved.count, dimensions: d, time: moved.time) { particle in
            let velocity = moved.velocity(particle)
            return (moved.weight(particle), (0..<d).map { then[$0] + factor * (velocity[$0] - now[$0]) })
        }
        for particle in 0..<moved.count { logarithms[particle] -= Double(d) * log(factor) }
    }

    package func scores() -> (scores: [[Double]], divergences: [Double]) {
        let (d, count, time) = (cloud.dimensions, cloud.count, cloud.time - start.time)
        let scales = scales.values(at: time)
        show(cloud, scales: scales, share: time / system.time)
        evaluate(score, parameters.score)
        let scores = (0..<d).map { axis in
            (0..<count).map { Double(outputs.pointer[axis * count + $0]) / scales[axis] }
        }
        let divergences = (0..<count).map { particle in
            (0..<d).reduce(0.0) { sum, axis in
                sum + Double(slopes.pointer[axis * (d + 1) * count + particle]) / (scales[axis] * scales[axis])
            }
        }
        return (scores, divergences)
    }

    private func show(_ particles: ParticleCloud, scales: [Double], share: Double) {
        let (d, count) = (particles.dimensions, particles.count)
        for particle in 0..<count {
            for (axis, value) in particles.velocity(particle).enumerated() {
                inputs.pointer[axis * count + particle] = Float(value / scales[axis])
            }
            inputs.pointer[d * count + particle] = Float(share)
        }
    }

    private func evaluate(_ network: ScoreMatching<Float>, _ parameters: [Float]) {
        _ = network.evaluate(
            parameters, inputs.pointer, count: cloud.count, stride: cloud.count, scores: outputs.pointer,
            jacobians: slopes.pointer, on: team)
    }

    /// log |det A|, by elimination with pivots, which overwrites A.
    private static func logDeterminant(_ matrix: inout [Double], _ d: Int) -> Double {
        var sum = 0.0
        for column in 0..<d {
            let pivot = (column..<d).max { abs(matrix[$0 * d + column]) < abs(matrix[$1 * d + column]) }!
            if pivot != column {
                for place in 0..<d { matrix.swapAt(pivot * d + place, column * d + place) }
            }
            let own = matrix[column * d + column]
            sum += log(abs(own))
            for row in column + 1..<max(d, column + 1) {
                let factor = matrix[row * d + column] / own
                for place in column..<d { matrix[row * d + place] -= factor * matrix[column * d + place] }
            }
        }
        return sum
    }
}
