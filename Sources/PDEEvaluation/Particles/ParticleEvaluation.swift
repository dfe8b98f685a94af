import PDEConfig
import PDEData
import PDEPlot

/// What a particle method's state is worth at one time; errors that need what is not known are nil.
public struct ParticleRecord: Codable, Equatable, Sendable {
    /// The time since the start.
    public var time: Double
    /// The root mean square error of the score over that of the score, over the particles.
    public var scoreError: Double?
    /// The largest error of an entry of the covariance over the temperature.
    public var covarianceError: Double
    /// The relative error of ⟨|v|⁴⟩.
    public var fourthMomentError: Double
    /// The root mean square error of the density that particles carry over that of the density, over the particles.
    public var densityError: Double?
    /// ∫f log f as the method itself has it.
    public var entropy: Double?

    /// A record.
    public init(
        time: Double, scoreError: Double?, covarianceError: Double, fourthMomentError: Double, densityError: Double?,
        entropy: Double?
    ) {
        (self.time, self.scoreError, self.covarianceError) = (time, scoreError, covarianceError)
        (self.fourthMomentError, self.densityError, self.entropy) = (fourthMomentError, densityError, entropy)
    }
}

/// What one particle method did.
public struct ParticleResult: Codable, Equatable, Sendable {
    /// The method's name.
    public var method: String
    /// Particles that it moves.
    public var particles: Int
    /// How it ended: `finished`, or why it stopped.
    public var outcome: String
    /// At the start, and from then on.
    public var records: [ParticleRecord]
    /// The largest change of a component of the momentum, and that of the energy, over the energy.
    public var momentumDrift, energyDrift: Double
    /// Seconds of all steps.
    public var seconds: Double
    /// ‖f̃ − f‖ in L2 at the end, f̃ a kernel estimate of the particles' density; nil where f is not known.
    public var kernelDensityError: Double?

    /// A result.
    public init(
        method: String, particles: Int, outcome: String, records: [ParticleRecord], momentumDrift: Double,
        energyDrift: Double, seconds: Double, kernelDensityError: Double? = nil
    ) {
        (self.method, self.particles, self.outcome, self.records) = (method, particles, outcome, records)
        (self.momentumDrift, self.energyDrift, self.seconds) = (momentumDrift, energyDrift, seconds)
        self.kernelDensityError = kernelDensityError
    }

    /// Whether it reached the end.
    public var hasFinished: Bool { outcome == "finished" }
}

/// What a kernel estimate of the density itself costs: no particles are nearer to the density than draws from it.
public struct KernelDensityFloor: Codable, Equatable, Sendable {
    /// ‖f̃ − f‖ of as many particles that are drawn from f, a mean over some draws.
    public var error: Double
    /// ‖f‖.
    public var norm: Double

    /// A floor.
    public init(error: Double, norm: Double) { (self.error, self.norm) = (error, norm) }
}

/// A bound of a network's score error that needs no score: by Hyvärinen's identity E|s − ∇log f|² = E(|s|² + 2∇·s) + E|∇log f|², the first
/// mean over particles that the network was not fitted to, with its 95 % interval; the second, the Fisher information, never grows under
/// Maxwell molecules, and in three dimensions for no γ from −3 to 1, so that its initial value bounds it.
///
/// Sources: C. Villani, "Decrease of the Fisher information for solutions of the spatially homogeneous Landau equation with Maxwellian
/// molecules", Math. Models Methods Appl. Sci. 10 (2000); N. Guillen & L. Silvestre, "The Landau equation does not blow up" (2023).
public struct ScoreCertificate: Codable, Equatable, Sendable {
    /// The time since the start.
    public var time: Double
    /// E|s − ∇log f|² is below this, relative to the Fisher information, as a root: a relative error.
    public var bound: Double
    /// The half width of the mean's interval over the Fisher information.
    public var halfWidth: Double
    /// The error itself on the same particles, where the score is known.
    public var error: Double?

    /// A certificate.
    ///
    /// - Parameters:
    ///   - time: the time since the start.
    ///   - terms: |s|² + 2∇·s of particles that the network was not fitted to.
    ///   - information: the Fisher information, or a bound of it.
    ///   - error: the relative error itself.
    public init(time: Double, terms: [Double], information: Double, error: Double?) {
        precondition(terms.count > 1 && information > 0, "terms: expected two or more, got \(terms.count)")
        let count = Double(terms.count)
        let mean = terms.reduce(0, +) / count
        let variance = terms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        self.time = time
        halfWidth = 1.96 * (variance / count).squareRoot() / information
        bound = max(0, mean / information + 1 + halfWidth).squareRoot()
        self.error = error
    }

