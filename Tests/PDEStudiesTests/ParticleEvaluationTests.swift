import Foundation
import PDEComparisons
import PDEEvaluation
import PDEHybrids
import PDEOperators
import PDEStudies
import PDETraining
import Testing

/// A trained score followed by particles, beside other particle methods.
@Suite("Evaluation of particles", .serialized)
struct ParticleEvaluationTests {
    private let small: SmallStudy

    init() throws { small = try SmallStudy() }

    private func evaluation(
        _ task: any TrainingTask, epochs: Int, batch: Int = 512
    ) throws -> (ParticleEvaluation, String) {
        let run = "\(small.folder)/\(UUID().uuidString)"
        let experiment = Experiment(
            "score", task: task, model: NoNetwork(), optimizer: OptimizerSettings(learningRate: 5e-3),
            budget: Budget(epochs: epochs, batch: batch))
        _ = try Training(experiment, dataset: "", folder: run, seed: 1, threads: 1, kinds: .hybrid).run()
        var (begun, told): ([Int], [RolloutEvaluator.Progress]) = ([], [])
        let findings = try RunsEvaluation(of: [run]).run(
            observer: RunsEvaluation.Observer(begin: { total, _ in begun.append(total) }, progress: { told.append($0) })
        )
        guard case .particles(let found, let title, let motion) = findings else {
            Issue.record("expected particles")
            throw StudyError.noFrames(run: run)
        }
        #expect(title == "score")
        // The reference's times are the first to be told of, after the beginning, and the end is where it was said to be.
        let solved = told.prefix { $0.contestant == "reference" }.count
        let recorded = found.results[0].records.count - 1
        #expect(solved == (found.reference == nil ? 0 : recorded) && told[solved].contestant == "network")
        #expect(begun.count == 1 && told.map(\.done) == Array(1...told.count))
        #expect(told.allSatisfy { $0.total == begun[0] })
        if found.results.allSatisfy(\.hasFinished) { #expect(told.count == begun[0]) }
        // Eleven places of each particle that is shown.
        let drawn = motion.svg(label: "particles")
        #expect(drawn.matches(of: /<animate attributeName="cx"/).count == drawn.matches(of: /<circle/).count)
        #expect(drawn.contains("<circle r=\"2.5\" cx=") && !drawn.contains("nan"))
        try findings.write(to: "\(run)/report")
        #expect(RunVerification(of: "\(run)/report").findings.isEmpty)
        #expect(throws: StudyError.noFrames(run: run)) { try RunsEvaluation(of: [run], steps: 3) }
        return (found, run)
    }

    @Test("errors, drifts, entropy and a certificate that holds stand beside the exact score, a cubic fit and blobs")
    func bkw() throws {
        let task = LandauScoreTask(
            LandauParticles(dimensions: 3, particles: 600, time: 0.4, timeStep: 0.05), width: 24, fits: 10,
            symmetry: .rotations, draws: 5120)
        let (found, _) = try evaluation(task, epochs: 20)
        #expect(
            found.results.map(\.method)
                == [
                    "network", "exact score", "cubic fit", "blobs on a mesh", "blobs", "pairwise collisions",
                    "Fourier method, 24³ points",
                ])
        for result in found.results {
            let drift = result.method.hasPrefix("Fourier") ? 1e-5 : 1e-12
            #expect(result.hasFinished && result.momentumDrift < drift && result.energyDrift < 1e-3, "\(result)")
            #expect(abs(result.records.last!.time - 0.4) < 1e-9 && result.records.count == 9)
        }
        let (network, exact) = (found.results[0].records.last!, found.results[1].records.last!)
        #expect(network.scoreError! < 0.3 && exact.scoreError! < 1e-12, "\(network)")
        #expect(network.densityError! < 0.2 && network.densityError! > 0 && exact.densityError == nil)
        #expect(network.covarianceError < 0.02 && found.results[2].records.last!.covarianceError < 1e-3)
        let fourier = found.results[6].records
        #expect(fourier.last!.fourthMomentError < 1e-3 && fourier.last!.entropy! < fourier[0].entropy!)
        // Kernel densities tell particles apart little: draws from the density are as far from it.
        let floor = try #require(found.kernelDensity)
        #expect(floor.error > 0.015 && floor.error < 0.06 && abs(floor.norm - 0.14) < 0.02, "\(floor)")
        for result in found.results.dropLast() {
            #expect(abs(result.kernelDensityError! / floor.error - 1) < 0.4, "\(result.method)")
        }
        #expect(found.results[6].kernelDensityError == nil)
        let entropies = found.results[0].records.compactMap(\.entropy)
        #expect(entropies.count == 9 && zip(entropies, entropies.dropFirst()).allSatisfy { $1 < $0 })
        let said = found.sentences.filter { $0.hasPrefix("Its score error is") }
        #expect(said.count == 3 && !said.contains { $0.contains("exact") })
        #expect(found.certificates.map(\.holds) == [true, true] && found.certificates[1].error! > 0.01)
    }

