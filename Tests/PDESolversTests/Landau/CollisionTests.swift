import CAllocationCounter
import Foundation
import PDECore
import PDESolvers
import Testing

/// Random collisions of pairs: what they keep, the law of the angle, exact relaxation, the end in equilibrium.
@Suite struct CollisionTests {
    /// Half of the axes hot and half of them cold, temperature 1.
    private func gaussian(_ count: Int, _ d: Int, heat: Double = 0.6) -> ParticleCloud {
        let half = d / 2
        let temperatures = (0..<d).map { axis in
            axis < half ? 1 + heat : (axis >= d - half ? 1 - heat : 1)
        }
        let density = VelocityDensity(
            .temperatures(temperatures), dimensions: d, direction: [Double](repeating: 0, count: d))
        var stream = RandomStream(seed: 11, index: 0, purpose: "particles of a test")
        return density.particles(count, from: &stream)
    }

    @Test(arguments: [0.0, -3, 1], [2, 3, 5, 10]) func momentumAndEnergyAreKept(_ exponent: Double, _ d: Int) {
        // With an odd number one particle has no partner.
        var state = gaussian(1001, d)
        let start = state
        let stepper = CollisionStepper(
            LandauKernel(strength: 0.5, exponent: exponent), count: 1001, dimensions: d, timeStep: 0.2, seed: 3)
        stepper.advance(&state, steps: 50)
        #expect(state.steps == 50 && abs(state.time - 10) < 1e-12 && state.isFinite)
        #expect(abs(state.energy / start.energy - 1) < 1e-13)
        #expect(zip(state.momentum, start.momentum).allSatisfy { abs($0 - $1) < 1e-14 })
        #expect((0..<1001).filter { state.velocity($0) == start.velocity($0) }.isEmpty)
    }

    /// Brownian motion on the sphere forgets its first harmonic at the rate d − 1 and its second at 2d; the duration is 4C|z|^γ dt times the
    /// partner's weight.
    @Test(arguments: [2, 3, 5, 10], [0.02, 0.2, 1.5]) func theAngleIsThatOfBrownianMotion(_ d: Int, _ tau: Double) {
        let (distance, exponent, draws) = (2.5, -3.0, 20_000)
        let strength = tau / (4 * pow(distance, exponent) * 0.5)
        let stepper = CollisionStepper(
            LandauKernel(strength: strength, exponent: exponent), count: 2, dimensions: d, timeStep: 1, seed: 5,
            threads: 1)
        let start = ParticleCloud(count: 2, dimensions: d) { particle in
            (0.5, (0..<d).map { $0 == 1 ? Double(particle) * distance : 0.3 })
        }
        var (first, second, sideways) = (0.0, 0.0, 0.0)
        for draw in 0..<draws {
            var state = start
            state.steps = draw
            stepper.advance(&state)
            let (v, w) = (state.velocity(0), state.velocity(1))
            let cosine = (w[1] - v[1]) / distance
            first += cosine / Double(draws)
            second += (cosine * cosine - 1 / Double(d)) / (1 - 1 / Double(d)) / Double(draws)
            sideways += (w[0] - v[0]) / distance / Double(draws)
        }
        let error = 4 / Double(draws).squareRoot()
        #expect(abs(first - exp(-Double(d - 1) * tau)) < min(error, error * 2 * Double(d - 1) * tau), "\(first)")
        #expect(abs(second - exp(-2 * Double(d) * tau)) < 1.5 * error + 0.02, "\(second)")
        #expect(abs(sideways) < error)
    }

