import PDECore

extension SpectralField: Restorable {
    /// The coefficients.
    public var snapshot: Snapshot {
        var snapshot = Snapshot()
        snapshot.keep(coefficients, as: "coefficients")
        return snapshot
    }

    /// See `Restorable`.
    public mutating func restore(_ snapshot: Snapshot) throws(SnapshotError) {
        try snapshot.give("coefficients", back: &coefficients)
    }
}
