import PDECore

/// Sums over the cells that a group of particles shares, as products of matrices: one worker's memory.
///
/// A Gaussian on a lattice is a product over the axes, and along an axis e^(−(x − mh)²/2ε) = e^(−x²/2ε)·(e^(xh/ε))^m·
/// e^(−(mh)²/2ε): a particle costs two exponentials an axis and a few products a cell. With the factors of P particles along rows
/// and columns as matrices Y (P × rows) and Z (P × columns), what they add to their tile is YᵀZ, and what they read from a tile
/// L is YL, summed along columns with Z; in three dimensions plane after plane, with Y scaled by the third factor.
final class BlobTile {
    private let mesh: BlobMesh
    /// Room for the factors of one particle along one axis.
    private let room: Int
    /// For each axis [2][particle][room]: the Gaussian's factors, and those times the distance x − mh.
    private let factors: [AlignedBuffer<Double>]
    /// In three dimensions rows' factors times those of a plane, [3][particle][room].
    private let left: AlignedBuffer<Double>
    /// Sums along rows, [2…3][particle][columns].
    private let sums: AlignedBuffer<Double>
    /// [axis][−x²/2ε of all particles, xh/ε of all particles], and their exponentials.
    private let exponents: AlignedBuffer<Double>
    /// x, [axis][particle].
    private let offsets: AlignedBuffer<Double>
    /// For each axis mh and e^(−(mh)²/2ε), m counted from the tile's middle.
    private let distances, decays: AlignedBuffer<Double>
    /// The tile's middle along each axis, in cells from its first one.
    private let middles: [Int]
    /// What keeps (e^(xh/ε))^m finite for blobs so narrow that no cell sees them.
    static let largestExponent = 600.0

    private static let largest = BlobGroups.largest

    init(_ mesh: BlobMesh) {
        self.mesh = mesh
        let largest = Self.largest
        room = BlobMesh.wholeVectors(mesh.widths.max()!)
        let size = 2 * largest * room
        factors = (0..<3).map { AlignedBuffer(count: $0 < mesh.emptyAxes ? 0 : size) }
        left = AlignedBuffer(count: mesh.dimensions == 3 ? 3 * largest * room : 0)
        sums = AlignedBuffer(count: mesh.dimensions * largest * mesh.widths[2])
        exponents = AlignedBuffer(count: 6 * largest)
        offsets = AlignedBuffer(count: 3 * largest)
        (distances, decays) = (AlignedBuffer(count: 3 * room), AlignedBuffer(count: 3 * room))
        middles = mesh.reaches.map { $0 + mesh.side / 2 }
        for axis in mesh.emptyAxes..<3 {
            for cell in 0..<room {
                let distance = Double(cell - middles[axis]) * mesh.spacings[axis]
                distances.pointer[axis * room + cell] = distance
                decays.pointer[axis * room + cell] = -distance * distance / (2 * mesh.variance)
            }
        }
        Double.map(.exp, decays.pointer, into: decays.pointer, count: decays.count)
    }

    /// Adds the blobs of a group to the density.
    func add(
        _ group: BlobGroups.Group, _ order: UnsafePointer<Int32>, _ particles: ParticleView,
        to density: UnsafeMutablePointer<Double>
    ) {
        findFactors(group, order, particles, areBlobs: true)
        let cells = density + mesh.cells(ofBlock: Int(group.block)).lowerBound
        let (count, rows) = (Int(group.count), factors[1].pointer)
        for plane in 0..<mesh.widths[0] {
            if mesh.dimensions == 3 {
                for member in 0..<count {
                    let row = member * room
                    scale(rows + row, by: factors[0].pointer[row + plane], into: left.pointer + row)
                }
            }
            Double.gemm(
                .transposed, .plain, rows: mesh.widths[1], columns: mesh.widths[2], inner: count, alpha: 1,
                a: mesh.dimensions == 3 ? left.pointer : rows, aStride: room, b: factors[2].pointer, bStride: room,
                beta: 1, c: cells + plane * mesh.counts[1] * mesh.counts[2], cStride: mesh.counts[2])
        }
    }

