import PDECommand
import PDECore
import PDEGeneration
import PDEStudies
import PDETraining

/// Says how far a study is: of its datasets, then of each run, and what came out of it.
final class TrainingReporter {
    /// How progress is written.
    let mode: ProgressReporter.Mode
    private var notice: String?
    private var progress: ProgressReporter?
    /// Whether the run had come to its end before.
    private var wasFinished = false

    /// - Parameter notice: what is said once, with the first line of progress.
    init(_ mode: ProgressReporter.Mode, notice: String?) { (self.mode, self.notice) = (mode, notice) }

    /// Who is told of everything.
    var observer: Study.Observer {
        Study.Observer(making: making, training: training, trained: trained, failed: failed)
    }

    /// Ends the line of progress with the work, however that ends.
    func ending<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            let result = try work()
            finish()
            return result
        } catch StudyError.interrupted(let dataset) {
            finish()
            throw StudyError.interrupted(dataset: dataset)
        } catch {
            finish("stopped by an error")
            throw error
        }
    }

    private func begin(_ title: String, _ total: Int, _ unit: String, startingAt done: Int = 0) {
        progress = ProgressReporter(title, total: total, unit: unit, startingAt: done, mode: mode)
        if let notice { progress?.note(notice) }
        notice = nil
    }

    private func finish(_ extra: String = "") {
        progress?.finish(extra: extra)
        progress = nil
    }

    private func making(_ source: DatasetSource) -> Generation.Observer {
        finish()
        Interrupt.install(announce: mode != .json)
        return Generation.Observer(
            start: { pending in
                if self.progress == nil { self.begin(source.recipe?.name ?? source.folder, pending, "samples") }
            }, sample: { _ in self.progress?.advance() }, note: { self.progress?.note($0) })
    }

    private func training(_ training: Training) -> Training.Observer {
        finish()
        Interrupt.install(announce: mode != .json)
        var valid = ""
        return Training.Observer(
            begin: { done, total in
                self.wasFinished = done == total
                self.begin(training.experiment.name, total, "steps", startingAt: done)
            },
            step: { done, loss in
                self.progress?.update(done: done, extra: "loss \(formatSignificant(loss, digits: 3))\(valid)")
            },
            validated: { record, isBest in
                valid = ", valid \(formatSignificant(record.validLoss, digits: 3))"
                self.progress?.event(
                    "validated",
                    [
                        "step": .int(record.step), "epoch": .int(record.epoch),
                        "train_loss": .double(record.trainLoss), "valid_loss": .double(record.validLoss),
                        "is_best": .bool(isBest),
                    ])
            }, note: { self.progress?.warning($0) }, demand: { self.progress?.note($0) })
    }

    private func failed(_ training: Training, _ error: any Error) {
        finish("stopped by an error")
        StandardStream.error.write("pdetrain: \(training.folder): \(error)\n")
    }

    private func trained(_ training: Training, _ outcome: Training.Outcome) throws {
        finish()
        guard !outcome.isInterrupted else { return }
        // All is saved, and what is measured now can be measured again.
        Interrupt.endsProcess()
        StandardStream.output.write(try TrainingSummary(training, outcome).text())
        if wasFinished {
            StandardStream.output.write(
                "  more      it was finished: pdetrain \(training.folder) --resume --set budget.epochs=N goes on\n")
        }
    }
}
