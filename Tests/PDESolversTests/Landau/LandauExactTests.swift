import Foundation
import PDECore
import PDESolvers
import Testing

/// Identities of the kernel and of the closed solutions.
@Suite struct LandauExactTests {
    @Test(arguments: [0.0, -3, -1.7, 1], [2, 3])
    func theKernelIsADeflection(_ exponent: Double, _ dimensions: Int) {
        let kernel = LandauKernel(strength: 0.7, exponent: exponent)
        let (z, s, t) = ([0.3, -1.1, 0.8], [0.2, 0.9, -0.4], [1.0, -0.6, 0.1])
        let (v, a, b) = (Array(z.prefix(dimensions)), Array(s.prefix(dimensions)), Array(t.prefix(dimensions)))
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

    @Test(arguments: [2, 3])
    func bkwScoreIsTheGradientOfTheLogarithm(_ dimensions: Int) {
        let solution = BKWSolution.standard(dimensions: dimensions)
        let velocity = Array([0.4, -0.9, 0.7].prefix(dimensions))
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
