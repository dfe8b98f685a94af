import PDECore
import PDEData
import PDEOperators
import PDETensor

/// What training takes of memory, held against what there is before it is taken.
///
/// The parameters are counted. What a step takes grows with the windows of a batch by the same amount for each: it is measured on
/// one window and on two.
struct MemoryDemand {
    private let experiment: Experiment
    private let available: Int?
    /// A part is left for what is not tensors, and for what other processes take meanwhile.
    private static let usablePart = 0.95

    init(_ training: Training) {
        experiment = training.experiment
        available = training.availableMemory()
    }

    /// Admits a network by its number of parameters, each of `bytes` bytes.
    /// - Throws: `TrainingError.memory`.
    func admit(parameters: Double, bytes: Int) throws(TrainingError) {
        // The parameters, what the update rule keeps and the average where it is wanted: they themselves, and when a checkpoint is
        // written their values and its bytes. The derivatives, and those that a task keeps beside them.
        let kept = 1 + experiment.optimizer.rule.numbersPerParameter + (experiment.optimizer.averaging == nil ? 0 : 1)
        let copies =
            isClosedForm ? Self.closedFormCopies : 3 * kept + 1 + Double(experiment.task.partialGradients)
        let needed = parameters * Double(bytes) * copies
        guard let room = missingRoom(for: needed) else { return }
        guard !isClosedForm else {
            throw .memory(
                key: "model",
                problem: "\(Self.text(parameters, unit: "parameters")) of a \(experiment.model.kindName) take "
                    + "\(Self.text(needed)) while they are fitted, and \(Self.text(room)) are available",
                remedy: "Lower data.train or model.pairs, or raise data.stride.")
        }
        let key = experiment.task.networkKey
        throw .memory(
            key: key,
            problem: "\(Self.text(parameters, unit: "parameters")) with what training keeps of each take "
                + "\(Self.text(needed)), and \(Self.text(room)) are available",
            remedy: "Lower \(key).width, or the modes, layers, levels or blocks that there are.")
    }

    /// A network in closed form, its values and bytes when a checkpoint is written; the pairs take as much as one of them.
    private static let closedFormCopies = 4.0
    private var isClosedForm: Bool { experiment.model is any ClosedFormArchitecture }

    /// What fitting a network in closed form takes, in words.
    func fittingText(parameters: Int, bytes: Int) -> String {
        let needed = Double(parameters * bytes) * Self.closedFormCopies
        return "\(Self.text(Double(parameters), unit: "parameters")), about \(Self.text(needed)) while they are fitted"
    }

    /// Admits a step on a batch, and the batches that are read ahead.
    /// - Throws: `TrainingError.memory`; what reading throws.
    func admit<Problem: RunProblem>(_ trainer: Trainer<Problem>) throws {
        guard available != nil else { return }
        let source = trainer.problem.source
        let batch = min(experiment.budget.batch, source.samples)
        let read = source.bytesPerSample * Double(batch)
        // No network keeps less than the result of a layer at every point; measuring must not take more than there is.
        let least = Double(source.grid.product * experiment.model.width * MemoryLayout<Problem.Scalar>.size)
        try admit(least + read, batch, source)
        let one = try trainer.bytesOfStep(samples: 1)
        guard batch > 1 else { return try admit(one + read, batch, source) }
        try admit(2 * one + read, batch, source)
        let two = try trainer.bytesOfStep(samples: 2)
        try admit(two + Double(batch - 2) * max(0, two - one) + read, batch, source)
    }

    private func admit(_ needed: Double, _ batch: Int, _ source: ProblemSource) throws(TrainingError) {
        guard let room = missingRoom(for: needed) else { return }
        let isDrawn = source.grid.isEmpty
        let points = isDrawn ? "" : " of \(source.grid.map(String.init).joined(separator: " x ")) points"
        throw .memory(
            key: "budget.batch",
            problem: "a step on \(batch) \(isDrawn ? "sample" : "window")\(batch == 1 ? "" : "s")\(points) takes about "
                + "\(Self.text(needed)), and \(Self.text(room)) are available",
            remedy: isDrawn
                ? "Lower budget.batch, or the task's width."
                : batch > 1
                    ? "Lower budget.batch, or model.width; data.stride makes grids coarser."
                    : "Lower model.width; data.stride makes grids coarser.")
    }

    /// What may be taken, if it is less than what is needed.
    private func missingRoom(for needed: Double) -> Double? {
        guard let available else { return nil }
        let room = Self.usablePart * Double(available)
        return needed > room ? room : nil
    }

    /// A number in words such as "3.1 GB".
    private static func text(_ value: Double, unit: String = "B") -> String {
        let steps = [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")]
        let (scale, prefix) = steps.first { value >= $0.0 } ?? (1, "")
        let tenths = Int((min(value / scale, 1e6) * 10).rounded())
        let number = tenths % 10 == 0 || tenths >= 1000 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        return unit == "B" ? "\(number) \(prefix)B" : "\(number)\(prefix.isEmpty ? "" : " \(prefix)") \(unit)"
    }
}

extension Trainer {
    /// The most bytes that a step on so many samples takes from the pool at once, without the optimiser's.
    fileprivate func bytesOfStep(samples: Int) throws -> Double {
        let before = backend.pool.usage.bytesInUse
        backend.pool.resetPeak()
        let batches = problem.batches(size: samples, from: BatchPosition(), epochs: 1)
        guard let batch = try batches.next() else { return 0 }
        _ = derivatives(batch, step: 0)
        return Double(backend.pool.usage.peakBytes - before)
    }
}
