/// A state as plain arrays by name: all that is needed to go on from it bit for bit, now or, written down, in another process.
public struct Snapshot: Equatable, Sendable {
    /// The arrays by name. Doubles hold numbers of single precision without loss.
    public var arrays: [String: [Double]]

    /// A snapshot of these arrays.
    public init(_ arrays: [String: [Double]] = [:]) { self.arrays = arrays }

    /// Keeps values under a name.
    public mutating func keep(_ values: AlignedVector<some Real>, as name: String) {
        arrays[name] = values.values.map { Double($0) }
    }

    /// Keeps a number under a name.
    public mutating func keep(_ number: Double, as name: String) { arrays[name] = [number] }

    /// Gives values back.
    ///
    /// - Throws: `SnapshotError` where there is no array of this name and length.
    public func give<Scalar: Real>(_ name: String, back values: inout AlignedVector<Scalar>) throws(SnapshotError) {
        let kept = try array(name, count: values.count)
        values.withUnsafeMutablePointer { target in
            for place in kept.indices { target[place] = Scalar(kept[place]) }
        }
    }

    /// The number of a name.
    ///
    /// - Throws: `SnapshotError` where there is none.
    public func number(_ name: String) throws(SnapshotError) -> Double { try array(name, count: 1)[0] }

    /// The whole number of a name.
    ///
    /// - Throws: `SnapshotError` where there is none.
    public func count(_ name: String) throws(SnapshotError) -> Int {
        guard let count = Int(exactly: try number(name)) else {
            throw SnapshotError(name: name, expected: 1, found: nil)
        }
        return count
    }

    private func array(_ name: String, count: Int) throws(SnapshotError) -> [Double] {
        guard let values = arrays[name], values.count == count else {
            throw SnapshotError(name: name, expected: count, found: arrays[name]?.count)
        }
        return values
    }
}

/// A state that gives a snapshot of itself and takes one back.
///
/// Restoring into a state of the same stepper, grid and sizes goes on as if nothing had happened.
public protocol Restorable {
    /// All of it.
    var snapshot: Snapshot { get }
    /// Becomes what the snapshot was taken of.
    ///
    /// - Throws: `SnapshotError` for a snapshot of a state of another kind or size; the state is of no use then.
    mutating func restore(_ snapshot: Snapshot) throws(SnapshotError)
}

/// A snapshot of another state than the one that is to be restored.
public struct SnapshotError: Error, Equatable, CustomStringConvertible {
    /// The array that does not fit.
    public let name: String
    /// Its length in the state.
    public let expected: Int
    /// Its length in the snapshot; nil where it is not there.
    public let found: Int?

    /// What is wrong, and what to do.
    public var description: String {
        "the snapshot has \(found.map { "\($0) values of" } ?? "no") '\(name)', and the state \(expected)\n"
            + "restore it into a state of the same stepper, on the same grid"
    }
}

extension Field: Restorable {
    /// The values.
    public var snapshot: Snapshot {
        var snapshot = Snapshot()
        snapshot.keep(values, as: "values")
        return snapshot
    }

    /// See `Restorable`.
    public mutating func restore(_ snapshot: Snapshot) throws(SnapshotError) {
        try snapshot.give("values", back: &values)
    }
}

extension Array: Restorable where Element: Restorable {
    /// The snapshots of all elements, their names behind the element's number.
    public var snapshot: Snapshot {
        var all = Snapshot()
        for (number, element) in enumerated() {
            for (name, values) in element.snapshot.arrays { all.arrays["\(number)/\(name)"] = values }
        }
        return all
    }

    /// See `Restorable`.
    public mutating func restore(_ snapshot: Snapshot) throws(SnapshotError) {
        for number in indices {
            let prefix = "\(number)/"
            var part = Snapshot()
            for (name, values) in snapshot.arrays where name.hasPrefix(prefix) {
                part.arrays[String(name.dropFirst(prefix.count))] = values
            }
            do { try self[number].restore(part) } catch {
                throw SnapshotError(name: prefix + error.name, expected: error.expected, found: error.found)
            }
        }
    }
}
