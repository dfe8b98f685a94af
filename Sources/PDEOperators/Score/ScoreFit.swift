import PDECore

/// A score's parameters as they are fitted to particles, step by step by Adam: what a fit that goes on later begins with.
public final class ScoreFit<Scalar: Real> {
    /// The kernel.
    public let matching: ScoreMatching<Scalar>
    /// As `ScoreLayers` orders them.
    public private(set) var parameters: AlignedVector<Scalar>
    /// Steps so far.
    public private(set) var steps = 0
    private var mean, square: AlignedVector<Scalar>
    private let gradient: AlignedBuffer<Scalar>

    /// A fit that begins with these parameters.
    public init(_ layers: ScoreLayers, parameters: [Scalar]) {
        precondition(
            parameters.count == layers.parameterCount,
            "parameters: expected \(layers.parameterCount), got \(parameters.count)")
        matching = ScoreMatching(layers)
        self.parameters = AlignedVector(count: parameters.count)
        self.parameters.withUnsafeMutablePointer { target in
            for place in parameters.indices { target[place] = parameters[place] }
        }
        mean = AlignedVector(count: parameters.count)
        square = AlignedVector(count: parameters.count)
        gradient = AlignedBuffer(count: parameters.count)
    }

    /// One step of Adam.
    /// - Returns: the objective before it.
    public func step(
        _ samples: ScoreSamples<Scalar>, _ objective: ScoreObjective<Scalar>, learningRate: Double, on team: ThreadTeam
    ) -> Double {
        let count = gradient.count
        let loss = parameters.withUnsafePointer {
            matching.loss($0, samples, objective, gradient: gradient.pointer, on: team)
        }
        steps += 1
        let update = AdamUpdate(step: steps, learningRate: learningRate)
        parameters.withUnsafeMutablePointer { p in
            mean.withUnsafeMutablePointer { m in
                square.withUnsafeMutablePointer { v in
                    Scalar.adam(p, gradient: gradient.pointer, mean: m, square: v, count: count, update)
                }
            }
        }
        return loss
    }

    /// Scores of particles and, where asked for, their Jacobians: as `ScoreMatching.evaluate`.
    public func evaluate(
        _ velocities: UnsafePointer<Scalar>, count: Int, stride: Int, scores: UnsafeMutablePointer<Scalar>,
        jacobians: UnsafeMutablePointer<Scalar>?, on team: ThreadTeam
    ) -> Double {
        parameters.withUnsafePointer {
            matching.evaluate(
                $0, velocities, count: count, stride: stride, scores: scores, jacobians: jacobians, on: team)
        }
    }
}

extension ScoreFit: Restorable {
    /// Parameters, Adam's means and the number of steps.
    public var snapshot: Snapshot {
        var snapshot = Snapshot()
        snapshot.keep(parameters, as: "parameters")
        snapshot.keep(mean, as: "mean")
        snapshot.keep(square, as: "square")
        snapshot.keep(Double(steps), as: "steps")
        return snapshot
    }

    /// See `Restorable`.
    public func restore(_ snapshot: Snapshot) throws(SnapshotError) {
        try snapshot.give("parameters", back: &parameters)
        try snapshot.give("mean", back: &mean)
        try snapshot.give("square", back: &square)
        steps = try snapshot.count("steps")
    }
}