    @Test("a cell in which there is nothing at the start has no part in the entropy")
    func emptyCell() throws {
        let task = LandauScoreTask(
            LandauParticles(dimensions: 2, particles: 441, lattice: true, time: 0.02, timeStep: 0.01), width: 12,
            fits: 2, draws: 1024)
        let (found, run) = try evaluation(task, epochs: 2)
        #expect(found.results[0].particles == 441 && found.results[0].records.allSatisfy { $0.entropy!.isFinite })
        #expect(throws: StudyError.notOfSolvers(run: run, what: "samples to choose")) {
            try RunsEvaluation(of: [run], samples: 2)
        }
    }

    @Test("charged particles in two beams are held against the Fourier method")
    func beams() throws {
        let task = LandauScoreTask(
            LandauParticles(dimensions: 3, beams: 2, gamma: -3, particles: 500, time: 1, timeStep: 0.1), width: 16,
            fits: 5, symmetry: .reflections, draws: 2048)
        let (found, _) = try evaluation(task, epochs: 10)
        #expect(
            found.results.map(\.method)
                == [
                    "network", "cubic fit", "blobs on a mesh", "blobs", "pairwise collisions",
                    "Fourier method, 24³ points",
                ])
        #expect(found.reference == "the Fourier method, 32³ points" && found.kernelDensity == nil)
        for result in found.results {
            let last = result.records.last!
            #expect(result.hasFinished && last.covarianceError < 0.1 && last.fourthMomentError < 0.1, "\(result)")
        }
        #expect(found.results[5].records.last!.covarianceError < 1e-3)
        #expect(found.certificates[0].holds == true && found.certificates[1].bound > 0)
    }

    @Test("where no grid can be, very many collisions are the reference")
    func manyDimensions() throws {
        let task = LandauScoreTask(
            LandauParticles(
                dimensions: 4, temperatures: [1.6, 1.2, 0.8, 0.4], gamma: -3, batch: 50, particles: 400, time: 0.4,
                timeStep: 0.1), width: 16, fits: 5, symmetry: .reflections, draws: 1024)
        let (found, _) = try evaluation(task, epochs: 4)
        #expect(found.reference == "collisions of 200000 particles" && found.certificates.count == 1)
        #expect(found.results.map(\.method) == ["network", "cubic fit", "blobs", "pairwise collisions"])
        #expect(found.results.allSatisfy { $0.hasFinished && $0.records.last!.covarianceError < 0.1 })
    }

    @Test("where the score is not known it is bounded all the same")
    func gaussian() throws {
        let task = LandauScoreTask(
            LandauParticles(
                dimensions: 5, temperatures: [1.6, 1.3, 1, 0.7, 0.4], particles: 400, time: 0.2, timeStep: 0.05),
            width: 16, fits: 5, symmetry: .reflections, draws: 1024)
        let (found, _) = try evaluation(task, epochs: 4)
        #expect(found.results.map(\.method) == ["network", "cubic fit", "blobs", "pairwise collisions"])
        let collisions = found.results[3]
        #expect(collisions.hasFinished && collisions.energyDrift < 1e-12 && collisions.momentumDrift < 1e-12)
        #expect(collisions.records.last!.covarianceError < 0.1 && collisions.records.last!.covarianceError > 0)
        #expect(found.results.allSatisfy { $0.records.allSatisfy { $0.scoreError == nil && $0.densityError == nil } })
        #expect(found.results[0].records.last!.covarianceError < 0.03)
        #expect(found.certificates.count == 2 && found.certificates[0].holds == true)
        #expect(found.certificates[1].error == nil && found.certificates[1].bound > 0)
    }

    @Test("networks that know the time are where they shall be at once, beside the same methods", arguments: [0.0, -3])
    func globalInTime(_ gamma: Double) throws {
        let system =
            gamma == 0
            ? LandauParticles(particles: 625, lattice: true, time: 0.4, timeStep: 0.02)
            : LandauParticles(dimensions: 3, beams: 2, gamma: gamma, particles: 400, time: 1, timeStep: 0.1)
        let task = LandauGlobalTask(
            system, width: 16, layers: 2, equivariant: gamma == 0, times: 4, draws: gamma == 0 ? 51_200 : 25_600)
        let (found, run) = try evaluation(task, epochs: 4, batch: 64)
        #expect(try LandauGlobalRun.holds(run) && !LandauScoreRun.holds(run))
        let network = found.results[0]
        #expect(network.hasFinished && network.momentumDrift < 1e-12 && network.energyDrift < 1e-12, "\(network)")
        #expect(network.records.count == 11 && abs(network.records.last!.time - system.time) < 1e-9)
        let (first, last) = (network.records[0], network.records.last!)
        // The Fourier method has the covariance of two beams to what its grid holds.
        #expect(first.covarianceError < (gamma == 0 ? 1e-12 : 1e-4), "\(first)")
        #expect(last.covarianceError < (gamma == 0 ? 1e-3 : 0.02), "\(last)")
        if gamma == 0 {
            #expect(first.densityError! < 1e-5 && last.densityError! < 0.1 && last.scoreError! < 0.2, "\(last)")
            let entropies = network.records.compactMap(\.entropy)
            #expect(entropies.count == 11 && entropies.last! < entropies[0])
        }
        #expect(found.results.map(\.method).contains("Fourier method, \(gamma == 0 ? "32²" : "24³") points"))
    }
}
