/// How many time steps lie between two frames.
///
/// The count is even, so that the energy budget of a frame can be integrated by Simpson's rule, and comes from a ladder
/// (2, 4, 6, 8, 12, 16, 24, …), so that few step sizes occur in a run.
public enum StepControl: Hashable, Sendable {
    /// Steps of at most this size.
    case fixed(Double)
    /// Steps for which h·speed/Δx is at most this number when the frame begins, and h at most `longest`.
    case courant(Double, longest: Double = .infinity)

    /// More steps are never counted out: an interval that asks for as many is not covered.
    public static let mostSteps = 1_000_000_000

    /// The number of steps that cover `interval`.
    ///
    /// - Parameters:
    ///   - interval: time between two frames.
    ///   - speed: the largest characteristic speed at its beginning.
    ///   - spacing: the smallest grid spacing.
    /// - Returns: an even number, at least 2; `Int.max` if the speed is not finite, or if it takes `mostSteps`.
    public func steps(interval: Double, speed: Double, spacing: Double) -> Int {
        let needed: Double
        switch self {
        case .fixed(let step): needed = interval / step
        case .courant(let number, let longest): needed = max(interval * speed / (number * spacing), interval / longest)
        }
        guard needed.isFinite, needed < Double(Self.mostSteps) else { return .max }
        // A count that is whole but for round-off is taken as it is.
        let least = Int((needed * (1 - 1e-12)).rounded(.up))
        if case .fixed = self { return max(2, least + least % 2) }
        var rung = 2
        while rung < least {
            let isPowerOfTwo = rung & (rung - 1) == 0
            rung = rung == 2 ? 4 : isPowerOfTwo ? rung / 2 * 3 : rung / 3 * 4
        }
        return rung
    }

    /// Steps of one size.
    public struct Block: Equatable, Sendable {
        /// How many; even.
        public let count: Int
        /// Their size.
        public let step: Double
    }

    /// The steps that cover an interval: all of one size, or after a graded start.
    ///
    /// A state with rough short waves, such as a Gaussian random field, smooths out in a layer of time that even steps
    /// do not resolve. A graded start begins with `first` and doubles the step every sixteen steps until it is the usual one.
    ///
    /// - Parameters:
    ///   - first: size of the first step of a graded start; nil for even steps.
    /// - Returns: blocks in order; nil if the speed is not finite, or if it takes `mostSteps`.
    public func blocks(interval: Double, speed: Double, spacing: Double, first: Double? = nil) -> [Block]? {
        let usual = steps(interval: interval, speed: speed, spacing: spacing)
        guard usual < .max else { return nil }
        guard var step = first else { return [Block(count: usual, step: interval / Double(usual))] }
        var blocks: [Block] = []
        var rest = interval
        let longest = interval / Double(usual)
        while step < longest, 16 * step < rest {
            blocks.append(Block(count: 16, step: step))
            rest -= 16 * step
            step *= 2
        }
        let count = StepControl.fixed(longest).steps(interval: rest, speed: speed, spacing: spacing)
        return blocks + [Block(count: count, step: rest / Double(count))]
    }
}
