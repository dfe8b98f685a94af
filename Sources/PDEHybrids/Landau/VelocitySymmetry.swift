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
        withUnsafeTemporaryAllocation(of: Double.self, capacity: (d + 1) * d) { memory in
            let (turn, own) = (memory.baseAddress!, memory.baseAddress! + d * d)
            Self.rotation(d, seed: seed, step: step, into: turn)
            for i in 0..<count {
                for axis in 0..<d { own[axis] = Double(result[axis * stride + i]) }
                for axis in 0..<d {
                    var sum: Float = 0
                    for other in 0..<d { sum += Float(turn[axis * d + other]) * Float(own[other]) }
                    result[axis * stride + i] = sum
                }
            }
        }
    }

    /// An orthogonal matrix, uniform over all: normal numbers made orthonormal row by row.
    private static func rotation(_ d: Int, seed: UInt64, step: Int, into rows: UnsafeMutablePointer<Double>) {
        var stream = RandomStream(seed: seed, index: 0, purpose: "rotation of velocities", attempt: step)
        var number = 0
        while number < d {
            let row = rows + number * d
            for axis in 0..<d { row[axis] = stream.normal() }
            for other in 0..<number {
                var along = 0.0
                for axis in 0..<d { along += row[axis] * rows[other * d + axis] }
                for axis in 0..<d { row[axis] -= along * rows[other * d + axis] }
            }
            var square = 0.0
            for axis in 0..<d { square += row[axis] * row[axis] }
            guard square > 1e-6 else { continue }
            for axis in 0..<d { row[axis] /= square.squareRoot() }
            number += 1
        }
    }
}
