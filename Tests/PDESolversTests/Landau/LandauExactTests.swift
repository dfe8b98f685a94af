import Foundation
import PDECore
import PDESolvers
import Testing

/// Identities of the kernel and of the closed solutions.
@Suite struct LandauExactTests {
    private func vector(_ dimensions: Int, _ index: Int) -> [Double] {
        var stream = RandomStream(seed: 1, index: index, purpose: "test vector")
        return (0..<dimensions).map { _ in stream.uniform(in: -1...1) }
    }

    @Test(arguments: [0.0, -3, -1.7, 1], [2, 3, 6, 10])
    func theKernelIsADeflection(_ exponent: Double, _ dimensions: Int) {
        let kernel = LandauKernel(strength: 0.7, exponent: exponent)
        let (v, a, b) = (vector(dimensions, 1), vector(dimensions, 2), vector(dimensions, 3))
        func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(kernel.product(v, v).allSatisfy { abs($0) < 1e-14 })
        #expect(abs(dot(kernel.product(v, a), v)) < 1e-14)
        #expect(abs(dot(kernel.product(v, a), b) - dot(a, kernel.product(v, b))) < 1e-14)
        #expect(dot(kernel.product(v, a), a) > 0)
        let trace = (0..<dimensions).reduce(0.0) { sum, axis in
            var unit = [Double](repeating: 0, count: dimensions)
            unit[axis] = 1
            return sum + kernel.product(v, unit)[axis]
        }
        let expected = Double(dimensions - 1) * 0.7 * pow(dot(v, v), exponent / 2 + 1)
        #expect(abs(trace - expected) < 1e-13)
        #expect(kernel.product([0, 0], [1, 2]) == [0, 0])
    }

    @Test(arguments: [2, 3])
    func bkwIsADensityWithTheRightMoments(_ dimensions: Int) {
        let solution = BKWSolution.standard(dimensions: dimensions)
        let start = dimensions == 2 ? 0.0 : 5.5
        #expect(solution.isDensity(at: start))
        #expect(!BKWSolution(dimensions: 3, strength: 1.0 / 24, deviation: 1).isDensity(at: 5))
        let grid = LandauCases.cells(dimensions == 2 ? 64 : 40, dimensions: dimensions, halfWidth: 7)
        for time in [start, start + 1] {
            let cloud = ParticleCloud(on: grid) { solution.density(at: $0, time: time) }
            #expect(abs(cloud.mass - 1) < 1e-8)
            #expect(abs(cloud.energy - Double(dimensions) / 2) < 1e-8)
            #expect(abs(cloud.fourthMoment / solution.fourthMoment(at: time) - 1) < 1e-7)
        }
    }

    /// By the radial integrals, in any number of dimensions.
    @Test(arguments: 2...10)
    func bkwHasMassEnergyAndFourthMoment(_ dimensions: Int) {
        let solution = BKWSolution.standard(dimensions: dimensions)
        let time = BKWSolution.standardStart(dimensions: dimensions) + 0.3
        #expect(solution.isDensity(at: time))
        let d = Double(dimensions)
        let sphere = 2 * pow(.pi, d / 2) / tgamma(d / 2)
        func mean(_ power: Double) -> Double {
            (1...4000).reduce(0) { sum, k in
                let r = Double(k) * 0.004
                var velocity = [Double](repeating: 0, count: dimensions)
                velocity[dimensions - 1] = r
                return sum + 0.004 * sphere * pow(r, d - 1 + power) * solution.density(at: velocity, time: time)
            }
        }
        #expect(abs(mean(0) - 1) < 1e-5 && abs(mean(2) / d - 1) < 1e-5)
        #expect(abs(mean(4) / solution.fourthMoment(at: time) - 1) < 1e-5)
        // Entropy falls at the rate that the equation says, and the Fisher information is that of the normal density in the end.
        func along(_ value: (Double, [Double]) -> Double) -> Double {
            (1...4000).reduce(0) { sum, k in
                let r = Double(k) * 0.004
                var velocity = [Double](repeating: 0, count: dimensions)
                velocity[0] = r
                let density = solution.density(at: velocity, time: time)
                return sum + 0.004 * sphere * pow(r, d - 1) * density * value(density, velocity)
            }
        }
        #expect(abs(solution.entropy(at: time) - along { density, _ in log(max(density, 1e-300)) }) < 1e-4)
        let fisher = along { _, velocity in
            solution.score(at: velocity, time: time).reduce(0) { $0 + $1 * $1 }
        }
        #expect(abs(solution.fisherInformation(at: time) / fisher - 1) < 1e-3)
        #expect(solution.entropy(at: time + 1) < solution.entropy(at: time))
        #expect(abs(solution.fisherInformation(at: 1e4) - d) < 1e-6)
    }

    /// The exact law of any initial state holds on the solution, whose covariance does not change.
    @Test(arguments: [2, 3, 7])
    func theFourthMomentRelaxesAsOnBKW(_ dimensions: Int) {
        let solution = BKWSolution.standard(dimensions: dimensions)
        let start = BKWSolution.standardStart(dimensions: dimensions)
        let unit = Matrix<Double>(rows: dimensions, columns: dimensions) { $0 == $1 ? 1 : 0 }
        let law = CovarianceRelaxation(from: unit, strength: solution.strength)
        for time in [0, 0.7, 5] {
            let found = law.fourthMoment(at: time, from: solution.fourthMoment(at: start))
            #expect(abs(found / solution.fourthMoment(at: start + time) - 1) < 1e-12)
        }
    }

