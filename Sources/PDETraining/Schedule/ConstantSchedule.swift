import PDEConfig

/// The same learning rate always.
public struct ConstantSchedule: Schedule {
    /// Its name.
    public static let kind = "constant"

    /// The schedule.
    public init() {}

    /// See `Schedule`.
    public func factor(step: Int, of steps: Int) -> Double { 1 }
}
