import PDECore

/// What a density of velocities does not change under, which the equation keeps: a fit sees its particles moved at random by it, as if
/// there were more of them.
public enum VelocitySymmetry: String, Codable, CaseIterable, Sendable {
    /// None that is known.
    case none
    /// Under reflections of every axis.
    case reflections
    /// Under all rotations and reflections.
    case rotations

    /// Moves particles, [component][stride]: each is mirrored by signs of its own, and all are turned by one matrix.
    package func move(
        _ velocities: UnsafePointer<Float>, count: Int, stride: Int, dimensions d: Int, seed: UInt64, step: Int,
        into result: UnsafeMutablePointer<Float>
    ) {
        guard self != .none else {
            result.update(from: velocities, count: d * stride)
            return
        }
        let signs = RandomStream(seed: seed, index: 0, purpose: "signs of velocities", attempt: step)
        for i in 0..<count {
            let bits = signs.block(at: UInt32(truncatingIfNeeded: i)).x
            for axis in 0..<d {
                let value = velocities[axis * stride + i]
                result[axis * stride + i] = bits >> UInt32(axis) & 1 == 1 ? -value : value
            }
        }
        guard self == .rotations else { return }
        let turn = Self.rotation(d, seed: seed, step: step)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: d) { own in
            for i in 0..<count {
                for axis in 0..<d { own[axis] = result[axis * stride + i] }
                for axis in 0..<d {
                    var sum: Float = 0
                    for other in 0..<d { sum += turn[axis * d + other] * own[other] }
                    result[axis * stride + i] = sum
                }
            }
        }
    }

    /// An orthogonal matrix, uniform over all: normal numbers made orthonormal row by row.
    private static func rotation(_ d: Int, seed: UInt64, step: Int) -> [Float] {
        var stream = RandomStream(seed: seed, index: 0, purpose: "rotation of velocities", attempt: step)
        var rows: [[Double]] = []
        while rows.count < d {
            var row = (0..<d).map { _ in stream.normal() }
            for other in rows {
                let along = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
                for axis in 0..<d { row[axis] -= along * other[axis] }
            }
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            if length > 1e-3 { rows.append(row.map { $0 / length }) }
        }
        return rows.flatMap { $0.map { Float($0) } }
    }
}
