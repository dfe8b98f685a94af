import Glibc
import PDEData
import PDESolvers

extension LandauProblem {
    /// The names of the velocity axes.
    static func axisNames(_ dimensions: Int) -> [String] { Array(["x", "y", "z"].prefix(dimensions)) }

    /// The moments of every frame: name, meaning, value.
    static func moments(
        dimensions: Int
    ) -> [(name: String, summary: String, value: @Sendable (DensityMoments) -> Double)] {
        let names = axisNames(dimensions)
        var all: [(name: String, summary: String, value: @Sendable (DensityMoments) -> Double)] = [
            ("mass", "∫f dv", { $0.mass })
        ]
        for (i, name) in names.enumerated() {
            all.append(("momentum_\(name)", "∫v_\(name) f dv", { $0.momentum[i] }))
        }
        all.append(("energy", "½∫|v|²f dv", { $0.energy }))
        for (i, a) in names.enumerated() {
            for (j, b) in names.enumerated() where j >= i {
                all.append(
                    ("covariance_\(a)\(b)", "covariance of v_\(a) and v_\(b)", { $0.covariance[i, j] }))
            }
        }
        all.append(("fourth_moment", "∫|v|⁴f dv over the mass", { $0.fourthMoment }))
        all.append(("entropy", "∫f log f dv, which falls", { $0.entropy }))
        return all
    }

    /// The axes of difficulty, with their meanings; γ is a parameter.
    private var difficulty: [(String, String)] {
        let areGiven = initial.leaves.contains { if case .temperatures = $0 { true } else { false } }
        let given = areGiven ? ", 3 Gaussian of given temperatures" : ""
        return [
            ("initial_kind", "0 BKW, 1 two beams, 2 Gaussian\(given); provenance/initial has it as JSON"),
            ("anisotropy", "ratio of the highest to the lowest temperature at the start"),
            ("beam_distance", "distance of the beams in thermal speeds; 0 for other states"),
            ("coldest", "lowest temperature of any part at the start: what the grid has to resolve"),
            ("relative_entropy", "entropy above that of the equilibrium at the start: how far from it"),
        ]
    }

    /// The numbers of health, with their meanings.
    private static let healthNumbers = [
        ("mass_drift", "largest relative change of the mass"),
        ("momentum", "largest component of the momentum, which is 0"),
        ("energy_drift", "largest relative change of the energy"),
        ("entropy_rise", "largest rise of the entropy from one frame to the next; 0 if it always falls"),
        ("negative_share", "largest share of the mass that is negative"),
        ("bkw_error", "largest relative L2 error against the exact solution; -1 where none is known"),
        ("covariance_error", "largest error of the covariance, which is known for gamma = 0; -1 elsewhere"),
    ]

    private static let particleNumbers = [
        ("particle_steps", "time steps of the particles"),
        ("particle_energy_drift", "largest relative change of the particles' energy"),
        ("particle_momentum", "largest component of the particles' momentum, which is 0"),
        (
            "particle_covariance_difference",
            "largest difference of the particles' covariance to the density's: sampling and score"
        ),
    ]

    /// Axes, fields and numbers.
    public func description(in recipe: Recipe) -> DatasetDescription {
        let axis = grid(in: recipe).axes[0]
        let coordinates = Swift.stride(from: 0, to: axis.count, by: recipe.stride).map { axis.coordinates[$0] }
        let names = Self.axisNames(equation.dimensions)
        let health =
            [("steps", "time steps of the Fourier method")] + Self.healthNumbers
            + (solver.particles == nil ? [] : Self.particleNumbers)
        let moments =
            Self.moments(dimensions: equation.dimensions).map { ($0.name, $0.summary) }
            + [("entropy_dissipation", "how fast the entropy falls: −∫Q(f) log f dv")]
        return DatasetDescription(
            name: recipe.name, title: recipe.title,
            dimensions: names.map { Dimension(name: "v\($0)", coordinates: coordinates, length: recipe.length) },
            times: recipe.frames.times,
            fields: [
                FieldDescription(
                    name: "density", order: 0, summary: "f(v), with velocities in thermal speeds of the equilibrium")
            ],
            parameters: [
                ScalarDescription(
                    name: "gamma", summary: "exponent of the kernel: 0 Maxwell molecules, -3 Coulomb's force"),
                ScalarDescription(name: "strength", summary: "C of the kernel", isSampleVarying: false),
            ],
            scalars: difficulty.map { ScalarDescription(name: $0, summary: "difficulty: \($1)") },
            diagnostics: health.map { ScalarDescription(name: $0, summary: "health: \($1)") }
                + moments.map { ScalarDescription(name: $0, summary: $1, isTimeVarying: true) },
            boundaries: names.map { Boundary(.open, dimension: "v\($0)") },
            particles: solver.particles.map { particles in
                [
                    ParticleDescription(
                        name: "velocity", count: particles.count, components: names.map { "v\($0)" },
                        summary:
                            "velocities of particles of equal weight, in thermal speeds; a particle keeps its place in all frames"
                    )
                ]
            } ?? [],
            notes: ["initial"], mayRepeat: self.health.allowsSteady)
    }
}

extension DensityMoments {
    /// ∫f log f of the equilibrium of mass 1 and temperature 1.
    static func equilibriumEntropy(dimensions: Int) -> Double { -Double(dimensions) / 2 * log(2 * .pi * M_E) }
}
