import PDECore

extension ParticleCloud: Restorable {
    /// Velocities, weights, time and steps.
    public var snapshot: Snapshot {
        var snapshot = Snapshot()
        snapshot.keep(velocities, as: "velocities")
        snapshot.keep(weights, as: "weights")
        snapshot.keep(time, as: "time")
        snapshot.keep(Double(steps), as: "steps")
        return snapshot
    }

    /// See `Restorable`.
    public mutating func restore(_ snapshot: Snapshot) throws(SnapshotError) {
        try snapshot.give("velocities", back: &velocities)
        try snapshot.give("weights", back: &weights)
        time = try snapshot.number("time")
        steps = try snapshot.count("steps")
    }
}
