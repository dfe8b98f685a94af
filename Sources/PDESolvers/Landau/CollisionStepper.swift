import Glibc
import PDECore

/// The homogeneous Landau equation by random collisions of pairs, in 2 to 10 dimensions: what kinetic codes take, and the cheapest particle
/// method, which needs no score.
///
/// In each step particles are paired at random, and each pair turns its relative velocity z. N particles of weight w whose law obeys
/// ∂F/∂t = w Σ_{i<j} (∇_i − ∇_j)·A(v_i − v_j)(∇_i − ∇_j)F follow Landau's equation as N grows. With a pair's mean velocity held ∇_i − ∇_j is
/// 2∂/∂z, and 4∇·A(z)∇ = 4C|z|^γ Δ with the Laplacian Δ of the unit sphere: z/|z| moves as Brownian motion does, for a time of
/// τ = 4C|z|^γ w(N−1)dt where one partner stands for all N−1.
///
/// - Scheme: the angle χ between z and what becomes of it has sin²(χ/2) = X/(X + Y), where X and Y are from the gamma distributions of
///   shape a = (d−1)/2 and of b = a(1+m)/(1−m) with the mean m = e^(−(d−1)τ) of cos χ that Brownian motion has. For small τ
///   that is a normal step of variance 2τ in the tangent space, for large τ any direction is as likely as others: close pairs with γ = −3 need
///   no short steps.
/// - Order: first in the time step. Errors of moments fall with 1/√N.
/// - Conservation: mass, and momentum and energy of each pair to round-off.
/// - Good values: a step in which τ of typical pairs stays below 0.1.
/// - Signs of failure: relaxation that is too slow: steps are so long that pairs lose all memory, and more cannot be lost.
/// - References: T. Takizuka & H. Abe, J. Comput. Phys. 25 (1977); K. Nanbu, Phys. Rev. E 55 (1997); A. V. Bobylev & K. Nanbu, "Theory of
///   collision algorithms for gases and plasmas based on the Boltzmann equation and the Landau–Fokker–Planck equation", Phys. Rev. E 61 (2000).
///
/// One stepper serves one thread, which `threads` − 1 others help. Numbers belong to the seed, the number of the step and that of the pair:
/// results do not depend on the threads. A warm `advance` allocates nothing on one thread.
public final class CollisionStepper: Stepper {
    /// A(z).
    public let kernel: LandauKernel
    /// The time that a step covers.
    public var timeStep: Double
    /// What collisions are drawn by.
    public let seed: UInt64

    private static let chunk = 512
    private let count, dimensions: Int
    private let team: ThreadTeam
    /// Partners side by side.
    private let order: UnsafeMutableBufferPointer<Int>
    /// z/|z| and the direction that it turns to, for each worker.
    private let directions: AlignedBuffer<Double>

    /// A stepper for clouds of a size.
    ///
    /// - Parameters:
    ///   - kernel: A(z).
    ///   - count: particles of a cloud, all of the same weight.
    ///   - dimensions: 2 to 10.
    ///   - timeStep: the time that a step covers.
    ///   - seed: what collisions are drawn by.
    ///   - threads: threads that share the pairs.
    public init(
        _ kernel: LandauKernel, count: Int, dimensions: Int, timeStep: Double, seed: UInt64,
        threads: Int = Processor.usableCoreCount
    ) {
        kernel.requireParticles(count, dimensions: dimensions, timeStep: timeStep)
        (self.kernel, self.timeStep, self.seed) = (kernel, timeStep, seed)
        (self.count, self.dimensions) = (count, dimensions)
        team = ThreadTeam(threads: threads)
        order = .allocate(capacity: count)
        order.initialize(repeating: 0)
        directions = AlignedBuffer(count: 2 * dimensions * team.count)
    }

    deinit { order.deallocate() }

    /// One step of `timeStep`.
    public func advance(_ state: inout ParticleCloud) {
        state.require(count, dimensions: dimensions)
        let step = state.steps
        var partners = RandomStream(seed: seed, index: 0, purpose: "collision partners", attempt: step)
        partners.permute(order)
        state.withMutableView { velocities, view in
            let weight = view.weights[0]
            precondition(
                (0..<count).allSatisfy { view.weights[$0] == weight }, "state: expected particles of the same weight")
            let pairs = count / 2
            guard pairs > 0 else { return }
            // One partner stands for all others, and of an odd number of particles one has none.
            let mass = weight * Double(count - 1) * Double(count) / Double(2 * pairs)
            let duration = 4 * kernel.strength * mass * timeStep
            team.chunks(of: pairs, chunk: Self.chunk) { range, worker in
                let room = directions.pointer + 2 * dimensions * worker
                for pair in range {
                    var stream = RandomStream(seed: seed, index: pair, purpose: "collision", attempt: step)
                    collide(
                        velocities + order[2 * pair], velocities + order[2 * pair + 1], view.stride,
                        duration, room, &stream)
                }
            }
        }
        state.time += timeStep
        state.steps += 1
    }

    /// Turns the relative velocity of two particles.
    private func collide(
        _ v: UnsafeMutablePointer<Double>, _ w: UnsafeMutablePointer<Double>, _ stride: Int, _ duration: Double,
        _ room: UnsafeMutablePointer<Double>, _ stream: inout RandomStream
    ) {
        let (d, ahead, aside) = (dimensions, room, room + dimensions)
        var square = 0.0
        for axis in 0..<d {
            ahead[axis] = v[axis * stride] - w[axis * stride]
            square += ahead[axis] * ahead[axis]
        }
        guard square > 0 else { return }
        let length = square.squareRoot()
        // A normal vector in the tangent space has a direction and X, which are independent.
        var along = 0.0
        for axis in 0..<d {
            ahead[axis] /= length
            aside[axis] = stream.normal()
            along += aside[axis] * ahead[axis]
        }
        var across = 0.0
        for axis in 0..<d {
            aside[axis] -= along * ahead[axis]
            across += aside[axis] * aside[axis]
        }
        let tau = duration * pow(length, kernel.exponent)
        let loss = -expm1(-Double(d - 1) * tau) / 2
        // Below, its reciprocal is no number any more.
        guard loss > 1e-300, across > 0 else { return }
        let (x, y) = (across / 2, stream.gamma(shape: Double(d - 1) / 2 * (1 - loss) / loss))
        let share = x / (x + y)
        let sine = 2 * (share * (1 - share)).squareRoot() / across.squareRoot()
        for axis in 0..<d {
            let change = length / 2 * (sine * aside[axis] - 2 * share * ahead[axis])
            v[axis * stride] += change
            w[axis * stride] -= change
        }
    }
}
