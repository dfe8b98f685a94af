import Foundation
import PDECore
import PDESolvers
import Testing

/// The three ways to take the sum over pairs against the double sum, term by term.
@Suite struct PairSumTests {
    private let score = { (axis: Int, v: [Double]) in sin(v[0] + 2 * Double(axis)) - 1.3 * v[axis] }

    private func stepper(
        _ kernel: LandauKernel, _ cloud: ParticleCloud, _ interaction: ParticleInteraction, threads: Int = 1
    ) -> ParticleStepper {
        ParticleStepper(
            kernel, score: FunctionScore(score), count: cloud.count, dimensions: cloud.dimensions, timeStep: 0.01,
            interaction: interaction, threads: threads)
    }

    @Test(arguments: 2...10)
    func momentsEqualTheDoubleSum(_ dimensions: Int) {
        let (kernel, cloud) = (
            LandauKernel.maxwell(strength: 0.3), LandauCases.randomCloud(301, dimensions: dimensions)
        )
        let stepper = stepper(kernel, cloud, .moments)
        let rates = stepper.rates(of: cloud)
        let exact = LandauCases.doubleSum(kernel, cloud, stepper.lastScores(of: cloud))
        #expect(LandauCases.relativeDifference(rates, exact) < 1e-12)
        // The bound on the diffusion is that of the pairs.
        let momentStiffness = stiffness(stepper, cloud)
        let pairs = self.stepper(kernel, cloud, .allPairs)
        #expect(abs(momentStiffness / stiffness(pairs, cloud) - 1) < 1e-12)
    }

    private func stiffness(_ stepper: ParticleStepper, _ cloud: ParticleCloud) -> Double {
        var state = cloud
        stepper.advance(&state)
        return stepper.stiffness
    }

    @Test(arguments: [0.0, -3, -1.7, 1, -2, -1], [2, 3, 4, 10])
    func allPairsEqualTheDoubleSum(_ exponent: Double, _ dimensions: Int) {
        let kernel = LandauKernel(strength: 0.3, exponent: exponent)
        // More than one block of sources.
        let cloud = LandauCases.randomCloud(701, dimensions: dimensions)
        let stepper = stepper(kernel, cloud, .allPairs)
        let rates = stepper.rates(of: cloud)
        let exact = LandauCases.doubleSum(kernel, cloud, stepper.lastScores(of: cloud))
        #expect(LandauCases.relativeDifference(rates, exact) < 1e-12)
    }

    /// Particles that are carried along without weight change no bit, and pairs at one place none of the others' rates.
    @Test(arguments: [-3.0, -11, -11.5]) func weightsAndCoincidencesAreHarmless(_ exponent: Double) {
        let cloud = LandauCases.randomCloud(100, dimensions: 10)
        let kernel = LandauKernel(strength: 1, exponent: exponent)
        let carried = ParticleCloud(count: 140, dimensions: 10) { place in
            place < 100 ? (cloud.weight(place), cloud.velocity(place)) : (0, cloud.velocity(place - 100))
        }
        let alone = stepper(kernel, cloud, .allPairs).rates(of: cloud)
        let found = stepper(kernel, carried, .allPairs).rates(of: carried)
        for axis in 0..<10 {
            #expect(Array(found[axis].prefix(100)) == alone[axis])
            #expect(Array(found[axis].suffix(40)) == Array(alone[axis].prefix(40)))
        }
        #expect(found.joined().allSatisfy { $0.isFinite })
    }

    /// Moments cancel for particles that are far from v = 0, unless they are taken about the mean.
    @Test(arguments: [2, 3, 5])
    func ratesDoNotDependOnTheMeanVelocity(_ dimensions: Int) {
        let runs = [0.0, 50].map { mean -> ([[Double]], Double) in
            let cloud = LandauCases.randomCloud(301, dimensions: dimensions, mean: mean)
            let stepper = ParticleStepper(
                .maxwell(strength: 1), score: PolynomialScore(dimensions: dimensions), count: cloud.count,
                dimensions: dimensions, timeStep: 1e-3)
            return (stepper.rates(of: cloud), stiffness(stepper, cloud))
        }
        #expect(LandauCases.relativeDifference(runs[1].0, runs[0].0) < 1e-10)
        #expect(abs(runs[1].1 / runs[0].1 - 1) < 1e-10)
    }

    @Test func oneBatchOfAllIsTheSumOverAllPairs() {
        let cloud = LandauCases.randomCloud(101, dimensions: 2)
        let kernel = LandauKernel.coulomb(strength: 1)
        let batch = stepper(kernel, cloud, .randomBatches(size: 101, seed: 1)).rates(of: cloud)
        #expect(LandauCases.relativeDifference(batch, stepper(kernel, cloud, .allPairs).rates(of: cloud)) < 1e-12)
    }

    /// The mean over the draws is the sum over all pairs; its error falls with their number.
    @Test func randomBatchesAreUnbiased() {
        var cloud = LandauCases.randomCloud(60, dimensions: 2)
        let kernel = LandauKernel.maxwell(strength: 1)
        let exact = stepper(kernel, cloud, .allPairs).rates(of: cloud)
        let batches = stepper(kernel, cloud, .randomBatches(size: 7, seed: 3))
        var mean = exact.map { $0.map { _ in 0.0 } }
        let draws = 4000
        for draw in 0..<draws {
            cloud.steps = draw
            for (axis, rates) in batches.rates(of: cloud).enumerated() {
                for (particle, rate) in rates.enumerated() { mean[axis][particle] += rate / Double(draws) }
            }
        }
        #expect(LandauCases.relativeDifference(mean, exact) < 0.04)
        cloud.steps = 0
        let single = batches.rates(of: cloud)
        #expect(LandauCases.relativeDifference(single, exact) > 0.1)
    }

    @Test(arguments: [
        ParticleInteraction.moments, .allPairs, .randomBatches(size: 9, seed: 5),
    ])
    func ratesDoNotDependOnThreads(_ interaction: ParticleInteraction) {
        let cloud = LandauCases.randomCloud(9001, dimensions: 2)
        let one = stepper(.maxwell(strength: 1), cloud, interaction, threads: 1).rates(of: cloud)
        for threads in 2...3 {
            #expect(stepper(.maxwell(strength: 1), cloud, interaction, threads: threads).rates(of: cloud) == one)
        }
    }

    /// Forces between partners cancel, and none does work: Σwv̇ = 0 and Σwv·v̇ = 0.
    @Test(arguments: [2, 3, 5, 10])
    func ratesKeepMomentumAndEnergy(_ dimensions: Int) {
        let cloud = LandauCases.randomCloud(200, dimensions: dimensions)
        let runs: [(LandauKernel, ParticleInteraction)] = [
            (.maxwell(strength: 1), .moments), (.coulomb(strength: 1), .allPairs),
            (.coulomb(strength: 1), .randomBatches(size: 16, seed: 2)),
        ]
        for (kernel, interaction) in runs {
            let rates = stepper(kernel, cloud, interaction).rates(of: cloud)
            var (momentum, power, size) = ([Double](repeating: 0, count: dimensions), 0.0, 0.0)
            for i in 0..<cloud.count {
                for axis in 0..<dimensions {
                    let force = cloud.weight(i) * rates[axis][i]
                    momentum[axis] += force
                    power += force * cloud.velocity(i)[axis]
                    size += abs(force)
                }
            }
            #expect(momentum.allSatisfy { abs($0) < 1e-13 * size } && abs(power) < 1e-13 * size)
        }
    }
}
