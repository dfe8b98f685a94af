import PDECore

extension HeatState: Restorable {
    /// Temperature and time.
    public var snapshot: Snapshot {
        var snapshot = temperature.snapshot
        snapshot.keep(time, as: "time")
        return snapshot
    }

    /// See `Restorable`.
    public mutating func restore(_ snapshot: Snapshot) throws(SnapshotError) {
        try temperature.restore(snapshot)
        time = try snapshot.number("time")
    }
}
