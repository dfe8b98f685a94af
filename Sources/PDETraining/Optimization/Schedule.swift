import Foundation
import PDEConfig

/// The learning rate over the steps of a run, as a part of the largest: a pure function of the step.
public enum Schedule: Equatable, Sendable {
    /// Always the same.
    case constant
    /// Up from zero in a straight line over the part `warmup` of all steps, then down a half cosine to `final`
    /// (Loshchilov & Hutter 2017, without restarts).
    case cosine(warmup: Double, final: Double)
    /// Times `factor` after each of `drops` equal parts of the run but the last.
    case step(factor: Double, drops: Int)
    /// From `start` up to 1 over the part `warmup` of all steps, then down to `final`, both along half cosines (Smith & Topin
    /// 2019, "Super-convergence"). The top is at step `warmup` × steps − 1, as in PyTorch's `OneCycleLR`, whose `pct_start` is
    /// `warmup`, `div_factor` 1 / `start` and `final_div_factor` `start` / `final`.
    case oneCycle(warmup: Double, start: Double, final: Double)

    /// The learning rate's part in step number `step` of `steps`, from 0; after the last step, that of the last.
    public func factor(step: Int, of steps: Int) -> Double {
        let last = Double(max(1, steps - 1))
        let step = min(step, max(0, steps - 1))
        func halfCosine(_ from: Double, _ to: Double, _ part: Double) -> Double {
            to + (from - to) * 0.5 * (1 + cos(.pi * part))
        }
        switch self {
        case .constant: return 1
        case .cosine(let warmup, let final):
            let rising = (warmup * Double(steps)).rounded(.up)
            if Double(step) < rising { return Double(step + 1) / rising }
            return halfCosine(1, final, min(1, (Double(step) - rising) / max(1, last - rising)))
        case .step(let factor, let drops):
            return pow(factor, Double(min(drops - 1, step * drops / max(1, steps))))
        case .oneCycle(let warmup, let start, let final):
            // In a run too short to rise the top is the first step.
            let top = max(0, warmup * Double(steps) - 1)
            if Double(step) < top { return halfCosine(start, 1, Double(step) / top) }
            return top < last ? halfCosine(1, final, (Double(step) - top) / (last - top)) : 1
        }
    }
}

extension Schedule: Codable {
    private enum Key: String, CodingKey { case kind, warmup, start, final, factor, drops }

    private enum Kind: String, Codable, CaseIterable {
        case constant, cosine, step
        case oneCycle = "one-cycle"
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .constant: self = .constant
        case .cosine:
            self = .cosine(
                warmup: try container.decode(.warmup, in: 0..<1, default: 0.02),
                final: try container.decode(.final, in: Bounds.between(0, 1), default: 0))
        case .step:
            self = .step(
                factor: try container.decode(.factor, in: Bounds.moreThan(0, atMost: 1), default: 0.5),
                drops: try container.decode(.drops, in: Bounds.between(1, 10000), default: 5))
        case .oneCycle:
            self = .oneCycle(
                warmup: try container.decode(.warmup, in: Bounds.moreThan(0, lessThan: 1), default: 0.3),
                start: try container.decode(.start, in: Bounds.between(0, 1), default: 0.04),
                final: try container.decode(.final, in: Bounds.between(0, 1), default: 4e-6))
        }
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .constant: try container.encode(Kind.constant, forKey: .kind)
        case .cosine(let warmup, let final):
            try container.encode(Kind.cosine, forKey: .kind)
            try container.encode(warmup, forKey: .warmup)
            try container.encode(final, forKey: .final)
        case .step(let factor, let drops):
            try container.encode(Kind.step, forKey: .kind)
            try container.encode(factor, forKey: .factor)
            try container.encode(drops, forKey: .drops)
        case .oneCycle(let warmup, let start, let final):
            try container.encode(Kind.oneCycle, forKey: .kind)
            try container.encode(warmup, forKey: .warmup)
            try container.encode(start, forKey: .start)
            try container.encode(final, forKey: .final)
        }
    }
}