    /// Of anisotropic particles the law's rate is that of the moment of drawn particles with the exact score of their Gaussian.
    @Test(arguments: [[1.6, 0.4], [1.8, 1.4, 0.6, 0.2]])
    func theFourthMomentBeginsAsThatOfParticles(_ temperatures: [Double]) {
        let d = temperatures.count
        let density = VelocityDensity(
            .temperatures(temperatures), dimensions: d, direction: [Double](repeating: 0, count: d))
        var stream = RandomStream(seed: 3, index: 0, purpose: "particles of a Gaussian")
        let cloud = density.particles(100_000, from: &stream)
        let stepper = ParticleStepper(
            .maxwell(strength: 0.1), score: FunctionScore { -$1[$0] / temperatures[$0] }, count: cloud.count,
            dimensions: d, timeStep: 0.01)
        let rates = stepper.rates(of: cloud)
        let slope = (0..<cloud.count).reduce(0.0) { sum, particle in
            let v = cloud.velocity(particle)
            let square = v.reduce(0) { $0 + $1 * $1 }
            return sum + cloud.weight(particle) * 4 * square * (0..<d).reduce(0) { $0 + v[$1] * rates[$1][particle] }
        }
        let law = CovarianceRelaxation(from: density.covariance, strength: 0.1)
        let exact = 2 * density.covariance.storage.reduce(0) { $0 + $1 * $1 } + Double(d * d)
        let expected = (law.fourthMoment(at: 1e-5, from: exact) - exact) / 1e-5
        #expect(abs(slope / expected - 1) < 0.03, "\(slope) \(expected)")
    }

    /// Of two beams by the mean over drawn particles, and of Gaussians as it is known.
    @Test(arguments: [2, 3, 6]) func fisherInformationIsTheMeanSquareOfTheScore(_ d: Int) {
        let direction = (0..<d).map { $0 == 1 ? 1.0 : 0 }
        for (shape, tolerance) in [
            (.beams(distance: 2, share: 0.3), 0.03), (.gaussian(anisotropy: 3), 0.03), (.bkw(width: 0.9), 0.03),
        ] as [(VelocityDensity.Shape, Double)] {
            let density = VelocityDensity(shape, dimensions: d, direction: direction)
            var stream = RandomStream(seed: 4, index: 0, purpose: "test velocities")
            let count = 20_000
            let mean = (0..<count).reduce(0.0) { sum, _ in
                sum + density.score(at: density.draw(from: &stream)).reduce(0) { $0 + $1 * $1 } / Double(count)
            }
            #expect(
                abs(density.fisherInformation / mean - 1) < tolerance, "\(shape) \(density.fisherInformation) \(mean)")
        }
        let gaussian = VelocityDensity(.gaussian(anisotropy: 3), dimensions: d, direction: direction)
        let across = Double(d) / Double(d + 2)
        #expect(abs(gaussian.fisherInformation / (1 / (3 * across) + Double(d - 1) / across) - 1) < 1e-9)
    }

    /// Against sums over a grid, and of many particles at the rate of the smoothing.
    @Test func kernelDensitiesAreComparedInClosedForm() {
        let solution = BKWSolution.standard(dimensions: 2)
        let (time, variance, count) = (1.0, 0.2, 30)
        let base = LandauCases.randomCloud(count, dimensions: 2)
        let grid = LandauCases.cells(240, dimensions: 2, halfWidth: 9)
        var (square, norm) = (0.0, 0.0)
        let volume = grid.smallestSpacing * grid.smallestSpacing
        VelocityGrid.forEachPoint(of: grid) { v in
            let exact = solution.density(at: v, time: time)
            let found = (0..<count).reduce(0) { sum, particle in
                let z = zip(v, base.velocity(particle)).map { $0 - $1 }
                return sum + base.weight(particle) * LandauCases.gaussian(z, [variance, variance])
            }
            square += volume * (found - exact) * (found - exact)
            norm += volume * exact * exact
        }
        let error = solution.kernelDensityError(of: base, variance: variance, time: time)
        #expect(abs(error / square.squareRoot() - 1) < 1e-6, "\(error) \(square.squareRoot())")
        #expect(abs(solution.norm(at: time) / norm.squareRoot() - 1) < 1e-9)
    }

    @Test(arguments: [2, 3, 5, 10])
    func bkwScoreIsTheGradientOfTheLogarithm(_ dimensions: Int) {
        let solution = BKWSolution.standard(dimensions: dimensions)
        let velocity = vector(dimensions, 4)
        let score = solution.score(at: velocity, time: 6)
        for axis in 0..<dimensions {
            var (above, below) = (velocity, velocity)
            above[axis] += 1e-5
            below[axis] -= 1e-5
            let slope = log(solution.density(at: above, time: 6) / solution.density(at: below, time: 6)) / 2e-5
            #expect(abs(slope - score[axis]) < 1e-8)
        }
    }

    @Test func covarianceRelaxesToTheTemperature() {
        let initial = Matrix(rows: 2, columns: 2, storage: [1.5, 0.3, 0.3, 0.5])
        let relaxation = CovarianceRelaxation(from: initial, strength: 0.1)
        #expect(relaxation.covariance(at: 0) == initial)
        #expect(abs(relaxation.covariance(at: 1)[0, 1] - 0.3 * exp(-0.8)) < 1e-15)
        #expect(abs(relaxation.covariance(at: 100)[0, 0] - 1) < 1e-12)
    }
}
