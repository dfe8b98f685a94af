import PDEData

/// A computation that goes from frame to frame.
public protocol Trajectory: AnyObject {
    /// Looks at the present state, that of a frame: false where it is not sound, and the trajectory ends before this frame.
    func examine(_ frame: Int) -> Bool
    /// Goes on from a frame to the next.
    ///
    /// - Parameter goesOn: to be asked before every step, with the share of the interval that is covered; false ends the call.
    /// - Returns: whether the next frame is reached; a trajectory that is not ends.
    func advance(from frame: Int, while goesOn: (_ share: Double) -> Bool) -> Bool
}

extension Trajectory {
    /// Goes through frames, from the present state on as the first.
    ///
    /// - Parameters:
    ///   - frames: how many there are.
    ///   - watch: asked before every step.
    ///   - show: gets the number of each frame that is sound, while the state is that frame's, and says whether to go on.
    /// - Throws: `SampleStopped` when `watch` says so.
    public func run(
        frames: Int, _ watch: SampleWatch, show: (_ frame: Int) -> Bool
    ) throws(SampleStopped) {
        for frame in 0..<frames {
            guard examine(frame), show(frame), frame + 1 < frames else { return }
            let isReached = advance(from: frame) { watch.isWanted((Double(frame) + $0) / Double(frames - 1)) }
            guard isReached else { return try watch.check(Double(frame) / Double(frames - 1)) }
        }
    }
}

/// A solver whose trajectories are samples: what a dataset family of things that change in time adds to the loop over its frames.
///
/// One solver serves one thread, and keeps its workspace from sample to sample.
public protocol TrajectorySolver: Trajectory {
    /// What is drawn for a sample.
    associatedtype Draw
    /// The draw of a sample: a function of the recipe, the sample's number and the number of the draw. What it throws refuses the
    /// draw, for the reason in the first line of the error's text.
    func draw(index: Int, attempt: Int) throws -> Draw
    /// Takes the initial state of a draw as the present one, and forgets what was before.
    ///
    /// - Parameter goesOn: to be asked now and then where that takes long; false ends the call, and the state then is none to use.
    func begin(_ draw: Draw, while goesOn: () -> Bool)
    /// The present state as samples store it: of every field that varies in time, in the order of the description, the values
    /// [point][component].
    var stored: [[Float]] { get }
    /// What is compared with a finer solution: the present state on the solver's own grid, as `FrameRestriction` has it.
    var solution: [Double] { get }

    /// Why the trajectory so far is refused; nil if it is sound.
    var complaint: String? { get }
    /// What is left to look at of a trajectory that is refused by its `complaint`.
    func lastState(of draw: Draw) -> LastState?
    /// What it means that a frame equals the one before, and what to do: a clause that follows a colon.
    var steadyAdvice: String { get }
    /// The relative change (L2) from frame to frame below which frames count as equal; 0 where only equal ones do.
    var leastChange: Double { get }

    /// Makes a sample of a sound trajectory.
    ///
    /// - Parameter fields: all frames of every field that varies in time: [frame][point][component].
    /// - Throws: `SampleStopped` when `watch` says so.
    func finish(_ fields: [[Float]], of draw: Draw, _ watch: SampleWatch) throws(SampleStopped) -> Trial
}

extension TrajectorySolver {
    /// Every state is sound whose stored values are finite, of which the loop makes sure.
    public func examine(_ frame: Int) -> Bool { true }
    /// The stored values.
    public var solution: [Double] { stored.flatMap { $0.map(Double.init) } }
    /// None.
    public var complaint: String? { nil }
    /// Nothing.
    public func lastState(of draw: Draw) -> LastState? { nil }
    /// To ask for fewer frames.
    public var steadyAdvice: String { "the state has become steady; ask for fewer frames" }
    /// Only equal frames count.
    public var leastChange: Double { 0 }

    /// Begins a draw.
    /// - Throws: `SampleStopped` when `watch` says so.
    func begin(_ draw: Draw, _ watch: SampleWatch) throws(SampleStopped) {
        begin(draw) { watch.isWanted(0) }
        try watch.check()
    }

    /// Solves the draw of a sample again, for a comparison.
    ///
    /// - Parameter show: gets each frame's number and its `solution`, and says whether to go on.
    /// - Throws: what drawing throws, and `SampleStopped`.
    public func solve(
        _ sample: SampleRecord, frames: Int, _ watch: SampleWatch, show: (_ frame: Int, _ solution: [Double]) -> Bool
    ) throws {
        try begin(draw(index: sample.index, attempt: sample.attempt), watch)
        try run(frames: frames, watch) { show($0, solution) }
    }
}
