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

    /// In the networks' coordinates a Gaussian of Maxwell molecules stands still and its score is −u: networks that say nothing more are right,
    /// but for the chance of the particles that move each other. For another kernel they are not.
    @Test(arguments: [0.0, -1]) func gaussiansOfMaxwellMoleculesStandStill(_ gamma: Double) {
        let task = LandauGlobalTask(
            LandauParticles(dimensions: 2, temperatures: [1.6, 0.4], gamma: gamma), width: 4, layers: 1, times: 2)
        let residual = TrajectoryResidual<Double>(task, times: 2, perTime: 2000)
        let drawn = DrawnVelocities<Double>(
            task.system.density, scales: task.system.temperatures.map { $0.squareRoot() }, seed: 3, index: 0,
            count: 4000)
        func zeros(_ matching: ScoreMatching<Double>) -> [Double] {
            Array(repeating: 0, count: matching.layers.parameterCount)
        }
        let (score, motion) = (zeros(residual.score), zeros(residual.trajectories))
        func terms(_ hasSlopes: Bool) -> TrajectoryResidual<Double>.Terms {
            residual.terms(
                score: score, trajectories: motion, drawn, shares: [0.2, 0.9], hasSlopes: hasSlopes,
                on: ThreadTeam(threads: 2))
        }
        let found = terms(false)
        #expect(found.explicit < 1e-24 && abs(found.implicit + 2) < 0.15, "\(found)")
        #expect(gamma == 0 ? found.residual < 1e-3 : found.residual > 0.02, "\(found)")
        let again = terms(true)
        #expect(
            again.residual == found.residual && again.implicit == found.implicit && again.explicit == found.explicit)
        #expect((0..<residual.trajectorySlopes.count).contains { residual.trajectorySlopes.pointer[$0] != 0 })
    }
}
