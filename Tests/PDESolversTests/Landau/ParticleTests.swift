import CAllocationCounter
import Foundation
import PDECore
import PDESolvers
import Testing

/// Particle runs: accuracy, conservation, stability, reproducibility.
@Suite struct ParticleTests {
    private let bkw = BKWSolution.standard(dimensions: 2)

    private func blobs(
        _ side: Int, step: Double = 0.01, scheme: ParticleScheme = .euler, conservesEnergy: Bool = false,
        threads: Int = 2
    ) -> (ParticleStepper, ParticleCloud) {
        let grid = LandauCases.cells(side, dimensions: 2, halfWidth: 4)
        let cloud = ParticleCloud(on: grid) { bkw.density(at: $0, time: 0) }
        let stepper = ParticleStepper(
            bkw.kernel, score: BlobScore(on: grid), count: cloud.count, dimensions: 2, timeStep: step, scheme: scheme,
            conservesEnergy: conservesEnergy, threads: threads)
        return (stepper, cloud)
    }

    /// NUMERICS: J. A. Carrillo, J. Hu, L. Wang & J. Wu (2020), within 20 %.
    @Test func blobsFollowBKW() {
        let sides = [20, 40, 60, 80]
        let errors = sides.map { ConvergenceStudy.bkwParticleError(side: $0) }
        for (error, expected) in zip(errors, [7.5e-2, 2.3e-2, 1.1e-2, 6.2e-3]) {
            #expect(abs(error / expected - 1) < 0.2, "\(errors)")
        }
        for k in 0..<3 {
            let slope = log(errors[k] / errors[k + 1]) / log(Double(sides[k + 1]) / Double(sides[k]))
            #expect(slope > 1.7 && slope < 2, "\(slope)")
        }
    }

    @Test func blobRunsConserveAndDissipate() throws {
        var (stepper, state) = blobs(40)
        let start = (mass: state.mass, energy: state.energy)
        var entropies: [Double] = []
        for _ in 0..<100 {
            try stepper.advanceChecked(&state, steps: 1)
            entropies.append(stepper.score.entropy!)
        }
        #expect(zip(entropies, entropies.dropFirst()).allSatisfy { $1 < $0 })
        #expect(state.mass == start.mass)
        #expect(state.momentum.allSatisfy { abs($0) < 1e-14 })
        let drift = abs(state.energy - start.energy)
        #expect(drift > 1e-6 && drift < 1e-4, "\(drift)")
    }

    /// Energy drifts at the order of the scheme; with the scaling it does not, and the order stays.
    @Test(arguments: ParticleScheme.allCases)
    func energyDriftsAtTheSchemesOrder(_ scheme: ParticleScheme) {
        func run(_ step: Double, conserves: Bool) -> ParticleCloud {
            var (stepper, state) = blobs(16, step: step, scheme: scheme, conservesEnergy: conserves)
            stepper.advance(&state, steps: Int((0.4 / step).rounded()))
            return state
        }
        let start = blobs(16).1.energy
        let drifts = [0.04, 0.02].map { abs(run($0, conserves: false).energy - start) }
        #expect(log2(drifts[0] / drifts[1]) > Double(scheme.order) - 0.2, "\(drifts)")
        let fine = run(0.00125, conserves: false)
        let errors = [0.04, 0.02].map { step -> Double in
            let state = run(step, conserves: true)
            #expect(abs(state.energy - start) < 1e-14)
            #expect(state.momentum.allSatisfy { abs($0) < 1e-14 })
            return abs(state.fourthMoment - fine.fourthMoment)
        }
        if scheme != .rungeKutta4 {
            #expect(log2(errors[0] / errors[1]) > Double(scheme.order) - 0.35, "\(errors)")
        }
    }