    /// Whether the error lies below the bound; nil where it is not known.
    public var holds: Bool? { error.map { $0 <= bound } }
}

/// Neural particles against other particle methods: what `metrics.json` holds and the report is made of.
public struct ParticleEvaluation: Codable, Equatable, Sendable {
    /// What the layout of the file is.
    public var format: String
    /// The run.
    public var run: String
    /// Seconds that its training took.
    public var trainingSeconds: Double
    /// Components of a velocity.
    public var dimensions: Int
    /// The time that was covered.
    public var time: Double
    /// The steps that it took.
    public var steps: Int
    /// Results, the network's first.
    public var results: [ParticleResult]
    /// Bounds of the network's error.
    public var certificates: [ScoreCertificate]
    /// What moments are held against where no exact law is known; nil where one is.
    public var reference: String?
    /// The least error of a kernel density; nil where the density is not known.
    public var kernelDensity: KernelDensityFloor?

    /// The layout that this version writes and reads.
    public static let currentFormat = "pdekit-particle-evaluation-1"

    /// An evaluation.
    public init(
        run: String, trainingSeconds: Double, dimensions: Int, time: Double, steps: Int, results: [ParticleResult],
        certificates: [ScoreCertificate], reference: String? = nil, kernelDensity: KernelDensityFloor? = nil
    ) {
        precondition(results.allSatisfy { !$0.records.isEmpty }, "results: expected records of all")
        precondition(!results.isEmpty, "results: expected one at least")
        format = Self.currentFormat
        (self.run, self.trainingSeconds, self.dimensions) = (run, trainingSeconds, dimensions)
        (self.time, self.steps, self.results, self.certificates) = (time, steps, results, certificates)
        (self.reference, self.kernelDensity) = (reference, kernelDensity)
    }

    /// Writes `metrics.json`, with a checksum as its last member.
    /// - Throws: `ConfigurationError` for a number that is not finite; what writing the file throws.
    public func write(to path: String) throws {
        try AtomicFile.write(SealedText.sealed(StrictEncoder().encode(self).serialized() + "\n"), to: path)
    }

    /// What it comes to, in sentences.
    public var sentences: [String] {
        let own = results[0]
        var text: [String] = []
        if !own.hasFinished { text.append("it stopped: \(own.outcome)") }
        let last = own.records.last!
        func said(_ name: String, _ value: Double?) -> String? { value.map { "\(name) \(ReportText.number($0))" } }
        let errors = [
            said("score", last.scoreError), said("covariance", last.covarianceError),
            said("fourth moment", last.fourthMomentError), said("density", last.densityError),
        ].compactMap { $0 }
        text.append("relative errors at t = \(NumberText.short(last.time)): \(errors.joined(separator: ", "))")
        for other in results.dropFirst() where other.hasFinished && own.hasFinished {
            let end = other.records.last!
            let known = last.scoreError.flatMap { mine in end.scoreError.map { (mine, $0) } }
            let (mine, theirs) = known ?? (last.covarianceError, end.covarianceError)
            // The exact score has none.
            guard theirs > 1e-12 else { continue }
            text.append(
                "its \(known == nil ? "covariance" : "score") error is \(ReportText.number(mine / theirs)) times that of "
                    + "\(other.method), in \(ReportText.number(own.seconds / max(other.seconds, 1e-9))) times the seconds"
            )
        }
        if let floor = kernelDensity, let error = own.kernelDensityError {
            text.append(
                "a kernel density of its particles is \(ReportText.number(error)) off in L2, one of as many exact samples "
                    + "\(ReportText.number(floor.error)), with a norm of the density of \(ReportText.number(floor.norm))"
            )
        }
        if let certificate = certificates.last {
            let truth =
                certificate.error.map {
                    "; it is \(ReportText.number($0)), \(certificate.holds == true ? "below" : "above") that"
                } ?? ""
            text.append(
                "without knowing the score its error is certified to be below \(ReportText.number(certificate.bound)) at t = "
                    + NumberText.short(certificate.time) + truth)
        }
        let entropies = own.records.compactMap(\.entropy)
        if entropies.count > 1 {
            let isFalling = zip(entropies, entropies.dropFirst()).allSatisfy { $1 < $0 }
            text.append(
                "its entropy \(isFalling ? "falls from each record to the next" : "does not fall all the time")")
        }
        return text.map { $0.capitalizedFirst + "." }
    }
}
