import PDECore

/// Learned shares of interpolation: θ = ½ o eᵍ/(o eᵍ + i) along each axis, with the coupling o of a fine cell outwards and i to its
/// sibling, the other child of its coarse cell. See `MultigridSweep+Shares`, which g = 0 gives.
///
/// g is of the ratios to (o + i)/2 of o, i, the sibling's coupling outwards, and the couplings across the axis to the cell's own sibling
/// there and away from it, those of the cell and of its sibling. Beyond a side of the box stands what is inside.
struct LearnedShares {
    /// Numbers that the perceptron sees.
    static let features = 7

    /// θ of every cell along x, y and z, padded; empty along y where there is one row. Sides are left to the sweep.
    let byAxis: [AlignedBuffer<Float>]

    init(_ table: StencilTable<Float>, _ perceptron: LearnedCoarsening.Perceptron) {
        let faces = LevelFaces(table)
        let row = PerceptronRow(perceptron, places: table.layout.columns)
        byAxis = (0..<3).map { axis in
            guard faces.axes.contains(axis) else { return AlignedBuffer(count: 0) }
            let shares = AlignedBuffer<Float>(count: table.layout.count)
            Self.fill(shares.pointer, axis, faces, row)
            return shares
        }
    }

    /// A row's couplings along an axis to the sibling and away from it.
    private struct Sides {
        let upper: UnsafePointer<Float>
        let step, last: Int

        init(_ faces: LevelFaces, _ axis: Int) {
            (upper, step, last) = (faces.upper(axis), faces.step(axis), faces.count(axis) - 1)
        }

        @inline(__always)
        func inner(_ at: Int, _ index: Int) -> Float { index & 1 == 0 ? upper[at] : upper[at &- step] }

        /// Beyond a side of the box stands the inner one.
        @inline(__always)
        func outer(_ at: Int, _ index: Int) -> Float {
            if index == 0 || index == last { return inner(at, index) }
            return index & 1 == 0 ? upper[at &- step] : upper[at]
        }
    }

    private static func fill(
        _ shares: UnsafeMutablePointer<Float>, _ axis: Int, _ faces: LevelFaces, _ row: PerceptronRow
    ) {
        let layout = faces.layout
        let along = Sides(faces, axis)
        let across = faces.axes.filter { $0 != axis }.map { (axis: $0, sides: Sides(faces, $0)) }
        let least = LearnedCoarsening.least
        let norm = 1 / (1 + least)
        let part = 1 / Float(across.count)
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let start = layout.offset(0, y, z)
                for x in 0..<layout.columns {
                    let (at, indices) = (start &+ x, SIMD3(x, y, z))
                    let index = indices[axis]
                    let sibling = index & 1 == 0 ? at &+ along.step : at &- along.step
                    let isLone = index == along.last && index & 1 == 0
                    let own = along.inner(at, index)
                    let out = index & 1 == 0 ? along.upper[at &- along.step] : along.upper[at]
                    let far = isLone ? own : along.outer(sibling, index ^ 1)
                    var (inside, outside, otherInside, otherOutside): (Float, Float, Float, Float) = (0, 0, 0, 0)
                    for other in across {
                        let place = indices[other.axis]
                        inside += part * other.sides.inner(at, place)
                        outside += part * other.sides.outer(at, place)
                        otherInside += part * other.sides.inner(sibling, place)
                        otherOutside += part * other.sides.outer(sibling, place)
                    }
                    let mean = (out + own) * 0.5
                    let scale = norm / (mean > 0 ? mean : 1)
                    let values = (out, own, far, inside, outside, otherInside, otherOutside)
                    row.ratios(of: 0)[x] = values.0 * scale + least * norm
                    row.ratios(of: 1)[x] = values.1 * scale + least * norm
                    row.ratios(of: 2)[x] = values.2 * scale + least * norm
                    row.ratios(of: 3)[x] = values.3 * scale + least * norm
                    row.ratios(of: 4)[x] = values.4 * scale + least * norm
                    row.ratios(of: 5)[x] = values.5 * scale + least * norm
                    row.ratios(of: 6)[x] = values.6 * scale + least * norm
                }
                let factors = row.factors(layout.columns)
                for x in 0..<layout.columns {
                    let (at, index) = (start &+ x, SIMD3(x, y, z)[axis])
                    let out = (index & 1 == 0 ? along.upper[at &- along.step] : along.upper[at]) * factors[x]
                    let sum = out + along.inner(at, index)
                    shares[at] = sum > 0 ? 0.5 * out / sum : 0
                }
            }
        }
    }
}
