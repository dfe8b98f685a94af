import Foundation
import PDEConfig

/// Up from zero in a straight line, then down a half cosine (Loshchilov & Hutter 2017, without restarts).
public struct CosineSchedule: Schedule {
    /// Its name.
    public static let kind = "cosine"
    /// Other names.
    public static let aliases = ["cosine-annealing", "warmup-cosine"]
    /// Other names of keys.
    public static let keyAliases = ["warmupFraction": "warmup", "minimum": "final"]

    /// The part of all steps over which the rate rises.
    public var warmup: Double
    /// The last rate.
    public var final: Double

    /// A schedule; by default down to zero.
    public init(warmup: Double = 0.02, final: Double = 0) { (self.warmup, self.final) = (warmup, final) }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.warmup, into: &warmup, in: 0..<1)
        try container.decode(.final, into: &final, in: 0...1)
    }

    /// See `Schedule`.
    public func factor(step: Int, of steps: Int) -> Double {
        let (last, rising) = (Double(max(1, steps - 1)), (warmup * Double(steps)).rounded(.up))
        if Double(step) < rising { return Double(step + 1) / rising }
        return halfCosine(1, final, min(1, (Double(step) - rising) / max(1, last - rising)))
    }
}

/// Between two values along a half cosine, `part` of the way from 0 to 1.
func halfCosine(_ from: Double, _ to: Double, _ part: Double) -> Double {
    to + (from - to) * 0.5 * (1 + cos(.pi * part))
}