    /// NUMERICS: the covariance of any state is on the exact exponential, and the fourth moment on its law.
    @Test(arguments: [2, 3, 5, 10]) func covarianceRelaxesAsItMust(_ d: Int) {
        let (strength, steps, count) = (1 / Double(8 * d), 80, 20_000)
        var state = gaussian(count, d)
        let law = CovarianceRelaxation(from: state.covariance, strength: strength)
        let fourth = state.fourthMoment
        func difference(_ matrix: Matrix<Double>) -> Double {
            (0..<d / 2).reduce(0) { $0 + matrix[$1, $1] - matrix[d - 1 - $1, d - 1 - $1] } / Double(d / 2)
        }
        let stepper = CollisionStepper(
            .maxwell(strength: strength), count: count, dimensions: d, timeStep: 2 / Double(steps), seed: 7)
        stepper.advance(&state, steps: steps)
        let start = difference(law.covariance(at: 0))
        let found = difference(state.covariance) / start
        // Monte Carlo: variances of some particles are known to √(2/count).
        #expect(abs(found - exp(-1)) < 0.03, "\(found)")
        #expect(abs(state.fourthMoment / law.fourthMoment(at: 2, from: fourth) - 1) < 0.02)
    }

    @Test(arguments: [0.0, -3]) func theEndIsIsotropicAndNormal(_ exponent: Double) {
        let (count, d) = (20_000, 3)
        var state = gaussian(count, d, heat: 0.8)
        let stepper = CollisionStepper(
            LandauKernel(strength: 0.5, exponent: exponent), count: count, dimensions: d, timeStep: 0.1, seed: 1)
        stepper.advance(&state, steps: 200)
        let covariance = state.covariance
        for (i, j) in [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)] {
            #expect(abs(covariance[i, j] - (i == j ? 1 : 0)) < 0.04, "\(i) \(j) \(covariance[i, j])")
        }
        #expect(abs(state.fourthMoment / Double(d * (d + 2)) - 1) < 0.03)
    }

    /// An independent method: the Fourier series for charged particles.
    @Test func chargedParticlesFollowTheFourierMethod() throws {
        let kernel = LandauKernel.coulomb(strength: 1)
        let start = gaussian(40_000, 3, heat: 0.4)
        let fourier = LandauFourierStepper(kernel, dimensions: 3, points: 24, halfWidth: 6)
        let variances = (0..<3).map { start.covariance[$0, $0] }
        var density = field(on: fourier.grid) { _, v in LandauCases.gaussian(v, variances) } as Field<Double>
        try fourier.advance(&density, over: 1)
        var state = start
        CollisionStepper(kernel, count: 40_000, dimensions: 3, timeStep: 0.05, seed: 1).advance(&state, steps: 20)
        let expected = DensityMoments(of: density).covariance
        let (change, found) = (expected[0, 0] - expected[2, 2], state.covariance[0, 0] - state.covariance[2, 2])
        #expect(change < 0.7 * (variances[0] - variances[2]), "\(change)")
        #expect(abs(found - change) < 0.03, "\(found) \(change)")
    }

    @Test func drawsBelongToSeedAndStepAndNotToThreads() {
        let start = gaussian(3001, 3)
        func run(_ seed: UInt64, _ threads: Int) -> ParticleCloud {
            var state = start
            let stepper = CollisionStepper(
                .coulomb(strength: 0.1), count: 3001, dimensions: 3, timeStep: 0.05, seed: seed, threads: threads)
            stepper.advance(&state)
            let before = allocation_count()
            stepper.advance(&state, steps: 3)
            if threads == 1 { #expect(allocation_count() == before) }
            return state
        }
        let one = run(1, 1)
        #expect(run(1, 2) == one && run(1, 3) == one && run(2, 1) != one)
    }

    /// Particles in one place do not move, and one alone meets nobody.
    @Test func thereMayBeNothingToTurn() {
        for exponent in [0.0, -3, -6] {
            var state = ParticleCloud(count: 8, dimensions: 5) { (0.125, [1, 2, 3, 4, $0 < 7 ? 0 : 1e-200]) }
            let start = state
            let kernel = LandauKernel(strength: 1, exponent: exponent)
            CollisionStepper(kernel, count: 8, dimensions: 5, timeStep: 0.1, seed: 1).advance(&state, steps: 10)
            #expect(state.isFinite && (0..<8).allSatisfy { state.velocity($0) == start.velocity($0) })
        }
        var alone = ParticleCloud(count: 1, dimensions: 2) { _ in (1, [1, 2]) }
        CollisionStepper(.maxwell(strength: 1), count: 1, dimensions: 2, timeStep: 0.1, seed: 1).advance(&alone)
        #expect(alone.velocity(0) == [1, 2])
    }
}
