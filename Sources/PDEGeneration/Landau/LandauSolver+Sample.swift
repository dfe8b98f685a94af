import PDEData
import PDESolvers

extension LandauSolver {
    var complaint: String? { health.complaint(problem.health) }

    /// Below, there is little but the round-off of single precision.
    var leastChange: Double { 1e-6 }

    var steadyAdvice: String {
        "the density has come to equilibrium; ask for fewer frames, or store it all the same (health.steady)"
    }

    /// The last frame before the solver gave up.
    func lastState(of draw: Draw) -> LastState? {
        guard health.failure != nil else { return nil }
        let state = SolvedSample(
            fields: stored, scalars: parameters(draw).mapValues { [$0] }, notes: ["initial": draw.density.text])
        return LastState(time: time, state)
    }

    private func parameters(_ draw: Draw) -> [String: Double] {
        ["gamma": draw.exponent, "strength": problem.equation.strength]
    }

    /// Moves the particles too, where there are some.
    func finish(_ fields: [[Float]], of draw: Draw, _ watch: SampleWatch) throws(SampleStopped) -> Trial {
        guard let particles = problem.solver.particles else { return .sound(sample(fields, draw, nil)) }
        let cloud = ParticleTrajectory(particles, draw, recipe, problem)
        try cloud.run(frames: recipe.frames.count, watch) { _ in true }
        if let reason = cloud.complaint(problem.health) { return .refused(reason, nil) }
        return .sound(sample(fields, draw, cloud))
    }

    private func sample(_ fields: [[Float]], _ draw: Draw, _ cloud: ParticleTrajectory?) -> SolvedSample {
        let density = draw.density
        let equilibrium = DensityMoments.equilibriumEntropy(dimensions: density.dimensions)
        let difficulty = [
            "gamma": draw.exponent, "initial_kind": density.number, "anisotropy": density.anisotropy,
            "beam_distance": density.beamDistance, "coldest": density.coldest,
            "relative_entropy": health.moments[0].entropy - equilibrium,
        ]
        var measures = [
            "mass_drift": health.massDrift, "momentum": health.momentum, "energy_drift": health.energyDrift,
            "entropy_rise": health.entropyRise, "negative_share": health.negativeShare,
        ]
        measures["bkw_error"] = health.exactError
        measures["covariance_error"] = health.covarianceError
        if let cloud {
            measures["particle_steps"] = Double(cloud.steps)
            measures["particle_energy_drift"] = cloud.energyDrift
            measures["particle_momentum"] = cloud.momentum
            measures["particle_covariance_difference"] = difference(cloud)
        }
        var scalars = parameters(draw).mapValues { [$0] }
        scalars["steps"] = [Double(health.steps)]
        // Files need a number for every sample: one that no error can be says that nothing exact is known.
        for name in ["bkw_error", "covariance_error"] where measures[name] == nil { scalars[name] = [-1] }
        for (name, _, value) in LandauProblem.moments(dimensions: density.dimensions) {
            scalars[name] = health.moments.map(value)
        }
        scalars["entropy_dissipation"] = health.dissipation
        var sample = SolvedSample(
            fields: fields, difficulty: difficulty, health: measures, steps: health.steps, scalars: scalars,
            notes: ["initial": density.text],
            identity: [Float(draw.exponent)] + fields[0].prefix(fields[0].count / recipe.frames.count))
        sample.particles = cloud.map { [$0.velocities] } ?? []
        return sample
    }

    /// Largest difference of a component of the particles' covariance to the density's.
    private func difference(_ cloud: ParticleTrajectory) -> Double {
        zip(cloud.covariances, health.moments).reduce(0) { largest, pair in
            zip(pair.0.storage, pair.1.covariance.storage).reduce(largest) { max($0, abs($1.0 - $1.1)) }
        }
    }
}
