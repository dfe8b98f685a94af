import PDEConfig
import PDECore

/// How parameters move and for how long: what training needs to know, whatever is trained on whatever.
public struct TrainingPlan: Sendable {
    /// How the parameters move.
    public var optimizer: OptimizerSettings
    /// How the learning rate changes.
    public var schedule: any Schedule
    /// How long, and how often one looks.
    public var budget: Budget
    /// Threads.
    public var threads: Int

    /// A plan; on all processors unless told otherwise.
    public init(
        optimizer: OptimizerSettings = OptimizerSettings(), schedule: any Schedule = ConstantSchedule(), budget: Budget,
        threads: Int = Processor.usableCoreCount
    ) {
        precondition(threads >= 1, "threads: expected at least 1, got \(threads)")
        (self.optimizer, self.schedule, self.budget, self.threads) = (optimizer, schedule, budget, threads)
    }
}

extension Training {
    /// What of the run has nothing to do with its data.
    package var plan: TrainingPlan {
        TrainingPlan(
            optimizer: experiment.optimizer, schedule: experiment.schedule, budget: experiment.budget, threads: threads)
    }
}