    /// Any particles, Maxwell molecules, the cubic fit: the covariance is on the exact exponential but for the step.
    @Test(arguments: ParticleScheme.allCases, [2, 3, 5])
    func covarianceRelaxesAsItMust(_ scheme: ParticleScheme, _ dimensions: Int) throws {
        let strength = 0.02
        let initial = LandauCases.randomCloud(2000, dimensions: dimensions)
        let mass = initial.mass
        let exact = CovarianceRelaxation(from: initial.covariance, strength: strength * mass).covariance(at: 0.8)
        let errors = try [8, 16].map { steps -> Double in
            var state = initial
            let stepper = ParticleStepper(
                .maxwell(strength: strength), score: PolynomialScore(dimensions: dimensions), count: state.count,
                dimensions: dimensions, timeStep: 0.8 / Double(steps), scheme: scheme)
            try stepper.advanceChecked(&state, steps: steps)
            let found = state.covariance
            return (0..<dimensions * dimensions).map { abs(found.storage[$0] - exact.storage[$0]) }.max()!
        }
        #expect(
            log2(errors[0] / errors[1]) > Double(scheme.order) - 0.25 || errors[1] < 1e-11, "\(scheme) \(errors)")
        let deviation = abs(exact[0, 0] - initial.covariance[0, 0])
        #expect(errors[1] < 0.1 * deviation && deviation > 0.005, "\(errors) \(deviation)")
    }

    @Test func blobsFollowBKWInThreeDimensions() {
        let solution = BKWSolution.standard(dimensions: 3)
        let errors = [16, 32].map { side -> Double in
            let grid = LandauCases.cells(side, dimensions: 3, halfWidth: 4)
            let score = BlobScore(on: grid)
            var state = ParticleCloud(on: grid, time: 5.5) { solution.density(at: $0, time: 5.5) }
            let stepper = ParticleStepper(
                solution.kernel, score: score, count: state.count, dimensions: 3, timeStep: 0.02)
            stepper.advance(&state, steps: 25)
            return relativeError(score.density(of: state), solution.field(on: grid, time: 6))
        }
        #expect(log2(errors[0] / errors[1]) > 1.6 && errors[1] < 0.08, "\(errors)")
    }

    @Test func theExactScoreKeepsTheFourthMomentOnBKW() {
        for dimensions in 2...3 {
            let solution = BKWSolution.standard(dimensions: dimensions)
            let start = dimensions == 2 ? 0.5 : 6
            let grid = LandauCases.cells(dimensions == 2 ? 64 : 32, dimensions: dimensions, halfWidth: 6)
            var state = ParticleCloud(on: grid, time: start) { solution.density(at: $0, time: start) }
            let stepper = ParticleStepper(
                solution.kernel, score: BKWScore(of: solution), count: state.count, dimensions: dimensions,
                timeStep: 0.02, scheme: .rungeKutta4)
            stepper.advance(&state, steps: 25)
            #expect(abs(state.fourthMoment / solution.fourthMoment(at: start + 0.5) - 1) < 1e-5)
        }
    }

    /// Drawn particles know the moments to a share of themselves only, but what their fourth moment gains is that of the solution.
    @Test(arguments: [5, 10]) func theExactScoreFollowsBKWInManyDimensions(_ dimensions: Int) {
        let solution = BKWSolution.standard(dimensions: dimensions)
        let density = VelocityDensity(
            .bkw(width: solution.width(at: 0.5)), dimensions: dimensions,
            direction: [Double](repeating: 0, count: dimensions))
        var stream = RandomStream(seed: 2, index: 0, purpose: "particles of BKW")
        var state = density.particles(20_000, from: &stream)
        state.time = 0.5
        let start = state
        let stepper = ParticleStepper(
            solution.kernel, score: BKWScore(of: solution), count: state.count, dimensions: dimensions,
            timeStep: 0.05, scheme: .midpoint)
        stepper.advance(&state, steps: 20)
        let gain = solution.fourthMoment(at: 1.5) - solution.fourthMoment(at: 0.5)
        #expect(abs((state.fourthMoment - start.fourthMoment) / gain - 1) < 0.1)
        #expect(abs(state.energy / start.energy - 1) < 1e-5)
        #expect(state.momentum.allSatisfy { abs($0) < 1e-12 })
    }

    /// An independent method: blobs and Fourier series for charged particles.
    @Test func coulombParticlesFollowTheFourierMethod() throws {
        let (kernel, variances) = (LandauKernel.coulomb(strength: 0.3), [1.3, 0.6])
        let fourier = LandauFourierStepper(kernel, dimensions: 2, points: 48, halfWidth: 6)
        var density = field(on: fourier.grid) { _, v in LandauCases.gaussian(v, variances) } as Field<Double>
        try fourier.advance(&density, over: 0.5)
        let grid = LandauCases.cells(48, dimensions: 2, halfWidth: 5)
        var state = ParticleCloud(on: grid) { LandauCases.gaussian($0, variances) }
        let stepper = ParticleStepper(
            kernel, score: BlobScore(on: grid), count: state.count, dimensions: 2, timeStep: 0.02, scheme: .midpoint)
        var entropy = Double.infinity
        for _ in 0..<25 {
            try stepper.advanceChecked(&state, steps: 1)
            #expect(stepper.score.entropy! < entropy)
            entropy = stepper.score.entropy!
        }
        let (expected, found) = (DensityMoments(of: density).covariance, state.covariance)
        let change = variances[0] - expected[0, 0]
        #expect(change > 0.02, "\(change)")
        #expect(abs(found[0, 0] - expected[0, 0]) < 0.06 * change, "\(found) \(expected)")
    }

    @Test func stepsThatAreTooLongAreRefused() {
        var (stepper, state) = blobs(40, step: 0.2)
        let error = #expect(throws: LandauStepError.self) { try stepper.advanceChecked(&state, steps: 50) }
        guard case .unstable(let step, let largest, let time)? = error else {
            Issue.record("expected an unstable step")
            return
        }
        #expect(step == 0.2 && largest < 0.2 && largest > 0.02 && time == 0)
        #expect(error!.description.contains("unstable"))
    }

    /// Steps that stability sets reach the end of the interval, and shorter ones change little.
    @Test func intervalsAreCoveredWithStableSteps() throws {
        let (stepper, initial) = blobs(20, step: 1, scheme: .midpoint)
        var state = initial
        let steps = try stepper.advance(&state, over: 0.8)
        #expect(steps > 1 && state.steps == steps && abs(state.time - 0.8) < 1e-12)
        #expect(stepper.timeStep * stepper.stiffness <= 1.05 * stepper.scheme.stabilityLimit / 2)
        let (fine, start) = blobs(20, step: 0.01, scheme: .midpoint)
        var other = start
        try fine.advanceChecked(&other, steps: 80)
        let change = abs(other.fourthMoment - start.fourthMoment)
        #expect(abs(state.fourthMoment - other.fourthMoment) < 0.03 * change)
    }

    @Test func particlesThatLeaveTheMeshAreFound() {
        let grid = LandauCases.cells(20, dimensions: 2, halfWidth: 2)
        var state = ParticleCloud(count: 2, dimensions: 2) { (0.5, [Double($0) * 50, 0]) }
        let stepper = ParticleStepper(
            .maxwell(strength: 1), score: BlobScore(on: grid), count: 2, dimensions: 2, timeStep: 0.01)
        #expect(throws: LandauStepError.notFinite(time: 0)) { try stepper.advanceChecked(&state, steps: 1) }
        var few = LandauCases.randomCloud(5, dimensions: 2)
        let fit = ParticleStepper(
            .maxwell(strength: 1), score: PolynomialScore(dimensions: 2), count: 5, dimensions: 2, timeStep: 0.01)
        #expect(throws: LandauStepError.notFinite(time: 0)) { try fit.advanceChecked(&few, steps: 1) }
    }

    /// The blobs' score is the slope of the blobs' entropy.
    @Test(arguments: [2, 3])
    func blobScoreIsTheSlopeOfTheEntropy(_ dimensions: Int) {
        let grid = LandauCases.cells(16, dimensions: dimensions, halfWidth: 4)
        let count = 40
        func cloud(_ shift: Double, _ axis: Int) -> ParticleCloud {
            let base = LandauCases.randomCloud(count, dimensions: dimensions)
            return ParticleCloud(count: count, dimensions: dimensions) { particle in
                var v = base.velocity(particle)
                if particle == 3 { v[axis] += shift }
                return (base.weight(particle), v)
            }
        }
        let score = BlobScore(on: grid, variance: 0.3)
        let stepper = ParticleStepper(
            .maxwell(strength: 1), score: score, count: count, dimensions: dimensions, timeStep: 0.01)
        func entropy(_ shift: Double, _ axis: Int) -> Double {
            _ = stepper.rates(of: cloud(shift, axis))
            return score.entropy!
        }
        for axis in 0..<dimensions {
            let base = cloud(0, axis)
            _ = stepper.rates(of: base)
            let found = base.weight(3) * stepper.lastScores(of: base)[axis][3]
            let slope = (entropy(1e-4, axis) - entropy(-1e-4, axis)) / 2e-4
            #expect(abs(found - slope) < 1e-6 * base.weight(3), "\(found) \(slope)")
        }
        let total = score.density(of: cloud(0, 0)).values.values.reduce(0, +)
        let volume = pow(0.5, Double(dimensions))
        #expect(abs(total * volume / cloud(0, 0).mass - 1) < 0.05)
    }

    /// Particles anywhere on the mesh, its first and last places among them; blobs wide and narrow beside a cell, which share tiles
    /// of several sizes.
    @Test(arguments: [2, 3], [4, 0.64, 0.1, 0.02])
    func densityIsTheSumOfGaussians(_ dimensions: Int, _ widthInCells: Double) {
        let side = dimensions == 2 ? 16 : 8
        let grid = LandauCases.cells(side, dimensions: dimensions, halfWidth: 2)
        let h = grid.smallestSpacing
        let (first, last) = (-2 - 3.5 * h + 1e-9, 2 + 3.5 * h - 1e-9)
        var stream = RandomStream(seed: 3, index: 0, purpose: "particles on the mesh")
        let cloud = ParticleCloud(count: 150, dimensions: dimensions) { particle in
            let velocity = (0..<dimensions).map { axis in
                particle < 8 ? (particle >> axis & 1 == 0 ? first : last) : first + (last - first) * stream.uniform()
            }
            return (0.5 + stream.uniform(), velocity)
        }
        let variance = widthInCells * h * h
        let score = BlobScore(on: grid, variance: variance)
        let exact =
            field(on: grid) { _, v in
                (0..<cloud.count).reduce(0) { sum, particle in
                    let distance = zip(v, cloud.velocity(particle)).map { $0 - $1 }
                    return sum + cloud.weight(particle)
                        * LandauCases.gaussian(distance, distance.map { _ in variance })
                }
            } as Field<Double>
        let peak = pow(2 * .pi * variance, -Double(dimensions) / 2)
        let found = score.density(of: cloud)
        #expect(zip(found.values.values, exact.values.values).allSatisfy { abs($0 - $1) < 1e-12 * peak })
        #expect(exact.values.values.max()! > 1e-3 * peak)
    }

    /// Blobs that no cell sees have scores all the same: their factors neither overflow nor end in NaN.
    @Test(arguments: [2, 3]) func blobsFarNarrowerThanACellHaveScores(_ dimensions: Int) {
        let grid = LandauCases.cells(16, dimensions: dimensions, halfWidth: 6)
        let cloud = LandauCases.randomCloud(100, dimensions: dimensions)
        let score = BlobScore(on: grid, variance: 1e-4 * grid.smallestSpacing * grid.smallestSpacing)
        let stepper = ParticleStepper(
            .maxwell(strength: 1), score: score, count: cloud.count, dimensions: dimensions, timeStep: 0.01)
        _ = stepper.rates(of: cloud)
        #expect(stepper.lastScores(of: cloud).allSatisfy { $0.allSatisfy(\.isFinite) })
    }

    /// Blobs without a mesh: the sums over pairs, and the slope of their entropy.
    @Test(arguments: [2, 5]) func pairBlobsAreTheSlopeOfTheirEntropy(_ d: Int) {
        let (count, variance) = (700, 0.3)
        let base = LandauCases.randomCloud(count, dimensions: d)
        let velocities = (0..<count).map { base.velocity($0) }
        func entropy(_ velocities: [[Double]]) -> Double {
            (0..<count).reduce(0) { total, i in
                let density = (0..<count).reduce(0) { sum, j in
                    let z = zip(velocities[i], velocities[j]).map { $0 - $1 }
                    return sum + base.weight(j) * LandauCases.gaussian(z, z.map { _ in variance })
                }
                return total + base.weight(i) * log(density)
            }
        }
        let score = PairBlobScore(variance: variance)
        func scores(_ threads: Int) -> [[Double]] {
            let stepper = ParticleStepper(
                .maxwell(strength: 1), score: score, count: count, dimensions: d, timeStep: 0.01, threads: threads)
            _ = stepper.rates(of: base)
            return stepper.lastScores(of: base)
        }
        let found = scores(1)
        #expect(found == scores(3))
        #expect(abs(score.entropy! / entropy(velocities) - 1) < 1e-5)
        for axis in 0..<d {
            var (above, below) = (velocities, velocities)
            above[5][axis] += 1e-4
            below[5][axis] -= 1e-4
            let slope = (entropy(above) - entropy(below)) / 2e-4 / base.weight(5)
            #expect(abs(found[axis][5] - slope) < 1e-4 * max(1, abs(slope)), "\(found[axis][5]) \(slope)")
        }
        #expect(abs(PairBlobScore.variance(count: 2000, dimensions: 10) - 0.288) < 1e-3)
        // A particle without weight, beyond all blobs, changes nothing.
        let joined = ParticleCloud(count: count + 1, dimensions: d) { place in
            place < count ? (base.weight(place), base.velocity(place)) : (0, [Double](repeating: 100, count: d))
        }
        let stepper = ParticleStepper(
            .maxwell(strength: 1), score: score, count: count + 1, dimensions: d, timeStep: 0.01, threads: 1)
        _ = stepper.rates(of: joined)
        let beside = stepper.lastScores(of: joined)
        #expect(beside.joined().allSatisfy { $0.isFinite })
        for axis in 0..<d {
            #expect(zip(beside[axis], found[axis]).allSatisfy { abs($0 - $1) < 1e-5 * max(1, abs($1)) })
        }
    }

    @Test func resultsDoNotDependOnThreadsAndWarmStepsDoNotAllocate() {
        var results: [[ParticleCloud]] = []
        for threads in 1...3 {
            var states: [ParticleCloud] = []
            func run(
                _ kernel: LandauKernel, _ score: any ParticleScore, _ cloud: ParticleCloud,
                _ interaction: ParticleInteraction
            ) {
                var state = cloud
                let stepper = ParticleStepper(
                    kernel, score: score, count: cloud.count, dimensions: cloud.dimensions, timeStep: 1e-3,
                    scheme: .midpoint, interaction: interaction, conservesEnergy: true, threads: threads)
                stepper.advance(&state, steps: 2)
                let before = allocation_count()
                stepper.advance(&state, steps: 2)
                if threads == 1 { #expect(allocation_count() == before, "\(interaction) \(type(of: score))") }
                #expect(state.isFinite)
                states.append(state)
            }
            for dimensions in 2...3 {
                let grid = LandauCases.cells(dimensions == 2 ? 80 : 16, dimensions: dimensions, halfWidth: 4)
                let solution = BKWSolution.standard(dimensions: dimensions)
                let cloud = ParticleCloud(on: grid, time: 6) { solution.density(at: $0, time: 6) }
                run(solution.kernel, BlobScore(on: grid), cloud, .moments)
                run(solution.kernel, BKWScore(of: solution), cloud, .moments)
                run(solution.kernel, PolynomialScore(dimensions: dimensions), cloud, .moments)
                run(.coulomb(strength: 0.1), BlobScore(on: grid), cloud, .allPairs)
                run(.coulomb(strength: 0.1), BKWScore(of: solution), cloud, .randomBatches(size: 32, seed: 1))
            }
            let cloud = LandauCases.randomCloud(5000, dimensions: 5)
            run(.maxwell(strength: 0.01), PolynomialScore(dimensions: 5), cloud, .moments)
            let few = LandauCases.randomCloud(300, dimensions: 5)
            run(.maxwell(strength: 0.01), PairBlobScore(variance: 0.3), few, .moments)
            let score = BKWScore(of: .standard(dimensions: 5))
            run(.coulomb(strength: 0.1), score, cloud, .randomBatches(size: 32, seed: 1))
            results.append(states)
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }
}
