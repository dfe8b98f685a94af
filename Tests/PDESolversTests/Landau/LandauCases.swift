import Foundation
import PDECore
import PDESolvers

/// Particles and densities that the tests of Landau's equation start from.
enum LandauCases {
    /// Random particles of random weights, off-centre and not isotropic.
    static func randomCloud(_ count: Int, dimensions: Int, mean: Double = 0.3) -> ParticleCloud {
        var stream = RandomStream(seed: 7, index: 0, purpose: "test particles")
        return ParticleCloud(count: count, dimensions: dimensions) { _ in
            let velocity = (0..<dimensions).map { axis in stream.normal() * (1 + 0.4 * Double(axis)) + mean }
            return (stream.uniform() / Double(count), velocity)
        }
    }

    static func cells(_ count: Int, dimensions: Int, halfWidth: Double) -> Grid {
        let axis = Grid.Axis(count: count, from: -halfWidth, to: halfWidth, placement: .cells)
        return Grid(Array(repeating: axis, count: dimensions))
    }

    /// The density of a Gaussian with a variance for each axis.
    static func gaussian(_ velocity: [Double], _ variances: [Double]) -> Double {
        zip(velocity, variances).reduce(1) { $0 * exp(-$1.0 * $1.0 / (2 * $1.1)) / (2 * .pi * $1.1).squareRoot() }
    }

    /// Two beams along the first axis, with mass 1.
    static func beams(_ velocity: [Double]) -> Double {
        let rest = Array(velocity.dropFirst())
        let other = rest.map { _ in 0.4 }
        return
            (gaussian([velocity[0] - 1] + rest, [0.3] + other) + gaussian([velocity[0] + 1] + rest, [0.3] + other)) / 2
    }

    /// −Σ_j w_j A(v_i − v_j)(s_i − s_j) term by term, in the order of the particles.
    static func doubleSum(_ kernel: LandauKernel, _ cloud: ParticleCloud, _ scores: [[Double]]) -> [[Double]] {
        let axes = 0..<cloud.dimensions
        let velocities = (0..<cloud.count).map { cloud.velocity($0) }
        var rates = axes.map { _ in [Double](repeating: 0, count: cloud.count) }
        for i in 0..<cloud.count {
            for j in 0..<cloud.count where j != i {
                let z = axes.map { velocities[i][$0] - velocities[j][$0] }
                let product = kernel.product(z, axes.map { scores[$0][i] - scores[$0][j] })
                for axis in axes { rates[axis][i] -= cloud.weight(j) * product[axis] }
            }
        }
        return rates
    }

    /// The largest difference over the largest value.
    static func relativeDifference(_ a: [[Double]], _ b: [[Double]]) -> Double {
        let (a, b) = (a.flatMap { $0 }, b.flatMap { $0 })
        return zip(a, b).map { abs($0 - $1) }.max()! / b.map { abs($0) }.max()!
    }
}

/// Scores that are a fixed function of velocity: what the pair sums are tested with.
final class FunctionScore: ParticleScore {
    let steepness = 1.0
    let entropy: Double? = nil
    let function: (Int, [Double]) -> Double

    init(_ function: @escaping (Int, [Double]) -> Double) { self.function = function }

    func prepare(count: Int, dimensions: Int) {}

    func evaluate(
        _ particles: ParticleView, time: Double, into scores: UnsafeMutablePointer<Double>, on team: ThreadTeam
    ) {
        for particle in 0..<particles.stride {
            let velocity = (0..<particles.dimensions).map { particles.velocities[$0 * particles.stride + particle] }
            for axis in 0..<particles.dimensions {
                scores[axis * particles.stride + particle] =
                    particle < particles.count ? function(axis, velocity) : 0
            }
        }
    }
}
