import PDEData

/// Computes trajectories from draws, on one thread.
protocol TrialMaker: AnyObject {
    /// The trajectory of one draw: a function of the recipe, the sample's number and the number of the draw.
    /// - Throws: `SampleStopped` when `watch` says that it is not wanted any more.
    func trial(index: Int, attempt: Int, _ watch: SampleWatch) throws(SampleStopped) -> Trial
}

/// What came of one draw.
enum Trial {
    /// A sample that passed its health check, and what the manifest keeps of it, wall time and refused draws apart.
    case sound(Sample, SampleRecord)
    /// A draw that was refused, why, and what is left to look at.
    case refused(String, PostMortem?)
}
