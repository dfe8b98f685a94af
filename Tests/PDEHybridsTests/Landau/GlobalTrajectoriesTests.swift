import Foundation
import PDECore
import PDEHybrids
import PDEOperators
import PDESolvers
import PDETraining
import Testing

/// Particles that networks take to any time at once: the density that they carry, and what the networks are trained on.
@Suite struct GlobalTrajectoriesTests {
    /// The logarithm of the density falls by that of the map's determinant, which differences give: by particles without weight.
    @Test func theDensityIsThatOfTheMap() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/global-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let system = LandauParticles(
            dimensions: 3, temperatures: [1.5, 1, 0.5], particles: 100, time: 0.5, timeStep: 0.1)
        let experiment = Experiment(
            "global", task: LandauGlobalTask(system, width: 12, layers: 2, times: 2, draws: 2048), model: NoNetwork(),
            optimizer: OptimizerSettings(learningRate: 1e-2), budget: Budget(epochs: 2, batch: 64))
        _ = try Training(experiment, dataset: "", folder: folder, seed: 1, threads: 1, kinds: .hybrid).run()
        let own = system.cloud(seed: 1)
        let (base, h) = ([0.8, -0.5, 0.3], 0.02)
        // The base, and two at each side of it along each axis.
        let cloud = ParticleCloud(count: 107, dimensions: 3) { place in
            guard place >= 100 else { return (own.weight(place), own.velocity(place)) }
            var velocity = base
            if place > 100 { velocity[(place - 101) / 2] += place % 2 == 1 ? h : -h }
            return (0, velocity)
        }
        let path = try LandauGlobalRun(folder: folder).path(cloud, fitted: 100, seed: 1, threads: 2)
        let before = path.logarithms.values[100]
        #expect(abs(before - log(system.density.value(at: base))) < 1e-12 && path.isGlobal)
        try path.advance(to: 5)
        let columns = (0..<3).map { axis in
            zip(path.cloud.velocity(101 + 2 * axis), path.cloud.velocity(102 + 2 * axis)).map { ($0 - $1) / (2 * h) }
        }
        let (a, b, c) = (columns[0], columns[1], columns[2])
        let determinant =
            a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1])
        let change = path.logarithms.values[100] - before
        #expect(abs(change + log(abs(determinant))) < 2e-3 && abs(change) > 0.01, "\(change) \(determinant)")
        #expect(path.cloud.steps == 5 && abs(path.cloud.time - 0.5) < 1e-12)
        // Any time is reached from any other.
        let there = path.cloud
        try path.advance(to: 1)
        try path.advance(to: 5)
        #expect(path.cloud == there)
    }

    /// Networks that say nothing make Gaussians of the right covariance with the right score, whose velocity under Maxwell molecules is known:
    /// U = −C(−Σ⁻¹v(|v|² + tr Σ) + (vᵀΣ⁻¹v)v + dv). What is left of du/dτ is then the residual, but for the chance of the particles that move each
    /// other.
    @Test(arguments: [2, 3]) func residualsAreThoseOfGaussians(_ d: Int) {
        let temperatures = [1.6, 0.7, 0.4].prefix(d)
        let task = LandauGlobalTask(
            LandauParticles(dimensions: d, temperatures: Array(temperatures), time: 2), width: 4, layers: 1, times: 2)
        let residual = TrajectoryResidual<Double>(task, times: 2, perTime: 4000)
        let drawn = DrawnVelocities<Double>(
            task.system.density, scales: temperatures.map { $0.squareRoot() }, seed: 3, index: 0, count: 8000)
        func zeros(_ matching: ScoreMatching<Double>) -> [Double] {
            Array(repeating: 0, count: matching.layers.parameterCount)
        }
        let (score, motion, shares) = (zeros(residual.score), zeros(residual.trajectories), [0.2, 0.9])
        func terms(_ hasSlopes: Bool) -> TrajectoryResidual<Double>.Terms {
            residual.terms(
                score: score, trajectories: motion, drawn, shares: shares, hasSlopes: hasSlopes,
                on: ThreadTeam(threads: 2))
        }
        let strength = 1 / (8 * Double(d))
        let energy = temperatures.reduce(0, +)
        var expected = 0.0
        for particle in 0..<8000 {
            let left = exp(-4 * Double(d) * strength * 2 * shares[particle / 4000])
            let now = temperatures.map { left * $0 + (1 - left) * energy / Double(d) }
            let u = (0..<d).map { drawn.velocities.pointer[$0 * 8000 + particle] }
            let v = zip(u, now).map { $0 * $1.squareRoot() }
            let (square, along) = (v.reduce(0) { $0 + $1 * $1 }, u.reduce(0) { $0 + $1 * $1 })
            for axis in 0..<d {
                let velocity =
                    -strength * (-v[axis] / now[axis] * (square + energy) + along * v[axis] + Double(d) * v[axis])
                let growth = -2 * Double(d) * strength * (now[axis] - energy / Double(d)) / now[axis]
                let rate = 2 * (velocity / now[axis].squareRoot() - growth * u[axis])
                expected += rate * rate / 8000
            }
        }
        let found = terms(false)
        #expect(found.explicit < 1e-24 && abs(found.implicit + Double(d)) < 0.15, "\(found)")
        #expect(abs(found.residual / expected - 1) < 0.05 && expected > 0.01, "\(found) \(expected)")
        let again = terms(true)
        #expect(
            again.residual == found.residual && again.implicit == found.implicit && again.explicit == found.explicit)
        #expect((0..<residual.trajectorySlopes.count).contains { residual.trajectorySlopes.pointer[$0] != 0 })
    }
}
