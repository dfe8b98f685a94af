import PDECore

/// M = (W⁻¹ + DᵀB⁻¹D)⁻¹ of `ObstaclePressure`, dense, in double precision.
///
/// With W^{½} on both sides, W^{½}(W⁻¹ + DᵀB⁻¹D)W^{½} = I + W^{½}DᵀB⁻¹DW^{½} has eigenvalues between 0 and 1, and 0
/// exactly for the vectors W^{½}Dᵀ1_r of regions r that nothing holds. These are added as n nᵀ with unit vectors n.
/// When B is singular the vectors of all regions sum to 0 and one region is left out.
struct CapacitanceMatrix {
    /// Row-major, as many rows and columns as faces; symmetric.
    let elements: [Double]

    /// - Throws: `LinearAlgebraError.notPositiveDefinite` when round-off hides a nearly floating region.
    init(_ boundary: SolidBoundary, _ modes: BoxModes<Double>) throws(LinearAlgebraError) {
        let m = boundary.faces.count
        var matrix = Self.potentialJumps(boundary, modes)
        matrix.withUnsafeMutableBufferPointer { matrix in
            let root = boundary.faces.map { $0.weight.squareRoot() }
            for row in 0..<m {
                for column in 0..<m { matrix[row * m + column] *= root[row] * root[column] }
                matrix[row * m + row] += 1
            }
        }
        for null in Self.nullVectors(boundary) {
            let entries = null.indices.filter { null[$0] != 0 }
            for row in entries {
                for column in entries { matrix[row * m + column] += null[row] * null[column] }
            }
        }
        elements = try Self.inverted(matrix, boundary)
    }

    /// DᵀB⁻¹D: the jump of the potential over each face (row) from a unit flux through each face (column).
    ///
    /// B⁻¹ between line l, point j and line l′, point j′ is Σ_k q_k(j) g_k(l, l′) q_k(j′). A source on line l′ in all
    /// modes at once gives g_k(·, l′) by one sweep; all rows against all source points of that line are one product.
    private static func potentialJumps(_ boundary: SolidBoundary, _ modes: BoxModes<Double>) -> [Double] {
        let (m, stride) = (boundary.faces.count, modes.transform.stride)
        let q = modes.transform.vectors.pointer
        let green = AlignedBuffer<Double>(count: modes.count)
        let rows = AlignedBuffer<Double>(count: m * stride)
        let places = boundary.faces.map { (modes.place(of: $0.low), modes.place(of: $0.high)) }
        // For each line the faces that have a cell on it, with the cell's point and the face's sign there.
        var sources = [[(face: Int, point: Int, sign: Double)]](repeating: [], count: modes.transform.lines)
        for (face, (low, high)) in places.enumerated() {
            sources[low.line].append((face, low.point, -1))
            sources[high.line].append((face, high.point, 1))
        }
        let widest = sources.map(\.count).max() ?? 0
        let points = AlignedBuffer<Double>(count: widest * stride)
        let block = AlignedBuffer<Double>(count: m * widest)
        var result = [Double](repeating: 0, count: m * m)
        for (line, sources) in sources.enumerated() where !sources.isEmpty {
            green.clear()
            (green.pointer + line * stride).update(repeating: 1, count: modes.transform.length)
            modes.tridiagonals.solve(green.pointer, into: green.pointer)
            for (face, (low, high)) in places.enumerated() {
                let (qLow, qHigh) = (q + low.point * stride, q + high.point * stride)
                let (gLow, gHigh) = (green.pointer + low.line * stride, green.pointer + high.line * stride)
                let row = rows.pointer + face * stride
                for k in 0..<stride { row[k] = qHigh[k] * gHigh[k] - qLow[k] * gLow[k] }
            }
            for (i, source) in sources.enumerated() {
                (points.pointer + i * stride).update(from: q + source.point * stride, count: stride)
            }
            let width = sources.count
            Double.gemm(
                .plain, .transposed, rows: m, columns: width, inner: stride, alpha: 1, a: rows.pointer,
                aStride: stride, b: points.pointer, bStride: stride, beta: 0, c: block.pointer, cStride: width)
            result.withUnsafeMutableBufferPointer { result in
                for row in 0..<m {
                    for (i, source) in sources.enumerated() {
                        result[row * m + source.face] += source.sign * block.pointer[row * width + i]
                    }
                }
            }
        }
        return result
    }

    private static func nullVectors(_ boundary: SolidBoundary) -> [[Double]] {
        var floating = boundary.regions.indices.filter { !boundary.regions[$0].isAnchored }
        let sizes = boundary.regions.map(\.count)
        if boundary.grid.isSingular, let widest = floating.max(by: { sizes[$0] < sizes[$1] }) {
            floating.removeAll { $0 == widest }
        }
        let regionOfCell = boundary.regionOfCell
        return floating.map { region in
            let jumps = boundary.faces.map { face in
                let (low, high) = (regionOfCell[face.low] == region, regionOfCell[face.high] == region)
                return low == high ? 0 : high ? face.weight.squareRoot() : -face.weight.squareRoot()
            }
            let norm = jumps.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return jumps.map { $0 / norm }
        }
    }

    /// W^{½}S⁻¹W^{½} of the scaled matrix S.
    private static func inverted(_ matrix: [Double], _ boundary: SolidBoundary) throws(LinearAlgebraError) -> [Double] {
        let m = boundary.faces.count
        var (factor, inverse) = (matrix, [Double](repeating: 0, count: m * m))
        let info = factor.withUnsafeMutableBufferPointer { Double.potrf(m, a: $0.baseAddress!, aStride: m) }
        guard info == 0 else { throw .notPositiveDefinite(row: info - 1, order: m) }
        for face in 0..<m { inverse[face * m + face] = boundary.faces[face].weight.squareRoot() }
        factor.withUnsafeBufferPointer { factor in
            inverse.withUnsafeMutableBufferPointer { inverse in
                Double.potrs(m, columns: m, l: factor.baseAddress!, lStride: m, b: inverse.baseAddress!, bStride: m)
                for row in 0..<m {
                    let root = boundary.faces[row].weight.squareRoot()
                    for column in 0..<m { inverse[row * m + column] *= root }
                }
            }
        }
        return inverse
    }
}
