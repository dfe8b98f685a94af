import PDEComparisons
import PDECore
import PDEEvaluation
import PDEHybrids
import PDEOperators
import PDEStudies
import PDETensor
import PDETraining
import Testing

/// What a Gaussian process says of its own rollouts.
@Suite("Rollouts of a Gaussian process", .serialized)
struct ProcessEvaluationTests {
    private let small: SmallStudy
    private var run: String { "\(small.folder)/run" }

    init() throws {
        small = try SmallStudy()
        let source = try small.burgers()
        var experiment = small.experiment(on: source)
        (experiment.model, experiment.precision) = (
            GaussianProcessArchitecture(inputs: PrincipalComponents(count: 6)), .double
        )
        try Study(experiment, on: source, in: run, threads: 1).train()
    }

    @Test("its evaluation has a band, the same each time")
    func bands() throws {
        let found = try (1...2).map { threads in
            let findings = try RunsEvaluation(of: [run], hasSolvers: false, threads: threads).run()
            try findings.write(to: "\(run)/report")
            guard case .rollouts(let evaluation, _, _) = findings else { throw StudyError.noFrames(run: run) }
            return try #require(evaluation.bands)
        }
        #expect(found[0] == found[1] && found[0].count == 1)
        let band = found[0][0]
        #expect(band.contestant == "run" && band.steps == [1, 2, 3, 4] && band.trajectories == 2 && band.members == 16)
        #expect(
            band.deviation.allSatisfy { $0 > 0 && $0.isFinite } && band.coverage.allSatisfy { $0 > 0.3 && $0 <= 1 },
            "\(band)")
        #expect(RunVerification(of: "\(run)/report").findings.isEmpty)
    }

    @Test("members spread as far as the posterior says, and repeat themselves where they come by again")
    func draws() throws {
        let stepper = try NetworkStepper<Double>(folder: run)
        let process = try #require(stepper.model.surrogate.network as? ProcessOperator<Double>)
        let members = 600
        let ensemble = try #require(try ProcessEnsembleStepper(stepper, members: members, seed: 3))
        var field = Field<Float>(on: .periodic(dimensions: 1, count: 32, length: 1))
        for point in 0..<32 { field[0, point] = Float(point % 8) / 8 - 0.4 }
        let start = try stepper.state(from: [field], parameters: ["viscosity": 0.1])
        var state = ensemble.state(start, trajectory: 7)
        ensemble.advance(&state)
        var frames = [[Float]](repeating: [Float](repeating: 0, count: 32), count: members)
        for member in 0..<members { ensemble.read(state, member: member, into: &frames[member]) }
        let x = stepper.model.surrogate.input(start.states, conditions: start.conditions)
        // What is drawn is the operator, which has no noise.
        let deviations = process.deviations(x).values
        let known = (1 - process.noise / process.remainders(x)[0]).squareRoot()
        let scale = stepper.model.surrogate.normalization.outputDeviation[0]
        var mean = start
        stepper.advance(&mean)
        let expected = mean.states.values
        for point in 0..<32 {
            let values = frames.map { Double($0[point]) }
            let center = values.reduce(0, +) / Double(members)
            let spread = (values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(members - 1)).squareRoot()
            let said = known * scale * deviations[point]
            #expect(abs(spread / said - 1) < 0.12, "\(spread) \(said)")
            #expect(abs(center - expected[point]) < 5 * said / Double(members).squareRoot() + 1e-6)
        }
        // The same again from the same seed; elsewhere for another trajectory.
        func first(_ trajectory: Int) throws -> [Float] {
            var state = ensemble.state(start, trajectory: trajectory)
            ensemble.advance(&state)
            var frame = [Float](repeating: 0, count: 32)
            ensemble.read(state, member: 0, into: &frame)
            return frame
        }
        #expect(try first(7) == frames[0] && first(8) != frames[0])
        #expect(
            try ProcessEnsembleStepper(
                NetworkStepper<Double>(folder: run), members: 2, seed: 0) != nil)
    }
}