    /// Finds −h^d/ε Σ_c (v_i − c) ψ(v_i − c) L_c for the particles of a group.
    func findScores(
        _ group: BlobGroups.Group, _ order: UnsafePointer<Int32>, _ particles: ParticleView,
        logarithms: UnsafePointer<Double>, into scores: UnsafeMutablePointer<Double>
    ) {
        findFactors(group, order, particles, areBlobs: false)
        let (first, count) = (Int(group.first), Int(group.count))
        let (dimensions, width, slopes) = (mesh.dimensions, mesh.widths[2], count * room)
        let cells = logarithms + mesh.cells(ofBlock: Int(group.block)).lowerBound
        let rows = factors[1].pointer
        for plane in 0..<mesh.widths[0] {
            if dimensions == 3 {
                for member in 0..<count {
                    let row = member * room
                    let (g, s) = (factors[0].pointer[row + plane], factors[0].pointer[slopes + row + plane])
                    scale(rows + row, by: g, into: left.pointer + row)
                    scale(rows + slopes + row, by: g, into: left.pointer + slopes + row)
                    scale(rows + row, by: s, into: left.pointer + 2 * slopes + row)
                }
            }
            Double.gemm(
                .plain, .plain, rows: dimensions * count, columns: width, inner: mesh.widths[1], alpha: 1,
                a: dimensions == 3 ? left.pointer : rows, aStride: room,
                b: cells + plane * mesh.counts[1] * mesh.counts[2], bStride: mesh.counts[2], beta: plane == 0 ? 0 : 1,
                c: sums.pointer, cStride: width)
        }
        let factor = -mesh.volume * mesh.norm / mesh.variance
        let (columns, sums, stride) = (factors[2].pointer, sums.pointer, particles.stride)
        for member in 0..<count {
            let (row, particle) = (member * room, Int(order[first + member]))
            scores[(dimensions - 1) * stride + particle] =
                factor * dot(sums + member * width, columns + slopes + row)
            scores[(dimensions - 2) * stride + particle] = factor * dot(sums + (count + member) * width, columns + row)
            guard dimensions == 3 else { continue }
            scores[particle] = factor * dot(sums + (2 * count + member) * width, columns + row)
        }
    }

    /// The factors of all particles of a group; for blobs without slopes, with the rows' times the blob's height.
    @inline(__always)
    private func findFactors(
        _ group: BlobGroups.Group, _ order: UnsafePointer<Int32>, _ particles: ParticleView, areBlobs: Bool
    ) {
        let (first, count, largest) = (Int(group.first), Int(group.count), Self.largest)
        let cells = mesh.firstCells(ofBlock: Int(group.block))
        let empty = mesh.emptyAxes
        for axis in empty..<3 {
            let h = mesh.spacings[axis]
            let middle = Double((axis == 0 ? cells.0 : axis == 1 ? cells.1 : cells.2) + middles[axis])
            let velocities = particles.velocities + (axis - empty) * particles.stride
            let (squares, products) = (exponents.pointer + 2 * axis * count, exponents.pointer + (2 * axis + 1) * count)
            let (a, b) = (-1 / (2 * mesh.variance), h / mesh.variance)
            let limit = Self.largestExponent / Double(middles[axis] + 8)
            for member in 0..<count {
                let x = (mesh.place(velocities[Int(order[first &+ member])], axis) - middle) * h
                offsets.pointer[axis &* largest &+ member] = x
                squares[member] = a * x * x
                products[member] = max(-limit, min(limit, b * x))
            }
        }
        let used = exponents.pointer + 2 * empty * count
        Double.map(.exp, used, into: used, count: 2 * mesh.dimensions * count)
        if areBlobs {
            let (peaks, norm) = (exponents.pointer + 2 * count, mesh.norm)
            for member in 0..<count { peaks[member] *= norm * particles.weights[Int(order[first &+ member])] }
        }
        for axis in empty..<3 {
            let (peaks, ratios) = (exponents.pointer + 2 * axis * count, exponents.pointer + (2 * axis + 1) * count)
            let (vectors, middle) = (BlobMesh.wholeVectors(mesh.widths[axis]) / 8, middles[axis])
            let (gauss, slope) = (factors[axis].pointer, factors[axis].pointer + count * room)
            let (decays, distances) = (decays.pointer + axis * room, distances.pointer + axis * room)
            for member in 0..<count {
                let r = ratios[member]
                let (r2, r3) = (r * r, r * r * r)
                let r4 = r2 * r2
                let powers = SIMD8(1, r, r2, r3, r4, r4 * r, r4 * r2, r4 * r3)
                let up = r4 * r4
                // Down to the first cell, by the binary digits of its distance.
                var (height, down) = (peaks[member], 1 / r)
                var rest = middle
                while rest > 0 {
                    if rest & 1 == 1 { height *= down }
                    down *= down
                    rest >>= 1
                }
                let x = SIMD8(repeating: offsets.pointer[axis &* largest &+ member])
                let place = member &* room
                for k in 0..<vectors {
                    let value: SIMD8<Double> = height * powers * eight(UnsafePointer(decays), 8 &* k)
                    storeEight(value, gauss, place &+ 8 &* k)
                    if !areBlobs {
                        let distance: SIMD8<Double> = x - eight(UnsafePointer(distances), 8 &* k)
                        storeEight(distance * value, slope, place &+ 8 &* k)
                    }
                    height *= up
                }
            }
        }
    }

    @inline(__always)
    private func scale(
        _ row: UnsafePointer<Double>, by factor: Double, into target: UnsafeMutablePointer<Double>
    ) {
        for k in 0..<(mesh.widths[1] &+ 7) / 8 {
            let value: SIMD8<Double> = eight(row, 8 &* k)
            storeEight(factor * value, target, 8 &* k)
        }
    }

    @inline(__always)
    private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>) -> Double {
        var sum = SIMD8<Double>.zero
        for k in 0..<mesh.widths[2] / 8 {
            let (a, b): (SIMD8<Double>, SIMD8<Double>) = (eight(a, 8 &* k), eight(b, 8 &* k))
            sum += a * b
        }
        return sum.sum()
    }
}
