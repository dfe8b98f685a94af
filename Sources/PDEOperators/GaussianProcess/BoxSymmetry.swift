import PDECore
import PDETensor

/// A mirror image of a box with its axes exchanged, which leaves box and grid as they are.
public struct BoxSymmetry: Codable, Equatable, Sendable {
    /// For every axis of the result, the axis that it was and whether it runs backwards.
    public let axes: [Int]
    /// Whether each axis of the result runs backwards.
    public let isMirrored: [Bool]

    /// A symmetry.
    public init(axes: [Int], isMirrored: [Bool]) { (self.axes, self.isMirrored) = (axes, isMirrored) }

    /// What undoes it.
    package var inverse: BoxSymmetry {
        let order = axes.indices.map { axis in axes.firstIndex(of: axis)! }
        return BoxSymmetry(axes: order, isMirrored: order.map { isMirrored[$0] })
    }

    /// Fields [samples][grid…][channels] seen so.
    package func turned<Scalar: Real>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let (grid, width) = (Array(x.shape[1..<x.rank - 1]), x.shape[x.rank - 1])
        let size = x.count / x.shape[0]
        return Tensor(shape: x.shape, on: x.backend) { values in
            for sample in 0..<x.shape[0] {
                turn(x.pointer + sample * size, on: grid, width: width, into: values.baseAddress! + sample * size)
            }
        }
    }

    /// y ← x seen so, both [grid…][width].
    @inlinable
    public func turn<Scalar>(
        _ x: UnsafePointer<Scalar>, on grid: [Int], width: Int, into y: UnsafeMutablePointer<Scalar>
    ) {
        var strides = [Int](repeating: width, count: grid.count)
        for axis in grid.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * grid[axis + 1] }
        // From the result's point to the next along each axis; the missing axes of three have one point.
        var (start, steps, counts) = (0, [0, 0, 0], [1, 1, 1])
        for (axis, source) in axes.enumerated() {
            let place = axis + 3 - grid.count
            counts[place] = grid[axis]
            steps[place] = isMirrored[axis] ? -strides[source] : strides[source]
            if isMirrored[axis] { start += strides[source] * (grid[source] - 1) }
        }
        var to = y
        for i in 0..<counts[0] {
            for j in 0..<counts[1] {
                var from = start + i * steps[0] + j * steps[1]
                for _ in 0..<counts[2] {
                    for channel in 0..<width { to[channel] = x[from + channel] }
                    to += width
                    from += steps[2]
                }
            }
        }
    }
}
