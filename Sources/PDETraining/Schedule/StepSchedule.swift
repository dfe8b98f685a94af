import Foundation
import PDEConfig

/// Times `factor` after each of `drops` equal parts of the run but the last.
public struct StepSchedule: Schedule {
    /// Its name.
    public static let kind = "step"
    /// Other names.
    public static let aliases = ["step-lr", "multistep"]
    /// Other names of keys.
    public static let keyAliases = ["gamma": "factor", "milestones": "drops"]

    /// What the rate is multiplied by.
    public var factor: Double
    /// The number of parts.
    public var drops: Int

    /// A schedule; by default a half after each fifth.
    public init(factor: Double = 0.5, drops: Int = 5) { (self.factor, self.drops) = (factor, drops) }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.factor, into: &factor, in: Bounds.moreThan(0, atMost: 1))
        try container.decode(.drops, into: &drops, in: 1...10000)
    }

    /// See `Schedule`.
    public func factor(step: Int, of steps: Int) -> Double {
        pow(factor, Double(min(drops - 1, step * drops / max(1, steps))))
    }
}
