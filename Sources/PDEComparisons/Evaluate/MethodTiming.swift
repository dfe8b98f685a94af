import PDEEvaluation
import PDEHybrids
import PDESolvers

/// Takes a method's steps and times them alone.
struct MethodTiming {
    private let name: String
    private let particles: Int
    private let recorded: [Int]

    /// What a method may take.
    static let patience = Duration.seconds(60)

    /// Of a method that moves so many particles and is looked at after these of its steps, the last of which is the end.
    init(_ name: String, particles: Int, recorded: [Int]) {
        (self.name, self.particles, self.recorded) = (name, particles, recorded)
    }

    /// - Parameters:
    ///   - told: called after every step.
    ///   - conserved: momentum and energy.
    ///   - record: what the state is worth.
    ///   - step: takes the step of a number, from 1 on.
    func follow(
        _ told: () throws -> Void, conserved: () -> (momentum: [Double], energy: Double), record: () -> ParticleRecord,
        step: (Int) throws(LandauStepError) -> Void
    ) throws -> ParticleResult {
        let clock = ContinuousClock()
        let start = conserved()
        var (records, seconds, outcome) = ([record()], 0.0, "finished")
        for number in 1...recorded.last! {
            let before = clock.now
            do throws(LandauStepError) { try step(number) } catch {
                outcome = "\(error)"
                if case .stopped = error { outcome += ": it took more than \(Self.patience)" }
                break
            }
            seconds += (clock.now - before) / .seconds(1)
            try told()
            if recorded.contains(number) { records.append(record()) }
        }
        let end = conserved()
        let momentum = zip(end.momentum, start.momentum).map { abs($0 - $1) }.max()!
        return ParticleResult(
            method: name, particles: particles, outcome: outcome, records: records.filter(\.isFinite),
            momentumDrift: momentum / start.energy, energyDrift: abs(end.energy / start.energy - 1), seconds: seconds)
    }
}

extension ParticleRecord {
    /// Whether it can be written down: a method that has failed has no numbers.
    fileprivate var isFinite: Bool {
        [scoreError, covarianceError, fourthMomentError, densityError, entropy].allSatisfy { $0?.isFinite ?? true }
    }
}

extension LandauParticles {
    /// The steps after which the state is looked at, ten or all.
    var recordedSteps: [Int] { (1...steps).filter { $0 * 10 / steps > ($0 - 1) * 10 / steps } }
}
