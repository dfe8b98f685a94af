/// Asks, step by step while a sample is computed, whether it is still wanted.
package struct SampleWatch: Sendable {
    /// Told which share of the draw is done, from 0 to 1; once it has said no it says no for ever.
    let isWanted: @Sendable (_ share: Double) -> Bool

    package init(_ isWanted: @escaping @Sendable (_ share: Double) -> Bool) { self.isWanted = isWanted }

    /// - Throws: `SampleStopped` when the sample is not wanted any more.
    func check(_ share: Double = 0) throws(SampleStopped) {
        guard isWanted(share) else { throw SampleStopped() }
    }

    /// The question of a solver that covers the time between two frames.
    ///
    /// - Parameters:
    ///   - frame: the frame at its beginning.
    ///   - frames: how many there are.
    func during(_ frame: Int, of frames: Int) -> (_ share: Double) -> Bool {
        { isWanted((Double(frame) + $0) / Double(frames - 1)) }
    }
}

/// A sample was given up half done, because nobody wants it any more.
struct SampleStopped: Error {}
