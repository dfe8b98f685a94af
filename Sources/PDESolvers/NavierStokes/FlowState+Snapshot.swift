import PDECore

extension FlowState: Restorable {
    /// Velocity, pressure and time in the stepper's layout.
    public var snapshot: Snapshot {
        var snapshot = Snapshot()
        snapshot.keep(u, as: "u")
        snapshot.keep(v, as: "v")
        snapshot.keep(p, as: "p")
        snapshot.keep(time, as: "time")
        snapshot.keep(hasPressure ? 1 : 0, as: "hasPressure")
        snapshot.keep(isImpulsive ? 1 : 0, as: "isImpulsive")
        return snapshot
    }

    /// See `Restorable`.
    public mutating func restore(_ snapshot: Snapshot) throws(SnapshotError) {
        try snapshot.give("u", back: &u)
        try snapshot.give("v", back: &v)
        try snapshot.give("p", back: &p)
        time = try snapshot.number("time")
        hasPressure = try snapshot.number("hasPressure") != 0
        isImpulsive = try snapshot.number("isImpulsive") != 0
    }
}
