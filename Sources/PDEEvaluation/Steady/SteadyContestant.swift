/// Something that says what the solutions are: a trained network, a classical solver on a coarser grid, a baseline.
public struct SteadyContestant: Sendable {
    /// Says what a sample's solution is: gets the sample 0 ..< count and room for [channel][space…], where it says deviations followed by
    /// room for as many of them; returns the seconds of wall clock that this took, without reading.
    public typealias Solve = (_ sample: Int, _ solution: UnsafeMutablePointer<Float>) throws -> Double

    /// Its name in tables and legends, one of its own.
    public let name: String
    /// What kind of thing it is.
    public let kind: Contestant.Kind
    /// The name that surrogates share which differ in their training's seed only, and solvers which differ in their resolution only.
    public let group: String?
    /// The seconds that were needed before the first sample, once for all; nil where that is not counted.
    public let trainingSeconds: Double?
    /// Whether it says the standard deviation of every value.
    public let saysDeviations: Bool
    let makeSolve: @Sendable () throws -> Solve

    /// A contestant.
    ///
    /// - Parameter makeSolve: called once on each thread. What it throws ends the evaluation.
    public init(
        _ name: String, kind: Contestant.Kind, group: String? = nil, trainingSeconds: Double? = nil,
        saysDeviations: Bool = false, makeSolve: @escaping @Sendable () throws -> Solve
    ) {
        (self.name, self.kind, self.group, self.makeSolve) = (name, kind, group, makeSolve)
        (self.trainingSeconds, self.saysDeviations) = (trainingSeconds, saysDeviations)
    }

    /// The mean solution of the training split, whatever the sample.
    ///
    /// - Parameter mean: [channel][space…].
    public static func trainingMean(_ mean: [Float], name: String = "training mean") -> SteadyContestant {
        SteadyContestant(name, kind: .baseline) {
            { _, solution in
                ContinuousClock().measure {
                    for place in mean.indices { solution[place] = mean[place] }
                } / .seconds(1)
            }
        }
    }
}
