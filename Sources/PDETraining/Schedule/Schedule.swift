import PDEConfig

/// The learning rate over the steps of a run, as a part of the largest: a pure function of the step.
public protocol Schedule: Kind where Family == Schedules {
    /// The learning rate's part in step number `step` of `steps`, counted from 0.
    func factor(step: Int, of steps: Int) -> Double
}

/// The schedules that an experiment can name.
public enum Schedules: KindFamily {
    /// A value of any of them.
    public typealias Member = any Schedule
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        ConstantSchedule.self,
        CosineSchedule.self,
        StepSchedule.self,
        OneCycleSchedule.self,
    ]
}

extension Schedule {
    /// The same before and after the run, too: as in its first and in its last step.
    func factor(within step: Int, of steps: Int) -> Double {
        factor(step: min(max(0, step), max(0, steps - 1)), of: max(1, steps))
    }
}
