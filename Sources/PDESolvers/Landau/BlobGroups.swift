import PDECore

/// Particles by blocks of a mesh: groups of neighbours that share a tile of cells.
///
/// The order is that of the blocks and, within a block, of the particles: it does not depend on threads.
final class BlobGroups {
    /// Particles of a group at most.
    static let largest = 64

    struct Group {
        /// The group's place in `order`, and its particles.
        let first, count: Int32
        let block: Int32
    }

    /// The particles on the mesh, block after block.
    private(set) var order: [Int32]
    /// Those that have left it.
    private(set) var lost: [Int32]
    private(set) var groups: [Group]
    /// Quarters of the groups with about as many particles each.
    private(set) var quarters: [Range<Int>] = []
    private let mesh: BlobMesh
    private var blocks: [Int32]
    private var starts: [Int32]

    init(_ mesh: BlobMesh, count: Int) {
        precondition(count < Int(Int32.max) && mesh.blockCount < Int(Int32.max) - 1, "count: expected less than 2³¹")
        self.mesh = mesh
        order = Array(repeating: 0, count: count)
        blocks = order
        lost = []
        lost.reserveCapacity(count)
        groups = []
        groups.reserveCapacity(min(count, mesh.blockCount) + count / Self.largest + 1)
        starts = Array(repeating: 0, count: mesh.blockCount + 2)
        quarters.reserveCapacity(4)
    }

    /// Sorts particles, as many as the groups were made for.
    func sort(_ particles: ParticleView, on team: ThreadTeam) {
        let lostBlock = Int32(mesh.blockCount)
        blocks.withUnsafeMutableBufferPointer { blocks in
            team.chunks(of: particles.count, chunk: 4096) { range, _ in
                for particle in range {
                    let block = mesh.block(particles.velocities + particle, particles.stride)
                    blocks[particle] = block.map { Int32(truncatingIfNeeded: $0) } ?? lostBlock
                }
            }
        }
        // Places by counting.
        starts.withUnsafeMutableBufferPointer { starts in
            starts.update(repeating: 0)
            for block in blocks { starts[Int(block) &+ 1] &+= 1 }
            for block in 1..<starts.count { starts[block] &+= starts[block &- 1] }
            order.withUnsafeMutableBufferPointer { order in
                for (particle, block) in blocks.enumerated() {
                    order[Int(starts[Int(block)])] = Int32(truncatingIfNeeded: particle)
                    starts[Int(block)] &+= 1
                }
            }
        }
        // Now every place is the next block's start.
        groups.removeAll(keepingCapacity: true)
        var first: Int32 = 0
        for block in 0..<mesh.blockCount {
            let end = starts[block]
            while first < end {
                let count = min(Int32(Self.largest), end - first)
                groups.append(Group(first: first, count: count, block: Int32(block)))
                first += count
            }
        }
        lost.removeAll(keepingCapacity: true)
        lost.append(contentsOf: order[Int(first)...])
        divide(particlesOnMesh: Int(first))
    }

    private func divide(particlesOnMesh count: Int) {
        quarters.removeAll(keepingCapacity: true)
        var begin = 0
        for quarter in 1...4 {
            var end = quarter == 4 ? groups.count : begin
            while end < groups.count && 4 * Int(groups[end].first) < quarter * count { end += 1 }
            quarters.append(begin..<end)
            begin = end
        }
    }
}
