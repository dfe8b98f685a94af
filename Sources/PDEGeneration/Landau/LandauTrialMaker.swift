import PDECore
import PDEData
import PDESolvers

/// Computes samples of one recipe of Landau's equation on one thread.
final class LandauTrialMaker: TrialMaker {
    private let recipe: Recipe
    private let problem: LandauProblem
    private let solver: LandauSolver
    private let storedPoints: [Int]
    /// The smallest relative change from frame to frame: below, there is little but the round-off of single precision.
    private static let leastChange = 1e-6

    init(_ recipe: Recipe, _ problem: LandauProblem) {
        self.recipe = recipe
        self.problem = problem
        solver = LandauSolver(recipe, problem)
        let (n, stored, step) = (recipe.resolution, recipe.frames.resolution, recipe.stride)
        storedPoints = (0..<problem.equation.dimensions).reduce([0]) { offsets, _ in
            offsets.flatMap { offset in (0..<stored).map { offset * n + $0 * step } }
        }
    }

    func trial(index: Int, attempt: Int, _ watch: SampleWatch) throws(SampleStopped) -> Trial {
        let (exponent, density) = problem.draw(index: index, attempt: attempt, in: recipe)
        let size = storedPoints.count
        var values: [Float] = []
        values.reserveCapacity(recipe.frames.count * size)
        var repetition: String?
        let health = try solver.solve(exponent: exponent, density, watch) { frame, state in
            let isFinite = storedPoints.allSatisfy { state[0, $0].isFinite }
            guard isFinite else { return false }
            values += storedPoints.map { Float(state[0, $0]) }
            if frame > 0, !problem.health.allowsSteady, change(values, frame: frame) < Self.leastChange {
                repetition =
                    "frame \(frame) repeats the one before: the density has come to equilibrium; ask for fewer frames, or store "
                    + "it all the same (health.steady)"
            }
            return repetition == nil
        }
        let reason = health.complaint(problem.health)
        if let reason, health.failure != nil {
            return .refused(reason, postMortem(values, exponent, density, index, attempt, reason))
        }
        if let reason = reason ?? repetition { return .refused(reason, nil) }
        guard values.count == recipe.frames.count * size else { return .refused("a density is not finite", nil) }
        guard let particles = problem.solver.particles else {
            return sound(values, nil, exponent, density, index, attempt, health)
        }
        let trajectory = try ParticleTrajectory(
            particles, exponent: exponent, density, index: index, attempt: attempt, recipe, problem, watch)
        if let reason = trajectory.complaint(problem.health) { return .refused(reason, nil) }
        return sound(values, trajectory, exponent, density, index, attempt, health)
    }

    /// The relative L2 change of a frame from the one before.
    private func change(_ values: [Float], frame: Int) -> Double {
        let size = storedPoints.count
        var (difference, norm) = (0.0, 0.0)
        for point in frame * size..<(frame + 1) * size {
            let (now, before) = (Double(values[point]), Double(values[point - size]))
            difference += (now - before) * (now - before)
            norm += now * now
        }
        return (difference / norm).squareRoot()
    }

    /// The last frame before the solver gave up.
    private func postMortem(
        _ values: [Float], _ exponent: Double, _ density: VelocityDensity, _ index: Int, _ attempt: Int,
        _ reason: String
    ) -> PostMortem? {
        let size = storedPoints.count
        guard values.count >= size else { return nil }
        let sample = Sample(
            index: index, attempt: attempt, fields: [Array(values.suffix(size))],
            scalars: parameters(exponent).mapValues { [$0] }, notes: ["initial": density.text])
        let time = Double(values.count / size - 1) * recipe.frames.interval
        return PostMortem(attempt: attempt, time: time, sample: sample, reason: reason)
    }

    private func parameters(_ exponent: Double) -> [String: Double] {
        ["gamma": exponent, "strength": problem.equation.strength]
    }

    private func sound(
        _ values: [Float], _ trajectory: ParticleTrajectory?, _ exponent: Double, _ density: VelocityDensity,
        _ index: Int, _ attempt: Int, _ health: LandauHealth
    ) -> Trial {
        let equilibrium = DensityMoments.equilibriumEntropy(dimensions: density.dimensions)
        let difficulty = [
            "gamma": exponent, "initial_kind": density.number, "anisotropy": density.anisotropy,
            "beam_distance": density.beamDistance, "coldest": density.coldest,
            "relative_entropy": health.moments[0].entropy - equilibrium,
        ]
        var measures = [
            "mass_drift": health.massDrift, "momentum": health.momentum, "energy_drift": health.energyDrift,
            "entropy_rise": health.entropyRise, "negative_share": health.negativeShare,
        ]
        measures["bkw_error"] = health.exactError
        measures["covariance_error"] = health.covarianceError
        if let trajectory {
            measures["particle_steps"] = Double(trajectory.steps)
            measures["particle_energy_drift"] = trajectory.energyDrift
            measures["particle_momentum"] = trajectory.momentum
            measures["particle_covariance_difference"] = difference(trajectory, health)
        }
        var scalars = difficulty.merging(measures) { $1 }.merging(parameters(exponent)) { $1 }.mapValues { [$0] }
        scalars["steps"] = [Double(health.steps)]
        // Files need a number for every sample: one that no error can be says that nothing exact is known.
        for name in ["bkw_error", "covariance_error"] where scalars[name] == nil { scalars[name] = [-1] }
        for (name, _, value) in LandauProblem.moments(dimensions: density.dimensions) {
            scalars[name] = health.moments.map(value)
        }
        scalars["entropy_dissipation"] = health.dissipation
        let sample = Sample(
            index: index, attempt: attempt, fields: [values], particles: trajectory.map { [$0.velocities] } ?? [],
            scalars: scalars, notes: ["initial": density.text])
        let record = SampleRecord(
            index: index, attempt: attempt, difficulty: difficulty, health: measures, steps: health.steps,
            initialState: fingerprint(of: [Float(exponent)] + values.prefix(storedPoints.count)))
        return .sound(sample, record)
    }

    /// Largest difference of a component of the particles' covariance to the density's.
    private func difference(_ trajectory: ParticleTrajectory, _ health: LandauHealth) -> Double {
        zip(trajectory.covariances, health.moments).reduce(0) { largest, pair in
            zip(pair.0.storage, pair.1.covariance.storage).reduce(largest) { max($0, abs($1.0 - $1.1)) }
        }
    }
}
