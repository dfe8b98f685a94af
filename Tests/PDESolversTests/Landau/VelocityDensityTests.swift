import Foundation
import PDECore
import PDESolvers
import Testing

/// Initial densities have the moments that they claim, and so have particles drawn from them.
@Suite struct VelocityDensityTests {
    static let shapes: [VelocityDensity.Shape] = [
        .bkw(width: 0.62), .beams(distance: 1.8, share: 0.3), .gaussian(anisotropy: 3),
    ]

    private func density(_ shape: VelocityDensity.Shape, _ dimensions: Int) -> VelocityDensity {
        var stream = RandomStream(seed: 3, index: 1, purpose: "direction")
        return VelocityDensity(
            shape, dimensions: dimensions, direction: VelocityDensity.direction(dimensions, from: &stream))
    }

    @Test(arguments: shapes, [2, 3])
    func momentsAreExact(_ shape: VelocityDensity.Shape, _ dimensions: Int) {
        let density = density(shape, dimensions)
        let axis = Grid.Axis(count: dimensions == 2 ? 96 : 48, from: -8, to: 8, placement: .cells)
        let grid = Grid(Array(repeating: axis, count: dimensions))
        let points = ParticleCloud(on: grid) { density.value(at: $0) }
        #expect(abs(points.mass - 1) < 1e-8)
        #expect(points.momentum.allSatisfy { abs($0) < 1e-8 })
        #expect(abs(points.energy - Double(dimensions) / 2) < 1e-7)
        for (found, exact) in zip(points.covariance.storage, density.covariance.storage) {
            #expect(abs(found - exact) < 1e-7)
        }
    }

    /// Mean and covariance of particles are exact by construction, higher moments are those of random draws.
    @Test(arguments: shapes, [2, 3])
    func particlesFollowTheDensity(_ shape: VelocityDensity.Shape, _ dimensions: Int) {
        let density = density(shape, dimensions)
        var stream = RandomStream(seed: 1, index: 5, purpose: "particles")
        let cloud = density.particles(20_000, from: &stream)
        #expect(abs(cloud.mass - 1) < 1e-12)
        #expect(cloud.momentum.allSatisfy { abs($0) < 1e-13 })
        for (found, exact) in zip(cloud.covariance.storage, density.covariance.storage) {
            #expect(abs(found - exact) < 1e-12)
        }
        let axis = Grid.Axis(count: dimensions == 2 ? 96 : 48, from: -8, to: 8, placement: .cells)
        let points = ParticleCloud(on: Grid(Array(repeating: axis, count: dimensions))) { density.value(at: $0) }
        #expect(abs(cloud.fourthMoment / points.fourthMoment - 1) < 0.06)
    }

    /// Temperatures along the axes are what was given, in the density, its particles and what says how cold and wide it is.
    @Test(arguments: [[1.4, 0.6], [1.6, 0.8, 0.6]])
    func temperaturesAreThoseGiven(_ temperatures: [Double]) {
        let density = density(.temperatures(temperatures), temperatures.count)
        momentsAreExact(density.shape, temperatures.count)
        particlesFollowTheDensity(density.shape, temperatures.count)
        for (axis, temperature) in temperatures.enumerated() { #expect(density.covariance[axis, axis] == temperature) }
        #expect(density.covariance[0, 1] == 0 && density.coldest == temperatures.min()!)
        #expect(density.anisotropy == temperatures[0] / density.coldest)
        #expect(density.tail(at: 12) == 72 / temperatures[0])
        // In the plane it is the Gaussian of the same ratio along x.
        if temperatures.count == 2 {
            let same = VelocityDensity(.gaussian(anisotropy: 1.4 / 0.6), dimensions: 2, direction: [1, 0])
            for velocity in [[0.3, -1.1], [2, 0.5]] {
                #expect(abs(density.value(at: velocity) / same.value(at: velocity) - 1) < 1e-12)
            }
        }
    }

    @Test(arguments: shapes + [.temperatures([1.4, 0.9, 0.7])], [2, 3, 5])
    func scoreIsTheSlopeOfTheLogarithm(_ shape: VelocityDensity.Shape, _ dimensions: Int) {
        var (shape, dimensions) = (shape, dimensions)
        if case .temperatures(let values) = shape { (shape, dimensions) = (.temperatures(values), values.count) }
        let density = density(shape, dimensions)
        let velocity = (0..<dimensions).map { 0.7 - 0.4 * Double($0) }
        for (axis, score) in density.score(at: velocity).enumerated() {
            var (above, below) = (velocity, velocity)
            above[axis] += 1e-5
            below[axis] -= 1e-5
            let slope = log(density.value(at: above) / density.value(at: below)) / 2e-5
            #expect(abs(slope - score) < 1e-8, "\(shape)")
        }
        let far = density.score(at: velocity.map { $0 * 60 })
        #expect(far.allSatisfy { $0.isFinite })
    }

    @Test func whatIsColdAndWideIsKnown() {
        #expect(density(.bkw(width: 0.62), 2).coldest == 0.62)
        #expect(abs(density(.beams(distance: 2, share: 0.5), 2).coldest - 0.5) < 1e-15)
        #expect(abs(density(.gaussian(anisotropy: 3), 3).coldest - 0.6) < 1e-15)
        #expect(abs(density(.gaussian(anisotropy: 3), 2).anisotropy - 3) < 1e-12)
        #expect(abs(density(.beams(distance: 2, share: 0.5), 2).anisotropy - 3) < 1e-12)
        #expect(abs(density(.bkw(width: 0.62), 3).anisotropy - 1) < 1e-12)
        // A Gaussian of temperature 1.5 along an axis has e^(−12²/3) at 12, less than the equilibrium's e^(−72).
        #expect(abs(density(.gaussian(anisotropy: 3), 2).tail(at: 12) - 48) < 1e-12)
        #expect(density(.bkw(width: 0.62), 2).tail(at: 12) == 72)
    }
}
