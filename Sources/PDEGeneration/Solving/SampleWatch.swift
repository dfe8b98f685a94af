/// Asks, step by step while a sample is computed, whether it is still wanted.
public struct SampleWatch: Sendable {
    /// Told which share of the draw is done, from 0 to 1; once it has said no it says no for ever.
    public let isWanted: @Sendable (_ share: Double) -> Bool

    /// A watch that asks this.
    public init(_ isWanted: @escaping @Sendable (_ share: Double) -> Bool) { self.isWanted = isWanted }

    /// - Throws: `SampleStopped` when the sample is not wanted any more.
    public func check(_ share: Double = 0) throws(SampleStopped) {
        guard isWanted(share) else { throw SampleStopped() }
    }
}

/// A sample was given up half done, because nobody wants it any more.
public struct SampleStopped: Error {}
