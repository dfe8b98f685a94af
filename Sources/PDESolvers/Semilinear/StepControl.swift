/// How many time steps lie between two frames.
///
/// The count is even, so that the energy budget of a frame can be integrated by Simpson's rule, and comes from a ladder
/// (2, 4, 6, 8, 12, 16, 24, …), so that few step sizes occur in a run.
public enum StepControl: Hashable, Sendable {
    /// Steps of at most this size.
    case fixed(Double)
    /// Steps for which h·speed/Δx is at most this number when the frame begins, and h at most `longest`.
    case courant(Double, longest: Double = .infinity)

    /// The number of steps that cover `interval`.
    ///
    /// - Parameters:
    ///   - interval: time between two frames.
    ///   - speed: the largest characteristic speed at its beginning.
    ///   - spacing: the smallest grid spacing.
    /// - Returns: an even number, at least 2; `Int.max` if the speed is not finite.
    public func steps(interval: Double, speed: Double, spacing: Double) -> Int {
        let needed: Double
        switch self {
        case .fixed(let step): needed = interval / step
        case .courant(let number, let longest): needed = max(interval * speed / (number * spacing), interval / longest)
        }
        guard needed.isFinite, needed < 1e9 else { return .max }
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
}
