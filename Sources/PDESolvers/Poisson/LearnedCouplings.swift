import PDECore

/// Learned factors of a coarse level's couplings.
///
/// Of each coarse face between two cells whose children are all there, from ratios to the mean of its fine couplings: of these, and of
/// those inside the two cells, first the one and then the other, along the axis and across it.
struct LearnedCouplings {
    /// Numbers that the perceptron sees.
    static func features(axes: Int) -> Int { (3 + 2 * (axes - 1)) << (axes - 1) }

    private let fine: LevelFaces
    private let coarse: CellLayout
    private let row: PerceptronRow
    private let scaleBuffer: AlignedBuffer<Float>

    /// - Parameter fine: the operator above.
    init(_ fine: StencilTable<Float>, _ perceptron: LearnedCoarsening.Perceptron) {
        self.fine = LevelFaces(fine)
        coarse = fine.layout.coarsened
        row = PerceptronRow(perceptron, places: coarse.columns)
        scaleBuffer = AlignedBuffer(count: coarse.columns)
        precondition(
            perceptron.sizes[0] == Self.features(axes: self.fine.axes.count),
            "learned: expected \(Self.features(axes: self.fine.axes.count)) features of a coarse face on these axes, got "
                + "\(perceptron.sizes[0])")
    }

    /// Multiplies the couplings of the coarse operator, whose vectors must have a class each.
    func multiply(_ table: StencilTable<Float>) {
        for axis in fine.axes {
            let faces = seen(axis)
            for z in 0..<coarse.planes {
                for y in 0..<coarse.rows { multiply(table, axis, faces, y, z) }
            }
        }
    }

    /// A fine face's values and where it is from a coarse cell's first child.
    private typealias Face = (values: UnsafePointer<Float>, offset: Int)

    private func multiply(_ table: StencilTable<Float>, _ axis: Int, _ faces: [Face], _ y: Int, _ z: Int) {
        func isWhole(_ index: Int, _ axis: Int) -> Bool { 2 * index + 1 < fine.count(axis) }
        let beyond = SIMD3(axis == 0 ? 1 : 0, axis == 1 ? y + 1 : y, axis == 2 ? z + 1 : z)
        guard beyond.z < coarse.planes, beyond.y < coarse.rows, isWhole(beyond.z, 2),
            fine.layout.isPlanar || isWhole(beyond.y, 1)
        else { return }
        let places = min(coarse.columns, fine.layout.columns / 2) - beyond.x
        guard places > 0 else { return }
        measure(faces, y, z, places)
        let factors = row.factors(places)
        let (start, step) = (coarse.offset(0, y, z), [1, coarse.stride, coarse.planeStride][axis])
        for x in 0..<places {
            let (near, far) = (entry(table, start + x), entry(table, start + x + step))
            let change = (factors[x] - 1) * near[16 * axis + 8]
            near[16 * axis + 8] += change
            far[16 * axis] = near[16 * axis + 8]
            for cell in [near, far] where cell[56] > 0 { cell[56] = 1 / (1 / cell[56] + change) }
        }
    }

    private func entry(_ table: StencilTable<Float>, _ at: Int) -> UnsafeMutablePointer<Float> {
        table.entries.pointer + (64 &* Int(table.classes.pointer[at >> 3]) &+ at & 7)
    }

    /// The faces that the perceptron sees of a coarse one across an axis, first the fine ones that it consists of.
    private func seen(_ axis: Int) -> [Face] {
        // In the order of the grid's axes, the slowest first, as networks see them.
        let axes = fine.axes.reversed()
        let others = axes.filter { $0 != axis }
        let step = fine.step(axis)
        // Offsets of a coarse cell's children, of each pair along other axes than these the first one only.
        func offsets(_ axes: [Int]) -> [Int] {
            axes.reduce([0]) { found, axis in found + found.map { $0 + fine.step(axis) } }
        }
        let upper = fine.upper(axis)
        let faces = offsets(others).map { (values: upper, offset: $0 + step) }
        let inside = offsets(others).map { (values: upper, offset: $0) }
        let across = others.flatMap { other in
            offsets(axes.filter { $0 != other }).map { (values: fine.upper(other), offset: $0) }
        }
        let cells = inside + across
        return faces + cells + cells.map { ($0.values, $0.offset + 2 * step) }
    }

    /// Fills the row of ratios.
    private func measure(_ faces: [Face], _ y: Int, _ z: Int, _ places: Int) {
        let own = 1 << (fine.axes.count - 1)
        let first = fine.layout.offset(0, 2 &* y, 2 &* z)
        let norm = 1 / (1 + LearnedCoarsening.least)
        for (feature, face) in faces.enumerated() {
            let (to, from) = (row.ratios(of: feature), face.values + (first + face.offset))
            for x in 0..<places { to[x] = from[2 &* x] }
        }
        let part = 1 / Float(own)
        for x in 0..<places {
            var mean: Float = 0
            for face in 0..<own { mean += part * row.ratios(of: face)[x] }
            scales[x] = norm / (mean > 0 ? mean : 1)
        }
        for feature in faces.indices {
            let to = row.ratios(of: feature)
            for x in 0..<places { to[x] = to[x] * scales[x] + norm * LearnedCoarsening.least }
        }
    }

    private var scales: UnsafeMutablePointer<Float> { scaleBuffer.pointer }
}
