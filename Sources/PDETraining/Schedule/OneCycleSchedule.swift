import PDEConfig

/// Up from `start` to 1 and then down to `final`, both along half cosines (Smith & Topin 2019, "Super-convergence").
///
/// The top is at step `warmup` × steps − 1, as in PyTorch's `OneCycleLR`, whose `pct_start` is `warmup`, `div_factor` 1 / `start` and
/// `final_div_factor` `start` / `final`.
public struct OneCycleSchedule: Schedule {
    /// Its name.
    public static let kind = "one-cycle"
    /// Other names.
    public static let aliases = ["one-cycle-lr"]
    /// Other names of keys.
    public static let keyAliases = ["pctStart": "warmup"]

    /// The part of all steps over which the rate rises.
    public var warmup: Double
    /// The first rate and the last.
    public var start, final: Double

    /// A schedule; the defaults are PyTorch's.
    public init(warmup: Double = 0.3, start: Double = 0.04, final: Double = 4e-6) {
        (self.warmup, self.start, self.final) = (warmup, start, final)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.warmup, into: &warmup, in: Bounds.moreThan(0, lessThan: 1))
        try container.decode(.start, into: &start, in: 0...1)
        try container.decode(.final, into: &final, in: 0...1)
    }

    /// See `Schedule`.
    public func factor(step: Int, of steps: Int) -> Double {
        // In a run too short to rise the top is the first step.
        let (last, top) = (Double(max(1, steps - 1)), max(0, warmup * Double(steps) - 1))
        if Double(step) < top { return halfCosine(start, 1, Double(step) / top) }
        return top < last ? halfCosine(1, final, (Double(step) - top) / (last - top)) : 1
    }
}
