import PDECore
import PDEData
import PDEOperators

/// The mirror images and exchanges of axes that leave a box, its grid and its boundary conditions as they are: 8 of a square, 48 of a
/// cube, 2 of a line. Solutions of problems that prefer no direction are solutions again under them.
package struct BoxSymmetries: Sendable {
    private let grid: [Int]
    package let all: [BoxSymmetry]
    private let seed: UInt64

    /// - Parameters:
    ///   - stride: every how many of the stored points are used.
    ///   - seed: of what is drawn.
    package init(of description: DatasetDescription, grid: [Int], stride: Int, seed: UInt64) {
        let axes = description.dimensions
        func kinds(_ axis: Int, _ side: Boundary.Sides) -> Set<Boundary.Kind> {
            Set(
                description.boundaries.filter {
                    $0.dimension == axes[axis].name && ($0.sides == side || $0.sides == .both)
                }.map(\.kind))
        }
        let keepsMirrored = axes.indices.map { axis in
            let points = axes[axis].coordinates.count
            let hasSameEnds = description.isPeriodic[axis] ? points % stride == 0 : (points - 1) % stride == 0
            return kinds(axis, .low) == kinds(axis, .high) && (stride == 1 || hasSameEnds)
        }
        func areAlike(_ a: Int, _ b: Int) -> Bool {
            a == b
                || (axes[a].coordinates.count == axes[b].coordinates.count && axes[a].extent == axes[b].extent
                    && kinds(a, .low) == kinds(b, .low) && kinds(a, .high) == kinds(b, .high))
        }
        var orders: [[Int]] = [[]]
        for axis in axes.indices {
            orders = orders.flatMap { order in
                axes.indices.filter { !order.contains($0) && areAlike($0, axis) }.map { order + [$0] }
            }
        }
        all = orders.flatMap { order in
            (0..<1 << axes.count).compactMap { bits in
                let isMirrored = axes.indices.map { bits >> $0 & 1 == 1 }
                return zip(order, isMirrored).allSatisfy { !$1 || keepsMirrored[$0] }
                    ? BoxSymmetry(axes: order, isMirrored: isMirrored) : nil
            }
        }
        self.grid = grid
        self.seed = seed
    }

    /// The symmetry that a sample is seen in, anew in every epoch.
    package func symmetry(epoch: Int, sample: Int) -> BoxSymmetry {
        var stream = RandomStream(seed: seed, index: sample, purpose: "symmetry", attempt: epoch)
        return all[stream.integer(below: all.count)]
    }

    /// y ← x seen so, both [grid…][width].
    package func turn(
        _ x: UnsafePointer<Float>, _ symmetry: BoxSymmetry, width: Int, into y: UnsafeMutablePointer<Float>
    ) {
        symmetry.turn(x, on: grid, width: width, into: y)
    }
}
